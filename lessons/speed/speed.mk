# The exercise that is graded for speed, and the tests of it and of the teacher's pages.
#
#   make speed-04               measures conv2d of mine/04_conv.c against the machine's peak;
#                               FILE=name.c: of that file; ANSWERS=1: of lessons/answers/speed;
#                               THREADS=2: on two threads; SPEED_FLAGS=-O3: otherwise compiled
#   make test-speed             blank, wrong and right ones; part of make test-exercises
#   make test-teaching          are the numbers and quotations of docs/*/teaching.md true?

SPEED = $(wildcard lessons/speed/*.c)

# In float, for this processor, and products may be fused with sums: as the peak is.
SPEED_NATIVE_x86_64 = -march=native -mprefer-vector-width=512
SPEED_NATIVE_aarch64 = -mcpu=native
SPEED_FLAGS = -O3 $(SPEED_NATIVE_$(PROCESSOR)) -ffp-contract=fast
SPEED_FILE = $(if $(FILE),$(FILE),$(if \
               $(ANSWERS),lessons/answers/speed/3_tile.c,$(MINE)/04_conv.c))
SPEED_PROGRAM = $(BUILD)/float/lessons/speed/main
SPEED_OBJECT = $(BUILD)/float/speed/04_conv.so

$(SPEED_PROGRAM): $(SPEED:%.c=$(BUILD)/float/%.o) $(GRADE_HELP:%.c=$(BUILD)/float/%.o) \
        $(BUILD)/float/libstylegrad.a
	$(LINK) -O3 $(CFLAGS) $^ $(LIBS) -o $@

# The file may be another one each time.
$(SPEED_OBJECT): FORCE
	@mkdir -p $(@D)
	@rm -f $@
	@$(COMPILE) $(SPEED_FLAGS) $(CFLAGS) -fPIC -shared '$(SPEED_FILE)' \
	    lessons/check/exercise.c -lm -o $@

speed-04: $(CATALOGUE)
	@$(if $(ANSWERS),$(NEED_ANSWERS))
	@lessons/started.sh $(MINE) '$(CHECKED)' 04_conv
	+@$(BUILD_QUIETLY) $(SPEED_PROGRAM) $(SPEED_OBJECT)
	@OMP_THREAD_LIMIT=$(or $(THREADS),1) $(SPEED_PROGRAM) $(SPEED_OBJECT) $(THREADS)

$(foreach variant,float double coverage sanitize,$(eval \
    $(BUILD)/$(variant)/tests/test_bench_speed: $(patsubst %.c,$(BUILD)/$(variant)/%.o, \
        $(filter-out lessons/speed/main.c,$(SPEED)) $(GRADE_HELP))))

test-speed:
	@$(NEED_ANSWERS)
	+@MAKE="$(BUILD_QUIETLY)" tests/answer_speed.sh $(BUILD)

test-teaching:
	@$(NEED_ANSWERS)
	+@$(BUILD_QUIETLY) $(GRADED:%=$(BUILD)/sanitize/lessons/%) $(BUILD)/double/libstylegrad.a
	@CC="$(CC)" tests/teaching.sh $(BUILD)

test-exercises: test-speed test-teaching

.PHONY: speed-04 test-speed test-teaching
