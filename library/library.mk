# The library for other programs, and what `make install` puts where.
#
#   make install PREFIX=/usr/local DESTDIR=    programs, library, headers, manual, completion
#   make uninstall PREFIX=...                  takes all of it away again
#   make test-library                          installs into build/ and builds examples/ there
#
# Two libraries, which can be used side by side: libstylegrad, whose numbers are float, and
# libstylegrad-double. They are made from the objects of the programs; library/headers.py
# says which symbols are exported and how they are named.

VERSION := $(shell sed -n 's/^\#define STYLEGRAD_VERSION_[A-Z]* \([0-9]*\)$$/\1/p' \
             tensor/version.h | paste -sd. -)
# The part of the version that a program is linked to.
SOVERSION := $(firstword $(subst ., ,$(VERSION)))
LIBDIR = lib
OBJCOPY = $(if $(findstring clang,$(CC)),$(or $(shell command -v objcopy),llvm-objcopy),objcopy)
EXPORTED = $(BUILD)/library
PUBLIC_FILES := $(shell sed '/^\#/d;/^$$/d' library/public.txt)

$(EXPORTED)/float.map $(EXPORTED)/double.map $(EXPORTED)/include/stylegrad/names.h &: \
        $(BUILD)/float/libstylegrad.a $(BUILD)/double/libstylegrad.a library/headers.py \
        library/public.txt $(PUBLIC_FILES)
	@rm -rf $(EXPORTED)/include
	library/headers.py headers $(EXPORTED)/include
	library/headers.py symbols $(EXPORTED) $(filter %.a,$^) $(COMPILE)

# What gcc makes of the parallel loops runs on threads of the library's own: see team.c.
# clang calls other functions, which are those of its OpenMP.
ifeq ($(findstring clang,$(shell $(CC) --version 2>/dev/null)),)
TEAM = library/team.o
THREAD_FLAGS = -pthread
else
THREAD_FLAGS = -fopenmp
endif

# tests/test_team.c runs on these threads with any compiler.
$(foreach variant,float double sanitize coverage thread, \
  $(eval $(BUILD)/$(variant)/tests/test_team: $(BUILD)/$(variant)/library/team.o))

# Without what is for programs only: they may start themselves again.
IN_LIBRARY = $(TEAM) $(patsubst %.c,%.o,$(filter-out io/spin_briefly.c,$(LIBRARY)))

# width, name of the library: one object in which only the public names are global.
define exported_library
$(EXPORTED)/$(1).o: $(IN_LIBRARY:%=$(BUILD)/$(1)/%) $(EXPORTED)/$(1).map
	$$(CC) -r -nostdlib $$(filter %.o,$$^) -o $$@.all
	$$(OBJCOPY) --redefine-syms=$(EXPORTED)/$(1).map \
	    --redefine-sym .gomp_critical_user_.var=$(subst -,_,$(2))_critical $$@.all $$@.named
	$$(OBJCOPY) --keep-global-symbols=$(EXPORTED)/$(1).exported $$@.named $$@
	@rm -f $$@.all $$@.named

$(EXPORTED)/lib$(2).a: $(EXPORTED)/$(1).o
	@rm -f $$@
	$$(AR) rcs $$@ $$<

$(EXPORTED)/lib$(2).so.$$(VERSION): $(EXPORTED)/$(1).o
	$$(filter-out -fopenmp,$$(LINK)) $$(THREAD_FLAGS) -shared \
	    -Wl,-soname,lib$(2).so.$$(SOVERSION) -Wl,-z,defs -Wl,-z,nodelete \
	    $$(SHARED_HARDENED) $$(CFLAGS) $$< $$(LIBS) -o $$@
endef
SHARED_HARDENED = $(filter-out -pie,$(HARDENED_LINK))

$(eval $(call exported_library,float,stylegrad))
$(eval $(call exported_library,double,stylegrad-double))

