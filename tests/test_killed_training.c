/* A training that is killed at any moment continues from its checkpoint, and ends in the
 * weights and the trace of one that was never killed. 300 kills in `make soak`, a few in
 * `make test`; $KILLS says another number. */
#include "tests/app_training.h"
#include "tests/killed.h"

/* Begins a training that saves after every step, or continues it. */
static pid_t begin_training(int steps) {
    char line[512];
    if (exists("run.checkpoint"))
        return begin("exec $SG train-features --resume run.checkpoint");
    snprintf(line, sizeof line,
             "exec $SG $T %d -o killed.safetensors --trace killed.csv --checkpoint "
             "run.checkpoint --checkpoint-every 1",
             steps);
    return begin(line);
}

/* Complete files or none, at every moment. */
static void assert_whole_files(void) {
    assert_whole_checkpoint();
    if (exists("killed.safetensors")) done("cmp killed.safetensors whole.safetensors");
    if (exists("killed.csv")) same_rows("killed.csv", "whole.csv");
}

/* With rows of the trace before the kills and after them in the long one. */
static void killed_trainings_end_in_the_same_bytes(void **state) {
    (void)state;
    const int kills = kills_of(300, 4), steps = getenv("SOAK") ? 205 : 10;
    char line[256];
    snprintf(line, sizeof line, "$SG $T %d -o whole.safetensors --trace whole.csv",
             steps);
    const double before = now();
    done(line);
    const double seconds = now() - before;
    for (int killed = 0; killed < kills;) {
        done("rm -f run.* killed.* .stylegrad-*");
        for (bool going = true; going && killed < kills; killed += going) {
            going = kill_after(begin_training(steps), seconds);
            assert_whole_files();
        }
        assert_ended(end(begin_training(steps)), "the training");
        assert_whole_files();
        assert_true(exists("killed.safetensors") && exists("killed.csv"));
    }
    print_message("%d kills, %.2f s for the whole training\n", kills, seconds);
}

static int make_all(void **state) {
    begin_chance();
    return make_training(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_trainings_end_in_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, make_all, remove_folder);
}
