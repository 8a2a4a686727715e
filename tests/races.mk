# Data races: clang's thread sanitizer over kernels, tapes and a little of every command.
#
#   make races            all of it, on 4 threads; RACES_SAMPLE=1: two minutes of it
#
# Archer (libarcher.so, which comes with libomp) tells the sanitizer where OpenMP waits.
# A planted race must be found first. The figures are in out/races/races.json.

RACES_BUILD = $(BUILD)/clang-races
RACES_USUAL = test_kernels_gram_pool test_fast_gram test_sums test_relu_signs test_matmul \
              test_recompute
RACES_LONG = test_kernels test_fast_conv2d test_fast_gemm test_fast_weight test_winograd \
             test_narrow_conv test_tiles test_steady test_distill
RACES_TESTS = $(filter $(TESTS),$(RACES_USUAL) $(if $(RACES_SAMPLE),,$(RACES_LONG)))

# For clang only: see the sub-make of `races`.
$(eval $(call variant,thread,-O1 -g -fsanitize=thread -Wno-pass-failed))

$(BUILD)/thread/tests/planted_race: $(BUILD)/thread/tests/planted_race.o
	$(LINK) -fsanitize=thread $(CFLAGS) $^ -o $@

races-programs: $(BUILD)/thread/stylegrad $(BUILD)/thread/tests/planted_race \
                $(RACES_TESTS:%=$(BUILD)/thread/tests/%)

races:
	+@$(BUILD_SHOWN) CC=clang BUILD=$(RACES_BUILD) races-programs
	@JOBS=$(JOBS) tests/races.sh $(RACES_BUILD)/thread $(RACES_TESTS)

.PHONY: races races-programs