LIBRARY_NAMES = stylegrad stylegrad-double
LIBRARY_FILES = $(foreach name,$(LIBRARY_NAMES),$(EXPORTED)/lib$(name).a \
                  $(EXPORTED)/lib$(name).so.$(VERSION))

library: $(LIBRARY_FILES)

# ---- Installation ----

# The folder goes into files that are installed, so it is written out: some shells leave ~
# to the program. Lists of make have no names with spaces.
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))
PLACE = case '$(DESTDIR)$(PREFIX)' in \
        *' '*) echo "make $@: '$(DESTDIR)$(PREFIX)' has a space; choose a PREFIX without" >&2; \
               exit 2 ;; esac; \
    case '$(PREFIX)' in \
        /*) ;; \
        *) echo "make $@: PREFIX is '$(PREFIX)'; it begins with /, as in PREFIX=/usr/local" >&2; \
           exit 2 ;; esac

BINDIR = $(PREFIX)/bin
SHARE = $(PREFIX)/share
# What is installed as a file, without the headers: uninstall removes the same list.
INSTALLED_FILES = \
    $(BINDIR)/stylegrad $(BINDIR)/stylegrad-double \
    $(foreach name,$(LIBRARY_NAMES), \
      $(addprefix $(PREFIX)/$(LIBDIR)/, lib$(name).a lib$(name).so lib$(name).so.$(SOVERSION) \
        lib$(name).so.$(VERSION) pkgconfig/$(name).pc)) \
    $(SHARE)/man/man1/stylegrad.1 $(SHARE)/man/man1/stylegrad-double.1 \
    $(SHARE)/bash-completion/completions/stylegrad \
    $(SHARE)/bash-completion/completions/stylegrad-double \
    $(SHARE)/zsh/site-functions/_stylegrad
# And these are folders of our own.
INSTALLED_FOLDERS = $(PREFIX)/include/stylegrad $(PREFIX)/$(LIBDIR)/cmake/stylegrad \
                    $(SHARE)/stylegrad

TEMPLATE = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|g' -e 's|@VERSION@|$(VERSION)|' \
    -e 's|@THREAD_FLAGS@|$(THREAD_FLAGS)|' -e 's|@SOVERSION@|$(SOVERSION)|g' \
    -e 's|@MAJOR@|$(word 1,$(subst ., ,$(VERSION)))|g' \
    -e 's|@MINOR@|$(word 2,$(subst ., ,$(VERSION)))|g' \
    -e 's|@UP@|$(shell echo $(LIBDIR)/cmake/stylegrad | sed 's|[^/]*|..|g')|'

install: all library
	@$(PLACE)
	install -d $(addprefix $(DESTDIR),$(sort $(dir $(INSTALLED_FILES))) $(INSTALLED_FOLDERS) \
	    $(SHARE)/stylegrad/recipes $(SHARE)/stylegrad/styles $(SHARE)/doc/stylegrad)
	install $(BUILD)/stylegrad $(BUILD)/stylegrad-double $(DESTDIR)$(BINDIR)
	install -m 644 recipes/*.recipe $(DESTDIR)$(SHARE)/stylegrad/recipes
	install -m 644 assets/*.png assets/*.safetensors $(DESTDIR)$(SHARE)/stylegrad
	install -m 644 assets/styles/*.style $(DESTDIR)$(SHARE)/stylegrad/styles
	rm -rf $(DESTDIR)$(PREFIX)/include/stylegrad
	cp -R $(EXPORTED)/include/stylegrad $(DESTDIR)$(PREFIX)/include/stylegrad
	for name in $(LIBRARY_NAMES); do \
	    install -m 644 $(EXPORTED)/lib$$name.a $(DESTDIR)$(PREFIX)/$(LIBDIR) && \
	    install $(EXPORTED)/lib$$name.so.$(VERSION) $(DESTDIR)$(PREFIX)/$(LIBDIR) && \
	    ln -sf lib$$name.so.$(VERSION) \
	        $(DESTDIR)$(PREFIX)/$(LIBDIR)/lib$$name.so.$(SOVERSION) && \
	    ln -sf lib$$name.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/$(LIBDIR)/lib$$name.so || exit 1; \
	done
	$(TEMPLATE) -e 's|@NAME@|stylegrad|' -e 's|@WIDTH@|float|' -e 's|@CFLAGS@||' \
	    library/templates/stylegrad.pc.in \
	    >$(DESTDIR)$(PREFIX)/$(LIBDIR)/pkgconfig/stylegrad.pc
	$(TEMPLATE) -e 's|@NAME@|stylegrad-double|' -e 's|@WIDTH@|double|' \
	    -e 's|@CFLAGS@| -DSTYLEGRAD_DOUBLE|' library/templates/stylegrad.pc.in \
	    >$(DESTDIR)$(PREFIX)/$(LIBDIR)/pkgconfig/stylegrad-double.pc
	for file in stylegrad-config stylegrad-config-version; do \
	    $(TEMPLATE) library/templates/$$file.cmake.in \
	        >$(DESTDIR)$(PREFIX)/$(LIBDIR)/cmake/stylegrad/$$file.cmake || exit 1; \
	done
	for name in stylegrad stylegrad-double; do \
	    library/man.sh $(BUILD)/$$name >$(DESTDIR)$(SHARE)/man/man1/$$name.1 && \
	    install -m 644 library/completion/stylegrad.bash \
	        $(DESTDIR)$(SHARE)/bash-completion/completions/$$name || exit 1; \
	done
	install -m 644 library/completion/_stylegrad $(DESTDIR)$(SHARE)/zsh/site-functions
	install -m 644 LICENSE CHANGELOG.md $(DESTDIR)$(SHARE)/doc/stylegrad
	$(SEE_LIBRARIES)

uninstall:
	@$(PLACE)
	rm -f $(addprefix $(DESTDIR),$(INSTALLED_FILES))
	rm -rf $(addprefix $(DESTDIR),$(INSTALLED_FOLDERS) $(SHARE)/doc/stylegrad)
	$(SEE_LIBRARIES)

# So that programs find the libraries without LD_LIBRARY_PATH, where the system searches
# PREFIX/lib. Only root can do it, and a package does it on its own.
SEE_LIBRARIES = @[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || \
    ! PATH=$$PATH:/sbin command -v ldconfig >/dev/null || PATH=$$PATH:/sbin ldconfig

.PHONY: library install uninstall

# Tests of the kernels once more, on the threads of the installed library.
ifneq ($(TEAM),)
TEAM_TESTS = $(addprefix $(BUILD)/float/library/, test_kernels test_fast_conv2d test_fast_gemm \
               test_fast_gram test_fast_weight test_vector test_conv_groups test_transport)
$(BUILD)/float/library/test_%: $(BUILD)/float/tests/test_%.o $(BUILD)/float/tests/test.o \
                               $(BUILD)/float/$(TEAM) $(BUILD)/float/libstylegrad.a
	$(filter-out -fopenmp,$(LINK)) -pthread $(CFLAGS) $^ -lcmocka $(LIBS) -o $@
endif

# Into a folder of its own, used from there, and away again without a trace.
TRIAL = $(abspath $(BUILD))/trial
test-library: $(TEAM_TESTS)
	@rm -rf $(TRIAL)
	+@$(BUILD_QUIETLY) install DESTDIR= PREFIX=$(TRIAL) >/dev/null
	@[ -z "$(TEAM_TESTS)" ] || JOBS=$(JOBS) tests/run.sh $(TEAM_TESTS)
	CC="$(CC)" tests/library.sh $(TRIAL)
	@tests/library_place.sh
	@$(MAKE) -s uninstall DESTDIR= PREFIX=$(TRIAL)
	@left=$$(find $(TRIAL) ! -type d); [ -z "$$left" ] || \
	    { echo "make uninstall leaves: $$left" >&2; exit 1; }

.PHONY: test-library
