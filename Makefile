# stylegrad: neural style transfer from scratch in C.
#
#   make            build/stylegrad (float) and build/stylegrad-double
#   make demo       paint from the two images of assets/ into out/demo/, with the loss curve
#   make film       the scene with a moving camera, as frames in out/film
#   make course     the nineteen lessons and a page that shows them: see lessons/course.mk
#   make lesson-01  one of them; make check-01 grades its exercise
#   make book       all pages as one static site, out/book/index.html: docs/site/book.mk
#   make wasm       the library for a page in a browser, and the page: web/web.mk
#   make notebooks  lessons 02 to 13, 17 to 19, with cells of C: notebooks/notebooks.mk
#   make write-pages  the pages of docs/ that are made from other files: docs/docs.mk
#   make handout    the archive of the course for students, without answers
#   make test       all tests: double with sanitizers, then float as released, recipes
#   make lint       formatting, static analysis, and which folder may include which
#   make syntax     the warnings of every source file and header, in float and in double
#   make soak       the checks of reliability at full length: hours of one processor
#   make valgrind   the float tests and a short paint under valgrind; SAMPLE=1: a few
#   make coverage   lines and branches that the tests run, per folder (needs gcovr)
#   make quality    writes what the checks have measured into docs/en/quality.md
#   make races      kernels and commands under the thread sanitizer (clang): tests/races.mk
#   make same-bytes the same bytes from gcc and clang, on 1 to 4 threads, resumed or not
#   make fuzz       every reader on bytes that nobody thought of (clang): fuzz/fuzz.mk
#   make mutation   does a test notice each wrong sign, term, index: tests/mutation.mk
#   make check-arm  compiles for ARM64 and tests under qemu; SAMPLE=1: a little of it
#   make bench      one step beside PyTorch (when installed), and out/bench/steps.png
#   make oracle     compute the golden files of tests/golden again (needs PyTorch)
#   make weights    download VGG-19 (575 MB) and SqueezeNet (5 MB) into weights/
#   make single     stylegrad_autograd.h, one file for other projects: single/single.mk
#   make reference  a page for every public header (doxygen)
#   make test-library  installs into build/, and builds and runs programs with that copy
#   make install    programs, library, headers, manual into $(DESTDIR)$(PREFIX): see
#                   library/library.mk; make uninstall takes them away
#
# `make CC=clang BUILD=build/clang` builds elsewhere with another compiler.

# Waiting threads soon sleep, in every program that make runs (see io/spin_briefly.h).
export GOMP_SPINCOUNT = 10000

ifeq ($(origin CC),default)
CC = gcc
endif
BUILD = build
PREFIX = /usr/local
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion
# What everything needs. CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS are the caller's, from the
# command line or the environment, and come on top: `make CFLAGS="-O2 -g"`.
# -ffp-contract=off: a product and a sum are rounded one after the other, with every
# compiler. What is fused says so: NAME(fma) in tensor/kernels/simd/simd.h.
NEEDED = -std=c11 $(WARNINGS) $(WERROR) -ffp-contract=off -fopenmp
COMPILE = $(CC) -I. -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L $(CPPFLAGS) $(NEEDED)
LINK = $(CC) $(NEEDED) $(LDFLAGS)
LIBS = -ljansson -llcms2 -lnettle -lz -lm $(LDLIBS)
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# gcc 12 before 12.4 for ARM64 (Debian 12's is 12.2) crashes at -O3 where it vectorises a
# loop of fmax over floats. The library takes such maxima from tensor/largest.h; the loops
# of tests and lessons, which need not be fast, are not vectorised there.
COMPILER := $(shell $(CC) -dumpmachine 2>/dev/null):$(shell $(CC) -dumpfullversion 2>/dev/null)
ifneq ($(filter aarch64%:12.1.0 aarch64%:12.2.0 aarch64%:12.3.0,$(COMPILER)),)
SCALAR_LOOPS = -fno-tree-loop-vectorize
endif

