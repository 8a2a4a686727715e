/* A training of any command that is killed at any moment continues from its checkpoint,
 * and ends in the weights and the trace of one that was never killed. 300 kills in `make soak`, a few in
 * `make test`; $KILLS says another number. */
#include "tests/app_training.h"
#include "tests/killed.h"

/* A command that trains: its name, and how a run begins. */
typedef struct Trained {
    const char *command, *begins;
} Trained;

static const Trained features = {"train-features", "$SG $T"},
                     style = {"train-style",
                              "$SG train-style art.png c.png --batch 1 --size 32 "
                              "--last-size 36 --content-layers relu1_2 --style-layers "
                              "relu1_1 --steps"},
                     any = {"train-any-style",
                            "$SG train-any-style c.png --styles art.png --batch 1 "
                            "--last-size 64 --steps"};

/* Begins a training that saves after every step, or continues it. */
static pid_t begin_training(const Trained *of, int steps) {
    char line[512];
    if (exists("run.checkpoint"))
        snprintf(line, sizeof line, "exec $SG %s --resume run.checkpoint", of->command);
    else
        snprintf(line, sizeof line,
                 "exec %s %d -o killed.weights --trace killed.csv --checkpoint "
                 "run.checkpoint --checkpoint-every 1",
                 of->begins, steps);
    return begin(line);
}

/* Complete files or none, at every moment. */
static void assert_whole_files(void) {
    assert_whole_checkpoint();
    if (exists("killed.weights")) done("cmp killed.weights whole.weights");
    if (exists("killed.csv")) same_rows("killed.csv", "whole.csv");
}

/* With rows of the trace before the kills and after them in the long one. */
static void kill_often(const Trained *of, int kills) {
    const int steps = getenv("SOAK") ? 205 : 10;
    char line[512];
    snprintf(line, sizeof line, "%s %d -o whole.weights --trace whole.csv", of->begins,
             steps);
    const double before = now();
    done(line);
    const double seconds = now() - before;
    for (int killed = 0; killed < kills;) {
        done("rm -f run.* killed.* .stylegrad-*");
        for (bool going = true; going && killed < kills; killed += going) {
            going = kill_after(begin_training(of, steps), seconds);
            assert_whole_files();
        }
        assert_ended(end(begin_training(of, steps)), "the training");
        assert_whole_files();
        assert_true(exists("killed.weights") && exists("killed.csv"));
    }
    print_message("%d kills, %.2f s for the whole training\n", kills, seconds);
}

static void killed_trainings_end_in_the_same_bytes(void **state) {
    (void)state;
    kill_often(&features, kills_of(300, 4));
}

static void killed_styles_end_in_the_same_bytes(void **state) {
    (void)state;
    put_image("art.png", 64, 80);
    kill_often(&style, kills_of(300, 4));
}

static void killed_decoders_end_in_the_same_bytes(void **state) {
    (void)state;
    kill_often(&any, kills_of(300, 2));
}

static int make_all(void **state) {
    begin_chance();
    return make_training(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_trainings_end_in_the_same_bytes),
        cmocka_unit_test(killed_styles_end_in_the_same_bytes),
        cmocka_unit_test(killed_decoders_end_in_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, make_all, remove_folder);
}
