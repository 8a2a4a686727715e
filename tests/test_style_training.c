/* The training of a generator: it learns, its squares grow, and it continues with the same
 * bits after any update, on any number of threads. */
#include "train/style_training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/image.h"
#include "nn/generator.h"
#include "tensor/threads.h"
#include "tests/networks.h"
#include "tests/states.h"

enum { STEPS = 6 };
static char file[] = "/tmp/stylegrad-style-XXXXXX.png";

static int write_photograph(void **state) {
    (void)state;
    Error problem;
    Arena *scratch = arena_new();
    Tensor image = tensor_alloc(scratch, (Shape){1, 3, 40, 48});
    Rng rng = rng_seed(1);
    tensor_fill_uniform(image, &rng, 0, 1);
    const int handle = mkstemps(file, 4);
    if (handle < 0) return -1;
    close(handle);
    const bool good = image_write(file, image, &problem);
    arena_free(scratch);
    return good ? 0 : -1;
}

static int remove_photograph(void **state) {
    (void)state;
    return unlink(file);
}

/* Of 6 updates floor(0.65 6) = 3 have small squares, those from floor(0.85 6) = 5 on large
 * ones. */
static const StyleSettings small = {
    .steps = STEPS,
    .batch = 2,
    .first = 16,
    .last = 24,
    .rate = 2e-3,
    .clip = 0.9, /* which shortens every gradient */
    .seed = 3,
    .weights = {.content = 1, .style = 10, .tv = 0.01, .stability = 5}};

typedef struct Run {
    Network *generator;
    StyleTraining *training;
    StateList state;
} Run;

static Run run_of(StyleSettings settings) {
    static const StyleLayers content = {1, {"relu2_1"}, {1}};
    static const StyleLayers style = {2, {"relu1_1", "relu2_1"}, {1, 1}};
    const char *path = file;
    PhotoFiles files;
    Rng rng = rng_seed(9);
    Run run = {.generator = generator_new(arena)};
    Network *network = new ("paintnet");
    network_random(network, 6);
    Tensor painting = tensor_alloc(arena, (Shape){1, 3, 20, 28});
    tensor_fill_uniform(painting, &rng, 0, 1);
    const StyleTarget *target =
        style_target_new(arena, network, painting, &content, &style, &err);
    assert_non_null(target);
    assert_true(photo_files_read(arena, &path, 1, &files, &err));
    const Crops *crops = crops_new(arena, &files, &err);
    run.training =
        style_training_new(arena, run.generator, network, target, crops, settings, &err);
    if (!run.training) fail_msg("%s", err.text);
    updates_state(style_training_updates(run.training), &run.state);
    return run;
}

static void take_steps(const Run *run, int count) {
    for (int i = 0; i < count; i++)
        if (!style_training_step(run->training, &err)) fail_msg("%s", err.text);
}

static void assert_same_state(const StateList *a, const StateList *b) {
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++)
        assert_memory_equal(a->piece[i].data, b->piece[i].data,
                            a->piece[i].count * state_width(a->piece[i].kind));
}

static void squares_grow_in_three_stages(void **state) {
    (void)state;
    static const int side[STEPS] = {16, 16, 16, 20, 20, 24};
    for (int i = 0; i < STEPS; i++)
        assert_int_equal(updates_side(&small, i), side[i]);
    /* 2 (3 16^2 + 2 20^2 + 24^2) */
    assert_close(updates_work(&small, 0, STEPS), 4288, 1e-12, 0);
    assert_close(updates_work(&small, 4, 5), 800, 1e-12, 0);
}

static void a_training_continues_after_every_update(void **state) {
    (void)state;
    StateList saved[STEPS + 1];
    threads_set(1);
    Run whole = run_of(small);
    saved[0] = state_saved(&whole.state);
    for (int i = 1; i <= STEPS; i++) {
        take_steps(&whole, 1);
        saved[i] = state_saved(&whole.state);
    }
    for (int at = 0; at < STEPS; at++) {
        Run rest = run_of(small);
        state_copy(&saved[at], &rest.state);
        assert_true(updates_state_check(style_training_updates(rest.training), &err));
        assert_int_equal(style_training_updates(rest.training)->done, at);
        take_steps(&rest, STEPS - at);
        assert_same_state(&rest.state, &saved[STEPS]);
        style_training_free(rest.training);
    }
    style_training_free(whole.training);
}

static void threads_do_not_matter(void **state) {
    (void)state;
    StateList saved[2];
    for (int i = 0; i < 2; i++) {
        threads_set(i ? 3 : 1);
        Run run = run_of(small);
        take_steps(&run, STEPS);
        saved[i] = state_saved(&run.state);
        style_training_free(run.training);
    }
    threads_set(1);
    assert_same_state(&saved[0], &saved[1]);
}

/* The means of the first and of the last updates of a longer run; the terms are weighted
 * as the total says. */
