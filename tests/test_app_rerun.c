/* A run once more: from its manifest, and from its checkpoint. */
#include "tests/app_paint.h"

/* Everything at once, and once more from the manifest. */
static void a_rerun_repeats_every_bit(void **state) {
    (void)state;
    static char first[1 << 16], again[1 << 16];
    const char *left = put_mask("left.png", 24, 32, 0, 16),
               *right = put_mask("right.png", 24, 32, 16, 32);
    done(RUN("paint", in_folder("a.png"), in_folder("b.png"), in_folder("c.png"), "-o",
             in_folder("r.png"), "--net", "vgg19", "--weights", "random:7", "--size",
             "64", "--style-layers", "relu1_1:0.3,relu2_1", "--content-layers", "relu1_2",
             "--steps", "4", "--pyramid", "2", "--mask", left, "--mask", right,
             "--style-blend", "0.3,0.6", "--style-size", "40", "--init", "noise",
             "--seed", "11", "--init-blend", "0.25", "--colors", "match", "--tv-weight",
             "0.1", "--manifest", in_folder("r.json")));
    Outcome o =
        RUN("rerun", in_folder("r.json"), "-o", in_folder("again.png"), "--threads", "1");
    done(o);
    assert_non_null(strstr(o.err, "bit for bit"));
    read_back(in_folder("r.png"), first, sizeof first);
    read_back(in_folder("again.png"), again, sizeof again);
    assert_memory_equal(first, again, sizeof first);
}

/* What is painted can be painted again: another optimiser takes no plan of rates along,
 * and what a recipe file may not say, a command line may not say either. */
static void a_rerun_takes_every_recipe_that_paint_takes(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *png = in_folder("o.png"), *json = in_folder("o.json");
    static const char *const recipes[] = {"d2l", "c2-starry", "gatys"};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        done(RUN_SMALL("paint", a, b, "-o", png, "--manifest", json, "--recipe",
                       recipes[i], "--optim", i == 2 ? "adam" : "lbfgs"));
        Outcome o = RUN("rerun", json, "-o", in_folder("again.png"));
        done(o);
        assert_non_null(strstr(o.err, "bit for bit"));
    }
    assert_refused(RUN_SMALL("paint", a, b, "--recipe", "ns", "--features", "torch"), 2,
                   "remove input or features");
}

/* A manifest of a small run whose input changes afterwards. */
static void a_rerun_refuses_what_is_not_the_same(void **state) {
    (void)state;
    char text[16384];
    put_image("d.png", 24, 32);
    done(RUN_SMALL("paint", in_folder("d.png"), in_folder("b.png"), "-o",
                   in_folder("s.png"), "--manifest", in_folder("s.json")));
    read_back(in_folder("s.json"), text, sizeof text);
    put_image("d.png", 25, 32);
    assert_refused(RUN("rerun", in_folder("s.json"), "-o", in_folder("x.png")), 1,
                   "d.png");
    unlink(in_folder("d.png"));
    assert_refused(RUN("rerun", in_folder("s.json"), "-o", in_folder("x.png")), 1,
                   "d.png");
    assert_int_not_equal(access(in_folder("x.png"), F_OK), 0);
    assert_refused(RUN("rerun", in_folder("missing.json")), 1, "missing.json");
    assert_refused(RUN("rerun", in_folder("a.png")), 1, "no manifest");
    assert_refused(RUN("rerun"), 2, "MANIFEST");
    char *variant = strstr(text, "\"variant\": \"");
    variant[strlen("\"variant\": \"")] = 'x';
    FILE *file = fopen(in_folder("v.json"), "w");
    fputs(text, file);
    fclose(file);
    assert_refused(RUN("rerun", in_folder("v.json")), 1, "computes in");
}

/* ---- --checkpoint and --resume; that killed runs continue is in test_killed.c ---- */

#define SAVED in_folder("run.checkpoint")
#define SAVED_BEFORE in_folder("run.checkpoint.previous")

/* 2 steps, as in `small`, and then 4 more are 6 steps. */
static void a_finished_run_is_prolonged(void **state) {
    (void)state;
    static char whole[1 << 16], more[1 << 16];
    const char *const six[] = {"paint",
                               in_folder("a.png"),
                               in_folder("b.png"),
                               "-o",
                               in_folder("6.png"),
                               "--optim",
                               "adam",
                               "--net",
                               "vgg19",
                               "--size",
                               "24",
                               "--style-layers",
                               "relu1_1",
                               "--content-layers",
                               "relu1_2",
                               "--steps",
                               "6",
                               NULL};
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("2.png"), "--optim", "adam", "--checkpoint", SAVED));
    done(RUN("paint", "--resume", SAVED, "-o", in_folder("more.png"), "--steps", "6"));
    done(run(six, NULL));
    read_back(in_folder("6.png"), whole, sizeof whole);
    read_back(in_folder("more.png"), more, sizeof more);
    assert_memory_equal(whole, more, sizeof whole);
    assert_refused(RUN("paint", "--resume", SAVED, "--steps", "2"), 1, "step 6 of 2");
}

