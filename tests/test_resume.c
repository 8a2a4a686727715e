/* A run that is saved after any step and continued elsewhere ends in the same bits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pictures.h"
#include "tests/states.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

enum { STEPS = 9 };

static Network *network;
static Recipe usual;
static Error err;
static Tensor content, style, start;

static int begin(void **state) {
    make_arena(state);
    network = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    network_random(network, 3);
    content = random_image(1, 14, 11);
    style = random_image(2, 12, 17);
    start = random_image(3, 14, 11);
    if (!recipe_read("paint", &usual, &err)) return -1;
    usual.net.name = "squeezenet1_1";
    usual.run.steps = STEPS;
    usual.tv.weight = 1e-2;
    return layers_parse("relu1:2,pool1", &usual.content.layers, &err) &&
                   layers_parse("relu1:0.5", &usual.style.layers, &err)
               ? 0
               : -1;
}

static int end(void **state) {
    free_arena(state);
    return 0;
}

static Recipe descent(void) {
    Recipe r = usual;
    r.optimizer.method = METHOD_GD;
    r.optimizer.schedule.lr = 1e-3;
    r.optimizer.gd.momentum = 0.9;
    return r;
}

/* With all that a run counts: a decay, a drop with a new optimiser, a mean of the images,
 * clamping in the first steps only. */
static Recipe adam(void) {
    Recipe r = usual;
    r.optimizer.method = METHOD_ADAM;
    r.optimizer.schedule.lr = 0.02;
    r.optimizer.schedule.at = 6;
    r.optimizer.schedule.after = 0.005;
    r.run.average = 0.8;
    r.pixels.clamp = (Limits){0, 1};
    r.pixels.clamp_steps = 4;
    return r;
}

/* Two pairs are fewer than the steps, so that the ring of pairs goes round. */
static Recipe lbfgs(void) {
    Recipe r = usual;
    r.optimizer.method = METHOD_LBFGS;
    r.optimizer.schedule.lr = 1;
    r.optimizer.lbfgs.history = 2;
    return r;
}

static Recipe searching(void) {
    Recipe r = lbfgs();
    r.optimizer.lbfgs.strong_wolfe = true;
    r.optimizer.lbfgs.history = 20;
    return r;
}

/* A new optimiser after each 4 evaluations. */
static Recipe restarting(void) {
    Recipe r = searching();
    r.optimizer.restart_every = 4;
    return r;
}

static Recipe annealing(void) {
    Recipe r = usual;
    r.optimizer.method = METHOD_ANNEAL;
    r.optimizer.schedule.lr = 1e-3;
    r.optimizer.anneal.temperature = 1e-3;
    r.optimizer.anneal.cooling = 0.9;
    r.seed = 5;
    return r;
}

static Recipe tiles(void) {
    Recipe r = lbfgs();
    r.run.tile = 8;
    return r;
}

typedef Recipe Variant(void);
static Variant *const variants[] = {descent,    adam,      lbfgs, searching,
                                    restarting, annealing, tiles};
#define VARIANTS (int)(sizeof variants / sizeof *variants)

/* What the pieces were after a step, each in memory of its own. */
typedef struct Saved {
    PaintRun *run;
    int at; /* the step */
    StateList copy;
} Saved;

static bool save(void *context, const Problem *problem, const PaintStep *step) {
    (void)problem;
    Saved *saved = context;
    if (step->step != saved->at) return true;
    StateList now = {0};
    paint_state(saved->run, &now);
    saved->copy = state_saved(&now);
    return true;
}

static PaintRun *run_of(Recipe *recipe, Problem *problem) {
    if (!problem_init(problem, arena, recipe, network, content, style, start, &err))
        fail_msg("%s", err.text);
    return paint_begin(problem, arena);
}

