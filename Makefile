# stylegrad: neural style transfer from scratch in C.
#
#   make            build/stylegrad (float) and build/stylegrad-double
#   make demo       paint a picture from our own two, with its loss curve, into out/demo/
#   make test       all tests: double with sanitizers, then float as released
#   make lint       formatting and static analysis

CC = gcc
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion
CPPFLAGS = -I. -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L
# -ffp-contract=off: a product and a sum are rounded one after the other on every machine.
CFLAGS = -std=c11 $(WARNINGS) -ffp-contract=off -fopenmp
LDLIBS = -ljansson -lz -lm
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

LIBRARY = $(wildcard tensor/*.c autograd/*.c nn/*.c losses/*.c optim/*.c io/*.c \
            transfer/*.c)
APP = $(wildcard app/*.c)
TESTS = $(wildcard tests/test_*.c)

all: build/stylegrad build/stylegrad-double

# A variant is one way to compile everything: its name, its flags.
define variant
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) $(2) -MMD -MP -c $$< -o $$@

build/$(1)/libstylegrad.a: $$(LIBRARY:%.c=build/$(1)/%.o)
	@rm -f $$@
	ar rcs $$@ $$^

build/$(1)/stylegrad: $$(APP:%.c=build/$(1)/%.o) build/$(1)/libstylegrad.a
	$$(CC) $$(CFLAGS) $(2) $$^ $$(LDLIBS) -o $$@

build/$(1)/tests/test_%: build/$(1)/tests/test_%.o build/$(1)/tests/test.o \
                         build/$(1)/libstylegrad.a
	$$(CC) $$(CFLAGS) $(2) $$^ -lcmocka $$(LDLIBS) -o $$@

.PHONY: test-$(1)
test-$(1): build/$(1)/stylegrad $$(TESTS:%.c=build/$(1)/%)
	@set -e; for t in $$(TESTS:%.c=build/$(1)/%); do \
	    echo "== $$$$t"; STYLEGRAD=build/$(1)/stylegrad $$$$t; done

-include $$(wildcard build/$(1)/*/*.d)
.PRECIOUS: build/$(1)/%.o
endef

$(eval $(call variant,float,-O3))
$(eval $(call variant,double,-O3 -DREAL_DOUBLE))
$(eval $(call variant,sanitize,-O1 -g -DREAL_DOUBLE $(SANITIZE)))

build/stylegrad: build/float/stylegrad
	cp $< $@

build/stylegrad-double: build/double/stylegrad
	cp $< $@

test: test-sanitize test-float

SOURCES = $(shell git ls-files '*.c' '*.h')

lint:
	clang-format --dry-run -Werror $(SOURCES)
	cppcheck --quiet --error-exitcode=1 --inline-suppr -I. \
	    --enable=warning,portability --suppress=missingIncludeSystem $(filter %.c,$(SOURCES))
	! grep -nE 'assert_(float|double)_equal' $(SOURCES)

clean:
	rm -rf build out

.PHONY: all test lint clean