/* A checkpoint is replaced in two steps: the old file gets the name FILE.previous as well,
 * and then the new one takes the name FILE. A run that is killed between the two leaves
 * one file with two names. */
static void a_run_killed_between_two_names_continues(void **state) {
    (void)state;
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("two.png"), "--checkpoint", SAVED));
    unlink(in_folder("two.png"));
    unlink(SAVED_BEFORE);
    assert_int_equal(link(SAVED, SAVED_BEFORE), 0);
    done(RUN("paint", "--resume", SAVED, "--steps", "4"));
    assert_int_equal(access(in_folder("two.png"), F_OK), 0);
    /* Still no output may take either name. */
    unlink(SAVED_BEFORE);
    assert_int_equal(link(SAVED, SAVED_BEFORE), 0);
    assert_refused(RUN("paint", "--resume", SAVED, "--trace", SAVED_BEFORE), 1,
                   "--trace");
}

/* The outputs of the first command, and a table with the rows from both processes. */
static void a_resumed_run_writes_the_first_outputs(void **state) {
    (void)state;
    char rows[4096];
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("first.png"), "--trace", in_folder("rows.csv"),
                   "--checkpoint", SAVED, "--checkpoint-every", "1"));
    unlink(in_folder("first.png"));
    unlink(in_folder("rows.csv"));
    done(RUN("paint", "--resume", SAVED, "--steps", "4"));
    assert_int_equal(access(in_folder("first.png"), F_OK), 0);
    read_back(in_folder("rows.csv"), rows, sizeof rows);
    int lines = 0;
    for (const char *at = rows; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 1 + 4);
}

/* The rows are restored before it is found that 2 of 2 steps are not 1. */
static void a_run_that_cannot_continue_leaves_the_first_outputs(void **state) {
    (void)state;
    static char before[4096], after[4096];
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("stays.png"), "--trace", in_folder("stays.csv"),
                   "--checkpoint", SAVED));
    read_back(in_folder("stays.csv"), before, sizeof before);
    assert_true(strlen(before) > 0);
    assert_refused(RUN("paint", "--resume", SAVED, "--optim", "adam"), 2,
                   "--optim: a run");
    assert_refused(RUN("paint", "--resume", SAVED, "--steps", "1"), 1, "has");
    read_back(in_folder("stays.csv"), after, sizeof after);
    assert_string_equal(before, after);
}

static void a_checkpoint_keeps_its_settings(void **state) {
    (void)state;
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("k.png"), "--checkpoint", SAVED));
    assert_refused(RUN("paint", "--resume", SAVED, "--lr", "3"), 2,
                   "--lr: a run that is");
    assert_refused(RUN("paint", "--resume", SAVED, in_folder("a.png")), 2, "leave out");
    assert_refused(RUN("paint", "--resume", in_folder("none")), 1, "none");
    assert_refused(RUN("paint", "--resume", in_folder("a.png")), 1, "a.png");
    assert_refused(RUN("paint", "--resume", SAVED, "--checkpoint-every", "0s"), 2, "30s");
    assert_refused(RUN("paint", "--resume", SAVED, "--checkpoint-every", "1.5"), 2,
                   "30s");
}

/* A file named by --checkpoint is an output like any other. */
static void a_checkpoint_is_written_over_nothing(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    assert_refused(RUN_SMALL("paint", a, b, "-o", in_folder("o.png"), "--checkpoint", a),
                   1, "--checkpoint");
    assert_refused(RUN_SMALL("paint", a, b, "-o", in_folder("x.previous"), "--checkpoint",
                             in_folder("x")),
                   1, "x.previous");
    assert_refused(
        RUN_SMALL("paint", a, b, "-o", in_folder("o.png"), "--checkpoint", "/dev/null"),
        1, "regular file");
}

/* The input has other bytes than when the checkpoint was saved. */
static void a_changed_input_is_refused(void **state) {
    (void)state;
    put_image("e.png", 24, 32);
    done(RUN_SMALL("paint", in_folder("e.png"), in_folder("b.png"), "-o",
                   in_folder("f.png"), "--checkpoint", SAVED));
    put_image("e.png", 25, 32);
    assert_refused(RUN("paint", "--resume", SAVED), 1, "e.png");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rerun_repeats_every_bit),
        cmocka_unit_test(a_rerun_takes_every_recipe_that_paint_takes),
        cmocka_unit_test(a_rerun_refuses_what_is_not_the_same),
        cmocka_unit_test(a_finished_run_is_prolonged),
        cmocka_unit_test(a_run_killed_between_two_names_continues),
        cmocka_unit_test(a_resumed_run_writes_the_first_outputs),
        cmocka_unit_test(a_run_that_cannot_continue_leaves_the_first_outputs),
        cmocka_unit_test(a_checkpoint_keeps_its_settings),
        cmocka_unit_test(a_checkpoint_is_written_over_nothing),
        cmocka_unit_test(a_changed_input_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