# What makes an error of the program hard to use: an address that differs from run to run
# (PIE), tables that cannot be written to once the program runs (RELRO), checked stack
# frames and calls of libc, and jumps only to where jumps lead. For what is released.
# The objects are also those of the shared library: PIC, with calls as direct as in PIE.
# tests/test_hardening.c holds each of them.
MACHINE := $(firstword $(subst :, ,$(COMPILER)))
PROCESSOR := $(firstword $(subst -, ,$(MACHINE)))
JUMPS_x86_64 = -fcf-protection=full -fstack-clash-protection
JUMPS_aarch64 = -mbranch-protection=standard
LINK_x86_64 = -Wl,-z,shstk
HARDENED = -fPIC -fno-semantic-interposition -fstack-protector-strong $(JUMPS_$(PROCESSOR)) \
           $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
ifneq ($(findstring linux,$(MACHINE)),)
HARDENED_LINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(LINK_$(PROCESSOR))
endif

# Sizes of pictures and files are counted in size_t, and products of them must fit.
POINTER := $(lastword $(shell echo __SIZEOF_POINTER__ | \
             $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c - 2>/dev/null))
ifeq ($(POINTER),4)
$(error stylegrad needs a 64-bit system, and '$(strip $(CC) $(CFLAGS))' builds for 32 bits; \
use a compiler for x86_64 or aarch64, without -m32)
endif