static void the_loss_falls(void **state) {
    (void)state;
    StyleSettings longer = small;
    longer.steps = 60;
    longer.rate = 4e-3;
    Run run = run_of(longer);
    take_steps(&run, 10);
    const StyleTerms first = updates_terms(style_training_updates(run.training));
    take_steps(&run, 30);
    updates_terms(style_training_updates(run.training));
    take_steps(&run, 20);
    const StyleTerms last = updates_terms(style_training_updates(run.training));
    assert_true(last.total < 0.7 * first.total);
    assert_true(last.style < 0.5 * first.style);
    assert_close(last.total,
                 last.content + 10 * last.style + 0.01 * last.tv + 5 * last.stability,
                 1e-5, 0);
    style_training_free(run.training);
}

/* Painting does not change what is learned, and shows the weights of now. */
static void a_preview_changes_nothing(void **state) {
    (void)state;
    Run whole = run_of(small), seen = run_of(small);
    Tensor photo = tensor_alloc(arena, (Shape){1, 3, 18, 21}), before, after;
    before = style_training_paint(seen.training, arena, photo, &err);
    take_steps(&whole, STEPS);
    take_steps(&seen, 2);
    after = style_training_paint(seen.training, arena, photo, &err);
    assert_true(shape_equal(after.shape, photo.shape));
    assert_true(memcmp(before.data, after.data, shape_size(after.shape) * sizeof(real)) !=
                0);
    take_steps(&seen, STEPS - 2);
    assert_same_state(&seen.state, &whole.state);
    style_training_free(whole.training);
    style_training_free(seen.training);
}

static void assert_refused(const Run *run, const char *words) {
    assert_false(updates_state_check(style_training_updates(run->training), &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

static void states_that_no_training_has_are_refused(void **state) {
    (void)state;
    Run run = run_of(small);
    int *done = state_find(&run.state, "updates")->data;
    int *summed = state_find(&run.state, "updates in the sums")->data;
    double *sums = state_find(&run.state, "sums of terms")->data;
    double *usual = state_find(&run.state, "usual length of a gradient")->data;
    real *weights = state_find(&run.state, "parameters")->data;
    assert_true(updates_state_check(style_training_updates(run.training), &err));
    *done = -1;
    assert_refused(&run, "update -1 of 6");
    *done = STEPS + 1;
    assert_refused(&run, "update 7 of 6");
    *done = 2;
    *summed = 3;
    assert_refused(&run, "sums over 3 of 2");
    *summed = 1;
    sums[1] = (double)NAN;
    assert_refused(&run, "sum that is not finite");
    sums[1] = 0;
    *usual = -1;
    assert_refused(&run, "length of the gradient of -1");
    *usual = 1;
    weights[5] = (real)INFINITY;
    assert_refused(&run, "weight 5");
    style_training_free(run.training);
}

static void a_loss_that_is_not_finite_ends_the_training(void **state) {
    (void)state;
    Run run = run_of(small);
    real *weights = state_find(&run.state, "parameters")->data;
    take_steps(&run, 1);
    assert_false(style_training_updates(run.training)->diverged);
    weights[0] = (real)NAN;
    assert_false(style_training_step(run.training, &err));
    assert_non_null(strstr(err.text, "stopped at update 2"));
    assert_true(style_training_updates(run.training)->diverged);
    assert_int_equal(style_training_updates(run.training)->done, 1);
    style_training_free(run.training);
}

/* What the tape of the largest squares takes is the most of it. */
static void the_forecast_grows_with_the_squares(void **state) {
    (void)state;
    static const StyleLayers layer = {1, {"relu2_1"}, {1}};
    StyleSettings large = small;
    size_t bytes, more;
    large.last = 48;
    Network *network = new ("paintnet");
    network_random(network, 6);
    const Tensor painting = tensor_alloc(arena, (Shape){1, 3, 20, 28});
    const StyleTarget *target =
        style_target_new(arena, network, painting, &layer, &layer, &err);
    assert_true(style_training_forecast(generator_new(arena), network, target, small,
                                        &bytes, &err));
    assert_true(style_training_forecast(generator_new(arena), network, target, large,
                                        &more, &err));
    /* the gradients and moments of 276,131 weights are in both */
    assert_true(bytes > 4 * 276131 * sizeof(real));
    assert_true(more > bytes + (bytes - 4 * 276131 * sizeof(real)) / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(squares_grow_in_three_stages),
        TEST(a_training_continues_after_every_update),
        TEST(threads_do_not_matter),
        TEST(the_loss_falls),
        TEST(a_preview_changes_nothing),
        TEST(states_that_no_training_has_are_refused),
        TEST(a_loss_that_is_not_finite_ends_the_training),
        TEST(the_forecast_grows_with_the_squares),
    };
    return cmocka_run_group_tests(tests, write_photograph, remove_photograph);
}
