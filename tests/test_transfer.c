/* Recipes, the graph from pixels to loss, and the loop, on a small random network. */
#include <math.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "tests/pictures.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"
#include "transfer/start.h"

static Network *network;
static Recipe recipe;
static Error err;
static Tensor content, style, start;

static int begin(void **state) {
    make_arena(state);
    network = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    network_random(network, 3);
    content = random_image(1, 14, 11);
    style = random_image(2, 12, 17);
    start = random_image(3, 14, 11);
    assert_true(recipe_read("paint", &recipe, &err));
    recipe.net.name = "squeezenet1_1";
    layers_parse("relu1:2,pool1", &recipe.content.layers, &err);
    layers_parse("relu1:0.5", &recipe.style.layers, &err);
    recipe.tv.weight = 1e-2;
    return recipe_choose_rate(&recipe, network, content.shape, &err) ? 0 : -1;
}

static int end(void **state) {
    free_arena(state);
    return 0;
}

static void layers_are_read_with_and_without_weights(void **state) {
    (void)state;
    LayerList list;
    assert_true(layers_parse("conv1_1:0.25,relu2_1", &list, &err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.item[0].name, "conv1_1");
    assert_close(list.item[0].weight, 0.25, 0, 0);
    assert_close(list.item[1].weight, 1, 0, 0);
    static const char *const bad[] = {
        "",      ",",
        "a,",    ":1",
        "a:",    "a:x",
        "a:1x",  "a:-1",
        "a:nan", "a_name_that_is_longer_than_any_layer_of_any_network"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(layers_parse(bad[i], &list, &err));
}

static void descent_has_a_usual_rate_for_relative_losses_only(void **state) {
    (void)state;
    Recipe r;
    assert_true(recipe_read("gatys", &r, &err));
    r.optimizer.method = METHOD_GD;
    assert_false(recipe_choose_rate(&r, network, content.shape, &err));
    assert_non_null(strstr(err.text, "--lr"));
    r.optimizer.schedule.lr = 0.5;
    assert_true(recipe_choose_rate(&r, network, content.shape, &err));
    assert_close(r.optimizer.schedule.lr, 0.5, 0, 0);
}

/* d total / d image through normalisation, network and all three losses, with the
 * image in either space. */
static void the_gradient_of_the_whole_problem_is_right(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    for (int space = SPACE_UNIT; space <= SPACE_INPUT; space++)
        for (int tv_space = SPACE_UNIT; tv_space <= SPACE_INPUT; tv_space++) {
            Problem p;
            recipe.pixels.space = (Space)space;
            recipe.tv.space = (Space)tv_space;
            assert_true(
                problem_init(&p, arena, &recipe, network, content, style, start, &err));
            GradCheck check = gradcheck(p.losses->tape, p.losses->total, 1e-5);
            if (!gradcheck_passed(&check, 1e-5)) gradcheck_print(&check, stderr);
            assert_true(gradcheck_passed(&check, 1e-5));
            problem_free(&p);
        }
#endif
}

/* The space only changes how pixels are written down, not what they cost. */
static void both_spaces_give_the_same_losses(void **state) {
    (void)state;
    Problem unit, input;
    Recipe other = recipe;
    other.pixels.space = SPACE_INPUT;
    assert_true(
        problem_init(&unit, arena, &recipe, network, content, style, start, &err));
    assert_true(
        problem_init(&input, arena, &other, network, content, style, start, &err));
    Terms a = problem_terms(&unit), b = problem_terms(&input);
    assert_close(a.total, b.total, 100 * (double)REAL_EPSILON, 0);
    assert_close(a.tv, b.tv, 100 * (double)REAL_EPSILON, 0);
    assert_close(a.total, a.content + recipe.style.weight * a.style + 1e-2 * a.tv, 1e-12,
                 0);
    assert_close(a.content, a.content_layer[0] + a.content_layer[1], 1e-12, 0);
    Tensor back = problem_image(&input, arena);
    assert_all_close(back.data, start.data, shape_size(start.shape),
                     10 * (double)REAL_EPSILON);
    problem_free(&unit);
    problem_free(&input);
}

/* An image that is its own content and its own style costs nothing but its variation. */
static void an_image_equal_to_its_targets_costs_nothing(void **state) {
    (void)state;
    Problem p;
    assert_true(
        problem_init(&p, arena, &recipe, network, content, content, content, &err));
    Terms t = problem_terms(&p);
    assert_true(t.content == 0 && t.style < 1e-12 && t.tv > 0);
    problem_free(&p);
}

static void nothing_to_minimise_is_refused(void **state) {
    (void)state;
    Problem p;
    recipe.content.weight = recipe.style.weight = recipe.tv.weight = 0;
    assert_false(problem_init(&p, arena, &recipe, network, content, style, start, &err));
    assert_non_null(strstr(err.text, "--style-weight"));
}

/* What a watcher saw. */
typedef struct Diary {
    int steps, stop_after;
    double first, last;
    double rate[16];
} Diary;

static bool write_diary(void *context, const Problem *problem, const PaintStep *step) {
    (void)problem;
    Diary *d = context;
    if (d->steps == 0) d->first = step->terms.total;
    d->last = step->terms.total;
    d->rate[d->steps++ % 16] = step->rate;
    assert_int_equal(step->step, d->steps);
    return d->steps != d->stop_after;
}

static PaintEnd run(Diary *diary) {
    Problem p;
    assert_true(problem_init(&p, arena, &recipe, network, content, style, start, &err));
    PaintEnd end = paint_run(&p, arena, write_diary, diary);
    assert_true(tensor_finite(node_tensor(p.variable)));
    problem_free(&p);
    return end;
}

static void the_loop_lowers_the_loss_and_takes_all_steps(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.run.steps = 12;
    PaintEnd end = run(&diary);
    assert_int_equal(end.steps, 12);
    assert_false(end.diverged);
    assert_true(end.terms.total < 0.5 * diary.first);
    assert_true(end.terms.total <= diary.last);
}

static void the_watcher_can_end_the_run(void **state) {
    (void)state;
    Diary diary = {.stop_after = 3};
    assert_int_equal(run(&diary).steps, 3);
}

/* Document 002: a new optimiser with another rate from one step on. */
static void the_rate_drops_at_the_step_that_the_recipe_says(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.optimizer.method = METHOD_ADAM;
    recipe.optimizer.schedule.lr = 0.03;
    recipe.run.steps = 8;
    recipe.optimizer.schedule.at = 5;
    recipe.optimizer.schedule.after = 0.001;
    run(&diary);
    for (int i = 0; i < 8; i++)
        assert_close(diary.rate[i], i < 5 ? 0.03 : 0.001, 0, 0);
}

/* lr 0.96^(t / 2), smoothly and in stairs. */
static void the_rate_decays_as_the_recipe_says(void **state) {
    (void)state;
    recipe.optimizer.method = METHOD_ADAM;
    recipe.optimizer.schedule.lr = 0.03;
    recipe.run.steps = 5;
    recipe.optimizer.schedule.factor = 0.96;
    recipe.optimizer.schedule.every = 2;
    for (int stairs = 0; stairs < 2; stairs++) {
        Diary diary = {0};
        recipe.optimizer.decay_stairs = stairs;
        run(&diary);
        for (int i = 0; i < 5; i++)
            assert_close(diary.rate[i], 0.03 * pow(0.96, stairs ? i / 2 : i / 2.0), 1e-12,
                         0);
    }
}

/* Adam's first step moves every pixel by the rate; limits before a step leave that. */
static void pixels_are_kept_within_their_limits(void **state) {
    (void)state;
    recipe.optimizer.method = METHOD_ADAM;
    recipe.optimizer.schedule.lr = 0.3;
    recipe.run.steps = 1;
    recipe.pixels.clamp.low = 0.2;
    recipe.pixels.clamp.high = 0.8;
    for (int when = CLAMP_BEFORE; when <= CLAMP_AFTER; when++) {
        Problem p;
        Diary diary = {0};
        recipe.pixels.clamp_when = (ClampWhen)when;
        assert_true(
            problem_init(&p, arena, &recipe, network, content, style, start, &err));
        paint_run(&p, arena, write_diary, &diary);
        double low = 1, high = 0;
        for (size_t i = 0; i < shape_size(start.shape); i++) {
            low = fmin(low, (double)p.variable->value[i]);
            high = fmax(high, (double)p.variable->value[i]);
        }
        assert_close(low, when == CLAMP_AFTER ? 0.2 : -0.1, 1e-5, 0);
        assert_close(high, when == CLAMP_AFTER ? 0.8 : 1.1, 1e-5, 0);
        problem_free(&p);
    }
}

/* With the decay 1/2 the images x0, x1 have the weights 1/4 and 1/2 of a sum that is
 * divided by 3/4. */
static void the_result_may_be_a_mean_of_all_images(void **state) {
    (void)state;
    Tensor x[2];
    for (int average = 0; average < 2; average++) {
        Problem p;
        Diary diary = {0};
        recipe.optimizer.method = METHOD_ADAM;
        recipe.optimizer.schedule.lr = 0.1;
        recipe.run.steps = 1;
        recipe.run.average = 0.5 * average;
        assert_true(
            problem_init(&p, arena, &recipe, network, content, style, start, &err));
        paint_run(&p, arena, write_diary, &diary);
        x[average] = problem_image(&p, arena);
        problem_free(&p);
    }
    for (size_t i = 0; i < shape_size(start.shape); i++)
        assert_close(x[1].data[i], ((double)start.data[i] + 2 * (double)x[0].data[i]) / 3,
                     0, 10 * (double)REAL_EPSILON);
}

static void a_run_ends_with_its_evaluations_or_when_the_loss_stays(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.run.steps = 50;
    recipe.run.evaluations = 5;
    PaintEnd end = run(&diary);
    assert_true(end.steps <= 5);
    assert_non_null(strstr(end.why, "evaluations"));
    diary = (Diary){0};
    recipe.run.evaluations = 0;
    recipe.run.tolerance_loss = 0.9;
    end = run(&diary);
    assert_int_equal(end.steps, 2);
    assert_non_null(strstr(end.why, "hardly falls"));
}

/* The recipe's own pixels, 255 x less a mean: only the unit of tv changes, by 255^2. */
static void pixels_of_a_recipe_are_another_way_to_write_the_image(void **state) {
    (void)state;
    Problem unit, pixels;
    Recipe other = recipe;
    other.pixels.space = other.tv.space = SPACE_PIXELS;
    other.pixels.own = (OwnPixels){255, {120, 110, 100}, {1, 1, 2}};
    assert_true(
        problem_init(&unit, arena, &recipe, network, content, style, start, &err));
    assert_true(
        problem_init(&pixels, arena, &other, network, content, style, start, &err));
    Terms a = problem_terms(&unit), b = problem_terms(&pixels);
    const double tight = 1000 * (double)REAL_EPSILON;
    assert_close(a.content, b.content, tight, 0);
    assert_close(a.style, b.style, tight, 0);
    assert_close(pixels.variable->value[0], 255 * (double)start.data[0] - 120, 0, 0.01);
    assert_true(b.tv > 255 * 255 / 4 * a.tv && b.tv < 255 * 255 * a.tv);
    Tensor back = problem_image(&pixels, arena);
    assert_all_close(back.data, start.data, shape_size(start.shape), tight);
    problem_free(&unit);
    problem_free(&pixels);
}

/* Weights read what they were made for, or, on request, the recipe's pixels. */
static void the_network_may_read_the_pixels_of_the_recipe(void **state) {
    (void)state;
    Problem weights, pixels;
    Recipe other = recipe;
    const Normalize n = network_normalize(network);
    other.net.input = INPUT_PIXELS;
    for (int c = 0; c < 3; c++) {
        other.pixels.own.mean[c] = n.mean[c];
        other.pixels.own.deviation[c] = n.deviation[c];
    }
    assert_true(
        problem_init(&weights, arena, &recipe, network, content, style, start, &err));
    assert_true(
        problem_init(&pixels, arena, &other, network, content, style, start, &err));
    assert_close(problem_terms(&weights).total, problem_terms(&pixels).total, 1e-12, 0);
    problem_free(&pixels);
    other.pixels.own.scale = 2;
    assert_true(
        problem_init(&pixels, arena, &other, network, content, style, start, &err));
    assert_true(problem_terms(&pixels).total != problem_terms(&weights).total);
    problem_free(&weights);
    problem_free(&pixels);
}

/* 0.6 noise + 0.4 photograph in pixels from 0 to 255 less 100. */
static void noise_is_drawn_in_the_space_of_the_recipe(void **state) {
    (void)state;
    recipe.pixels.space = SPACE_PIXELS;
    recipe.pixels.own = (OwnPixels){255, {100, 100, 100}, {1, 1, 1}};
    recipe.start.noise = (Noise){NOISE_UNIFORM, .low = -20, .high = 20, .share = 0.6};
    Tensor x = start_noise(arena, &recipe, network, content);
    for (size_t i = 0; i < shape_size(x.shape); i++) {
        double noise = (255 * (double)x.data[i] - 100 -
                        0.4 * (255 * (double)content.data[i] - 100)) /
                       0.6;
        assert_true(noise > -20.001 && noise < 20.001);
    }
    recipe.start.noise = (Noise){NOISE_UNIT, .share = 1};
    x = start_noise(arena, &recipe, network, content);
    for (size_t i = 0; i < shape_size(x.shape); i++)
        assert_true(x.data[i] >= 0 && x.data[i] <= 1);
}

static void a_run_that_leaves_the_numbers_ends_at_the_last_good_image(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.optimizer.method = METHOD_GD;
    recipe.optimizer.schedule.lr = 1e30;
    recipe.run.steps = 50;
    PaintEnd end = run(&diary); /* checks that the image is finite */
    assert_true(end.diverged && end.steps < 50);
    assert_non_null(end.why);
}

static void a_gradient_beyond_the_numbers_is_no_success(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.optimizer.method = METHOD_LBFGS;
    recipe.style.weight = (double)REAL_MAX * 4;
    PaintEnd end = run(&diary);
    assert_true(end.diverged && end.steps == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(layers_are_read_with_and_without_weights),
        TEST(descent_has_a_usual_rate_for_relative_losses_only),
        TEST(the_gradient_of_the_whole_problem_is_right),
        TEST(both_spaces_give_the_same_losses),
        TEST(an_image_equal_to_its_targets_costs_nothing),
        TEST(nothing_to_minimise_is_refused),
        TEST(the_loop_lowers_the_loss_and_takes_all_steps),
        TEST(the_watcher_can_end_the_run),
        TEST(the_rate_drops_at_the_step_that_the_recipe_says),
        TEST(the_rate_decays_as_the_recipe_says),
        TEST(pixels_are_kept_within_their_limits),
        TEST(the_result_may_be_a_mean_of_all_images),
        TEST(a_run_ends_with_its_evaluations_or_when_the_loss_stays),
        TEST(pixels_of_a_recipe_are_another_way_to_write_the_image),
        TEST(the_network_may_read_the_pixels_of_the_recipe),
        TEST(noise_is_drawn_in_the_space_of_the_recipe),
        TEST(a_run_that_leaves_the_numbers_ends_at_the_last_good_image),
        TEST(a_gradient_beyond_the_numbers_is_no_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