LIBRARY = $(wildcard tensor/*.c tensor/kernels/*.c tensor/kernels/*/*.c autograd/*.c \
            nn/*.c losses/*.c flow/*.c optim/*.c io/*.c transfer/*.c train/*.c errata/*.c)
APP = $(wildcard app/*.c)
TESTS = $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))

all: $(BUILD)/stylegrad $(BUILD)/stylegrad-double

$(BUILD)/stylegrad: $(BUILD)/float/stylegrad
	cp $< $@

$(BUILD)/stylegrad-double: $(BUILD)/double/stylegrad
	cp $< $@

# Where lessons/build.sh has counted what is to be compiled.
say_progress = $(if $(TO_COMPILE),@$(eval COMPILED += x)lessons/progress.sh \
                 $(words $(COMPILED)) $(TO_COMPILE))

# A variant is one way to compile everything: its name, and its flags.
define variant
$(BUILD)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(say_progress)
	$$(COMPILE) $(2) $$(CFLAGS) $$(FILE_FLAGS) -MMD -MP -c $$< -o $$@

$(BUILD)/$(1)/tests/%.o $(BUILD)/$(1)/lessons/%.o: FILE_FLAGS = $$(SCALAR_LOOPS)

$(BUILD)/$(1)/libstylegrad.a: $$(LIBRARY:%.c=$(BUILD)/$(1)/%.o)
	@rm -f $$@
	$$(AR) rcs $$@ $$^

$(BUILD)/$(1)/stylegrad: $$(APP:%.c=$(BUILD)/$(1)/%.o) $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $(if $(findstring -fPIC -fno,$(2)),$(HARDENED_LINK)) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/tests/test_%: $(BUILD)/$(1)/tests/test_%.o $(BUILD)/$(1)/tests/test.o \
                            $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$(filter %.o,$$^) $$(filter %.a,$$^) -lcmocka $$(LIBS) -o $$@

# What is preloaded by tests that let allocations fail, and what they read files with.
$(BUILD)/$(1)/tests/fail_alloc.so: tests/fail_alloc.c tests/fail_alloc.h
	@mkdir -p $$(@D)
	$$(COMPILE) -O1 -fPIC -shared $$< -ldl -o $$@

$(BUILD)/$(1)/tests/read_one: $(BUILD)/$(1)/tests/read_one.o \
                              $(BUILD)/$(1)/libstylegrad.a
	$$(LINK) $(2) $$(CFLAGS) $$^ $$(LIBS) -o $$@

$(BUILD)/$(1)/tests/test_alloc_failures $(BUILD)/$(1)/tests/test_alloc_readers: \
    | $(BUILD)/$(1)/tests/fail_alloc.so
$(BUILD)/$(1)/tests/test_alloc_readers: | $(BUILD)/$(1)/tests/read_one

.PHONY: test-$(1)
test-$(1): $(BUILD)/$(1)/stylegrad $$(TESTS:%=$(BUILD)/$(1)/tests/%)
	@STYLEGRAD=$(BUILD)/$(1)/stylegrad JOBS=$$(JOBS) \
	    tests/run.sh $$(TESTS:%=$(BUILD)/$(1)/tests/%)

-include $$(wildcard $(BUILD)/$(1)/*/*.d $(BUILD)/$(1)/*/*/*.d $(BUILD)/$(1)/*/*/*/*.d)
.PRECIOUS: $(BUILD)/$(1)/%.o
endef

$(eval $(call variant,float,-O3 $(HARDENED)))
$(eval $(call variant,double,-O3 -DREAL_DOUBLE $(HARDENED)))
$(eval $(call variant,coverage,-O1 -DREAL_DOUBLE -DSIMD_COUNTED))
$(eval $(call variant,sanitize,-O1 -g -DREAL_DOUBLE $(SANITIZERS)))

# Threads may have small stacks: large arrays come from tensor/workspace.h. Not in the
# sanitized variant, whose frames are padded.
$(foreach variant,float double,$(LIBRARY:%.c=$(BUILD)/$(variant)/%.o)): \
    FILE_FLAGS += -Wframe-larger-than=16384

# The folders that tests/coverage.py counts. Atomic counts: threads share them.
COUNTED = tensor autograd nn losses optim io flow
$(COUNTED:%=$(BUILD)/coverage/%/%.o): FILE_FLAGS += --coverage -fprofile-update=atomic
$(BUILD)/coverage/%: LDLIBS += -Wl,--undefined=__gcov_dump -lgcov

# Most of the time of the tests is spent in these, which are quick only where the compiler
# keeps sums in registers. They have the sanitizers' checks as the other files do.
$(BUILD)/sanitize/tensor/kernels/simd/%.o: FILE_FLAGS += -O3

include lessons/course.mk
include docs/docs.mk
include notebooks/notebooks.mk
include fuzz/fuzz.mk
include tests/races.mk
include tests/mutation.mk
include library/library.mk
include single/single.mk
include docs/site/book.mk
include web/web.mk

# stb's JPEG decoder counts on integers that wrap around; its PNG decoder looks up colours
# that a damaged palette does not have, and should find the same ones every time.
$(BUILD)/%/io/stb.o: FILE_FLAGS += -fwrapv -ftrivial-auto-var-init=pattern

# On all processors, unless `make test JOBS=1` says otherwise.
test:
	@echo "compiling and testing takes about 10 minutes of one processor:" \
	    "some $$(((10 + $(JOBS) - 1) / $(JOBS))) min on the $(JOBS) that are used"
	+@$(BUILD_SHOWN) test-sanitize
	+@$(BUILD_SHOWN) test-corpora
	+@$(BUILD_SHOWN) test-float
	+@$(BUILD_SHOWN) test-recipes

# Ten steps with each recipe, which need double, and would take sanitizers minutes.
test-recipes: $(BUILD)/double/tests/test_oracle_recipes
	$<

# What `make test` does for a sample, for all of it. SOAK is what the tests look at.
SOAK_TESTS = test_killed test_killed_training test_alloc_failures test_alloc_readers

soak: $(BUILD)/float/stylegrad $(BUILD)/sanitize/stylegrad \
      $(SOAK_TESTS:%=$(BUILD)/float/tests/%) $(SOAK_TESTS:%=$(BUILD)/sanitize/tests/%)
	@mkdir -p out/soak/float out/soak/sanitize
	@SOAK=1 STYLEGRAD=$(BUILD)/float/stylegrad JOBS=$(JOBS) KEEP=out/soak/float \
	    tests/run.sh $(SOAK_TESTS:%=$(BUILD)/float/tests/%)
	@SOAK=1 STYLEGRAD=$(BUILD)/sanitize/stylegrad JOBS=$(JOBS) KEEP=out/soak/sanitize \
	    tests/run.sh $(SOAK_TESTS:%=$(BUILD)/sanitize/tests/%)

# The images of assets/, drawn by programs: the same bytes on every machine.
ART = $(BUILD)/float/assets

assets: $(ART)/make_scene $(ART)/make_painting $(ART)/make_mosaic
	$(ART)/make_scene assets/scene.png
	$(ART)/make_painting assets/painting.png
	$(ART)/make_mosaic assets/mosaic.png

# The same scene with a moving camera, for `stylegrad video`: numbered frames, and the flow
# of each to the one before. Each takes some 13 s of one processor.
FILM = out/film
FILM_FRAMES = 24
FILM_SIZE = 320 180

film: $(ART)/make_film
	$(ART)/make_film $(FILM) $(FILM_FRAMES) $(FILM_SIZE)

$(ART)/make_scene $(ART)/make_film: $(ART)/scene.o

$(ART)/make_%: $(ART)/make_%.o $(ART)/art.o $(ART)/valley.o $(BUILD)/float/libstylegrad.a
	$(LINK) -O3 $(CFLAGS) $^ $(LIBS) -o $@

DEMO_STEPS = 100

demo:
	@echo "compiling (once) and painting take about 45 s of one processor:" \
	    "some $$(((45 + $(JOBS) - 1) / $(JOBS))) s on the $(JOBS) that are used"
	+@$(BUILD_SHOWN) $(BUILD)/stylegrad
	@mkdir -p out/demo
	$(BUILD)/stylegrad paint assets/scene.png assets/painting.png --steps $(DEMO_STEPS) \
	    -o out/demo/painting.png --trace out/demo/trace.csv --plot out/demo/curve.png
	$(BUILD)/stylegrad stylize assets/styles/painting.style assets/scene.png \
	    -o out/demo/one-pass.png
	@echo "look at out/demo/painting.png and out/demo/curve.png; out/demo/one-pass.png is the" \
	    "same scene in one pass of a network"

# For what looks at the files that git tracks.
IN_CHECKOUT = git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { \
    echo "'make $@' looks at what git tracks, and this folder is no checkout" >&2; exit 2; }

lint:
	@$(IN_CHECKOUT)
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')
	cppcheck --quiet --error-exitcode=1 --inline-suppr -j 2 -I. --std=c11 \
	    --library=posix --library=tests/cppcheck.cfg --enable=warning,portability \
	    --suppress=missingIncludeSystem --suppress=readdirCalled $$(git ls-files '*.c')
	tests/lint.sh

# But not what is compiled with an installed copy only: see test-library.
OF_INSTALLED = ':!examples' ':!tests/library'

syntax:
	@$(IN_CHECKOUT)
	for width in -UREAL_DOUBLE -DREAL_DOUBLE; do \
	    git ls-files '*.c' $(OF_INSTALLED) | xargs -n 8 -P 2 \
	        $(COMPILE) $(CFLAGS) $$width -fsyntax-only || exit 1; \
	done
	tests/headers.sh $(COMPILE) $(CFLAGS)

VALGRIND = valgrind --quiet --error-exitcode=1 --leak-check=full --child-silent-after-fork=yes \
           --suppressions=tests/valgrind.supp

# Tests that start other programs, which valgrind does not follow. They run nothing of the
# library that no other test runs, so `make coverage` leaves them out, too.
STARTERS = test_alloc_% test_app% test_bench% test_check_your_own test_desk test_docs \
           test_endings test_killed% test_lesson test_mutation test_quality test_reported_% \
           test_same_bytes test_scripts test_video test_width

# Those that train networks or paint with them, at length.
PAINTERS = test_any_stylizer test_any_training test_film test_style_training test_stylize

# All but these, the sweeps over shapes, which would take most of the time, and the count of
# page faults, which are those of valgrind here; sanitizers see them all.
WATCHED = $(filter-out $(STARTERS) $(PAINTERS) test_flow test_training test_fast_% \
            test_kernels% test_winograd test_narrow_conv test_tiles test_distill test_convert test_gradcheck \
            test_nn_gradients test_steady,$(TESTS))

# With SAMPLE=1 every eighth of them.
WATCHED_NOW = $(if $(SAMPLE),$(shell printf '%s\n' $(WATCHED) | awk 'NR % 8 == 1'),$(WATCHED))

valgrind: $(BUILD)/float/stylegrad $(WATCHED_NOW:%=$(BUILD)/float/tests/%)
	@STYLEGRAD=$(BUILD)/float/stylegrad RUN="$(VALGRIND)" JOBS=$(JOBS) \
	    tests/run.sh $(WATCHED_NOW:%=$(BUILD)/float/tests/%)
	$(VALGRIND) $(BUILD)/float/stylegrad paint assets/scene.png assets/painting.png \
	    --size 32 --steps 3 --content-layers relu2_1 --style-layers relu1_1,relu2_1 \
	    -o $(BUILD)/valgrind.png

# Which lines and branches of the library the tests run, for each folder: out/coverage/.
# Not by the tests that take long, or take the whole program, and run nothing in these
# folders that no other test runs; those of allocations that fail make libgcov fail, too.
# But the one of videos is the only one that reads and writes them.
# `make coverage COVERAGE_TESTS='$(TESTS)'` takes any others.
UNCOUNTED = $(STARTERS) $(PAINTERS) test_command_line \
            test_convert test_coverage test_distill test_grade% test_hardening test_octave \
            test_oracle_recipes test_page test_planted_bugs test_resume test_same_picture \
            test_settings test_sketch test_small_stack test_steady test_tiles
COVERAGE_TESTS = $(filter-out $(UNCOUNTED),$(TESTS)) test_video

coverage:
	find $(BUILD)/coverage -name '*.gcda' -delete 2>/dev/null || true
	+@$(BUILD_SHOWN) $(BUILD)/coverage/stylegrad \
	    $(COVERAGE_TESTS:%=$(BUILD)/coverage/tests/%)
	@STYLEGRAD=$(BUILD)/coverage/stylegrad JOBS=$(JOBS) \
	    tests/run.sh $(COVERAGE_TESTS:%=$(BUILD)/coverage/tests/%)
	tests/coverage.py $(BUILD)/coverage out/coverage

# From out/, where the checks leave their figures.
quality: $(BUILD)/stylegrad-double
	tests/quality.py

# The programs of gcc and of clang, in float and in double; what instruction sets change
# goes to out/same-bytes/.
SAME_BYTES = $(foreach variant,float double,$(BUILD)/$(variant)/stylegrad \
               $(BUILD)/$(variant)/tests/test_same_bytes)

same-bytes:
	+@$(BUILD_SHOWN) CC=gcc $(SAME_BYTES)
	+@$(BUILD_SHOWN) CC=clang BUILD=$(BUILD)/clang all
	@mkdir -p out/same-bytes
	for variant in float double; do \
	    STYLEGRAD=$(BUILD)/$$variant/stylegrad OTHER=$(BUILD)/clang/$$variant/stylegrad \
	    REPORT=out/same-bytes/$$variant.json \
	    $(BUILD)/$$variant/tests/test_same_bytes || exit 1; \
	done

# For ARM64, under qemu; SAMPLE=1: two minutes of it.
check-arm:
	@MAKE="$(BUILD_QUIETLY)" JOBS=$(JOBS) tests/arm.sh $(if $(SAMPLE),--sample)

bench: $(BUILD)/stylegrad
	@mkdir -p out/bench
	bench/compare --rounds 2 --steps 3 --stylegrad $(BUILD)/stylegrad
	bench/figure --stylegrad $(BUILD)/stylegrad

oracle:
	/usr/bin/python3 bench/oracle/make.py

weights:
	weights/fetch.sh

clean:
	rm -rf $(BUILD) out

.PHONY: all bench coverage quality same-bytes test test-recipes soak assets film demo lint syntax valgrind check-arm oracle weights clean
