# Mutation testing: is every gradient and every optimiser held by a test?
#
#   make mutation                        all mutants: twenty minutes of one processor
#   make mutation SAMPLE=10              the same tenth of them each time
#   make mutation FILES="optim/adam.c"   those of some files
#
# A mutant is one wrong sign, term, index, constant, comparison or statement: see
# tests/mutants.py. tests/mutation_scopes.txt says which functions are changed and which
# test programs must notice. tests/mutation_equivalents.txt lists the changes that alter
# no result, with the reason. A mutant that survives without being in that list fails the
# run, and so does a stale entry. The figures are in out/mutation/mutation.json, every
# mutant with its verdict in out/mutation/mutants.txt.

MUTATION_TESTS = $(sort $(filter test_%,$(shell grep -v '^\#' tests/mutation_scopes.txt)))
MUTATION_LIBRARY = optim/*.[ch] losses/*.[ch] nn/*.[ch] autograd/*.[ch] \
                   tensor/kernels/*.[ch] tensor/kernels/*/*.[ch] \
                   transfer/*.c train/*.c errata/*.c flow/*.[ch]
MUTATION_FLAGS = -O1 -DREAL_DOUBLE -fPIC
MUTATION_BUILD = $(BUILD)/mutation

# The library as one shared object: a mutant that is preloaded stands before it.
$(eval $(call variant,mutation,$(MUTATION_FLAGS)))

$(MUTATION_BUILD)/shared/libstylegrad.so: $(MUTATION_BUILD)/libstylegrad.a
	@mkdir -p $(@D)
	$(LINK) -shared -Wl,--whole-archive $< -Wl,--no-whole-archive $(LIBS) -o $@

$(MUTATION_BUILD)/shared/test_%: $(MUTATION_BUILD)/tests/test_%.o \
        $(MUTATION_BUILD)/tests/test.o $(MUTATION_BUILD)/shared/libstylegrad.so
	$(LINK) $(filter %.o,$^) -L$(@D) -lstylegrad -Wl,-rpath,'$$ORIGIN' -lcmocka $(LIBS) -o $@

mutation-programs: $(MUTATION_TESTS:%=$(MUTATION_BUILD)/shared/%) \
        $(MUTATION_TESTS:%=$(BUILD)/sanitize/tests/%.o) $(BUILD)/sanitize/tests/test.o \
        $(BUILD)/sanitize/libstylegrad.a

mutation:
	+@$(BUILD_SHOWN) mutation-programs
	@tests/mutation.py --library "$(MUTATION_LIBRARY)" \
	    --compile "$(COMPILE) $(MUTATION_FLAGS)" \
	    --compile-fast "$(COMPILE) -O3 -DREAL_DOUBLE" \
	    --link "$(LINK)" --programs $(MUTATION_BUILD)/shared --sanitized $(BUILD)/sanitize \
	    --sanitized-compile "$(COMPILE) -O1 -g -DREAL_DOUBLE $(SANITIZERS)" \
	    --sanitized-link "$(LINK) $(SANITIZERS)" --libraries "-lcmocka $(LIBS)" \
	    --jobs $(JOBS) $(if $(SAMPLE),--sample $(SAMPLE)) $(FILES)

.PHONY: mutation mutation-programs