/* Ends of a whole run, and of one that was saved after step `at`. */
static void continue_after(Variant *variant, int at) {
    Recipe recipe = variant();
    Problem whole, rest;
    Saved saved = {.run = run_of(&recipe, &whole), .at = at};
    const PaintEnd right = paint_continue(saved.run, save, &saved);
    assert_int_equal(right.steps, STEPS);
    PaintRun *run = run_of(&recipe, &rest);
    StateList list = {0};
    paint_state(run, &list);
    state_copy(&saved.copy, &list);
    if (!paint_resume(run, &err)) fail_msg("%s", err.text);
    const PaintEnd end = paint_continue(run, NULL, NULL);
    assert_int_equal(end.steps, right.steps);
    assert_string_equal(end.why, right.why);
    assert_memory_equal(&end.terms, &right.terms, sizeof end.terms);
    const Tensor a = node_tensor(whole.variable), b = node_tensor(rest.variable);
    assert_memory_equal(a.data, b.data, shape_size(a.shape) * sizeof *a.data);
    problem_free(&whole);
    problem_free(&rest);
}

static void every_method_continues_after_every_step(void **state) {
    (void)state;
    for (int v = 0; v < VARIANTS; v++)
        for (int at = 1; at <= STEPS; at++)
            continue_after(variants[v], at);
}

/* The counters of evaluations continue as well: 3 steps of about 1.4 evaluations. */
static void a_limit_of_evaluations_counts_those_before(void **state) {
    (void)state;
    Recipe recipe = searching();
    recipe.run.evaluations = 8;
    Problem whole, rest;
    Saved saved = {.run = run_of(&recipe, &whole), .at = 3};
    const PaintEnd right = paint_continue(saved.run, save, &saved);
    assert_true(right.steps > 3 && right.steps < STEPS);
    PaintRun *run = run_of(&recipe, &rest);
    StateList list = {0};
    paint_state(run, &list);
    state_copy(&saved.copy, &list);
    assert_true(paint_resume(run, &err));
    assert_int_equal(paint_continue(run, NULL, NULL).steps, right.steps);
    problem_free(&whole);
    problem_free(&rest);
}

/* A run that ended for a reason of its own is not prolonged: from step 2 on a loss that
 * changes by less than 1e3 of itself ends it. */
static void a_run_that_has_ended_takes_no_more_steps(void **state) {
    (void)state;
    Recipe recipe = lbfgs();
    recipe.run.tolerance_loss = 1e3;
    Problem whole, rest;
    Saved saved = {.run = run_of(&recipe, &whole), .at = 2};
    const PaintEnd right = paint_continue(saved.run, save, &saved);
    assert_int_equal(right.steps, 2);
    PaintRun *run = run_of(&recipe, &rest);
    StateList list = {0};
    paint_state(run, &list);
    state_copy(&saved.copy, &list);
    assert_true(paint_resume(run, &err));
    assert_int_equal(paint_continue(run, NULL, NULL).steps, 2);
    assert_int_equal(paint_now(run).step, 2);
    problem_free(&whole);
    problem_free(&rest);
}

static void assert_refused(PaintRun *run, const char *words) {
    assert_false(paint_resume(run, &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

static void *piece_of(PaintRun *run, const char *name) {
    StateList list = {0};
    paint_state(run, &list);
    return state_find(&list, name)->data;
}

static void pieces_that_cannot_be_are_refused(void **state) {
    (void)state;
    Recipe recipe = lbfgs();
    Problem problem;
    PaintRun *run = run_of(&recipe, &problem);
    int *step = piece_of(run, "step"), *rows = piece_of(run, "lbfgs newest");
    int *evaluations = piece_of(run, "evaluations");
    real *image = piece_of(run, "image");
    assert_true(paint_resume(run, &err));
    *step = -1;
    assert_refused(run, "step -1 of 9");
    *step = STEPS + 1;
    assert_refused(run, "step 10 of 9");
    *step = 3;
    assert_refused(run, "0 evaluations in 3 steps");
    *evaluations = 3;
    assert_true(paint_resume(run, &err));
    *rows = 2;
    assert_refused(run, "row 2 of 2");
    *rows = 0;
    image[7] = (real)NAN;
    assert_refused(run, "not finite");
    problem_free(&problem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_continues_after_every_step),
        cmocka_unit_test(a_limit_of_evaluations_counts_those_before),
        cmocka_unit_test(a_run_that_has_ended_takes_no_more_steps),
        cmocka_unit_test(pieces_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
