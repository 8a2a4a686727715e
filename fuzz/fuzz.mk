# Fuzzing: programs that give every reader bytes that nobody thought of.
#
#   make fuzz FUZZ_SECONDS=60   libFuzzer (clang), so many seconds for each target; ends at
#                               the first finding, keeps the input and says how to repeat it;
#                               FUZZ_TARGETS="png zip": these only; FUZZ_JOBS=2: two at a time
#   make test-corpora           replays fuzz/corpus under gcc's sanitizers; part of make test
#   make fuzz-corpus            adds what was found to fuzz/corpus, as few files as possible
#
# A target is a file fuzz/target_NAME.c, with words of the format in
# fuzz/dictionaries/NAME.dict and files to begin with in fuzz/corpus/NAME. The figures of
# the last run are in out/fuzz/summary.txt. fuzz/oss-fuzz.sh builds the same for OSS-Fuzz.

FUZZ_TARGETS = $(patsubst fuzz/target_%.c,%,$(wildcard fuzz/target_*.c))
FUZZ_SECONDS = 60
FUZZ_JOBS = 1
FUZZ_HELP = $(filter-out fuzz/target_%.c fuzz/replay.c fuzz/seeds.c,$(wildcard fuzz/*.c))
FUZZ_APP = $(filter-out app/stylegrad.c,$(APP))
FUZZ_BUILD = $(BUILD)/clang-fuzz

# What target NAME of a variant is linked from.
fuzz_objects = $(BUILD)/$(1)/fuzz/target_%.o $(FUZZ_HELP:%.c=$(BUILD)/$(1)/%.o) \
               $(FUZZ_APP:%.c=$(BUILD)/$(1)/%.o) $(BUILD)/$(1)/libstylegrad.a

# For clang only: see the sub-make of `fuzz`.
$(eval $(call variant,fuzz,-O1 -g $(SANITIZERS) -fsanitize=fuzzer-no-link \
                       -Wno-pass-failed))

$(BUILD)/fuzz/fuzz/%: $(call fuzz_objects,fuzz)
	$(LINK) -g $(SANITIZERS) -fsanitize=fuzzer $(CFLAGS) $^ $(LIBS) -o $@

$(BUILD)/sanitize/fuzz/%: $(call fuzz_objects,sanitize) $(BUILD)/sanitize/fuzz/replay.o
	$(LINK) -g $(SANITIZERS) $(CFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -o $@

fuzz-programs: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/fuzz/%)

fuzz:
	+@$(BUILD_SHOWN) CC=clang BUILD=$(FUZZ_BUILD) fuzz-programs
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_JOBS=$(FUZZ_JOBS) \
	    fuzz/run.sh $(FUZZ_BUILD)/fuzz/fuzz $(FUZZ_TARGETS)

# For OSS-Fuzz, whose flags say which sanitizer.
$(eval $(call variant,bare,-g -Wno-pass-failed))

fuzz-objects: $(FUZZ_TARGETS:%=$(BUILD)/bare/fuzz/target_%.o) \
              $(FUZZ_HELP:%.c=$(BUILD)/bare/%.o) $(FUZZ_APP:%.c=$(BUILD)/bare/%.o) \
              $(BUILD)/bare/libstylegrad.a

# Files to begin with, which the readers' own writers make.
$(BUILD)/%/fuzz/seeds: $(BUILD)/%/fuzz/seeds.o $(BUILD)/%/fuzz/repair.o \
                       $(BUILD)/%/libstylegrad.a
	$(LINK) $(CFLAGS) $^ $(LIBS) -o $@

fuzz-corpus: all $(BUILD)/float/fuzz/seeds $(BUILD)/double/fuzz/seeds
	+@$(BUILD_SHOWN) CC=clang BUILD=$(FUZZ_BUILD) fuzz-programs
	@fuzz/minimise.sh $(FUZZ_BUILD)/fuzz/fuzz $(BUILD) $(FUZZ_TARGETS)

test-corpora: $(FUZZ_TARGETS:%=$(BUILD)/sanitize/fuzz/%)
	@JOBS=$(JOBS) tests/run.sh $^

.PHONY: fuzz fuzz-programs fuzz-objects fuzz-corpus test-corpora
