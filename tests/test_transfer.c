/* Recipes, the graph from pixels to loss, and the loop, on a small random network. */
#include <math.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "tests/test.h"
#include "transfer/paint.h"

static Arena *arena;
static Network *network;
static Recipe recipe;
static Error err;
static Tensor content, style, start;

static Tensor random_picture(uint64_t seed, int h, int w) {
    Rng rng = rng_seed(seed);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0.1, 0.9);
    return x;
}

static int begin(void **state) {
    (void)state;
    arena = arena_new();
    network = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    network_random(network, 3);
    content = random_picture(1, 14, 11);
    style = random_picture(2, 12, 17);
    start = random_picture(3, 14, 11);
    recipe = recipes[0];
    recipe.net = "squeezenet1_1";
    layers_parse("relu1:2,pool1", &recipe.content_layers, &err);
    layers_parse("relu1:0.5", &recipe.style_layers, &err);
    recipe.tv_weight = 1e-2;
    return recipe_choose_rate(&recipe, network, content.shape, &err) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    arena_free(arena);
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

static void every_recipe_names_layers_that_its_network_has(void **state) {
    (void)state;
    for (const Recipe *r = recipes; r->name; r++) {
        Network *own = network_new(arena, r->net, r->pool, &err);
        assert_non_null(own);
        Recipe complete = *r;
        network_random(own, 1);
        assert_true(recipe_complete(&complete, own, &err));
        assert_true(complete.content_layers.count > 0 && complete.style_layers.count > 0);
        for (int i = 0; i < complete.content_layers.count; i++)
            assert_true(network_has(own, complete.content_layers.item[i].name));
        for (int i = 0; i < complete.style_layers.count; i++)
            assert_true(network_has(own, complete.style_layers.item[i].name));
        assert_ptr_equal(recipe_find(r->name), r);
    }
    assert_null(recipe_find("nobody"));
}

static void descent_has_a_usual_rate_for_relative_losses_only(void **state) {
    (void)state;
    Recipe r = *recipe_find("gatys");
    r.method = METHOD_GD;
    assert_false(recipe_choose_rate(&r, network, content.shape, &err));
    assert_non_null(strstr(err.text, "--lr"));
    r.rate = 0.5;
    assert_true(recipe_choose_rate(&r, network, content.shape, &err));
    assert_close(r.rate, 0.5, 0, 0);
}

/* d total / d picture through normalisation, network and all three losses, with the
 * picture in either space. */
static void the_gradient_of_the_whole_problem_is_right(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    for (int space = SPACE_UNIT; space <= SPACE_INPUT; space++)
        for (int tv_space = SPACE_UNIT; tv_space <= SPACE_INPUT; tv_space++) {
            Problem p;
            recipe.space = (Space)space;
            recipe.tv_space = (Space)tv_space;
            assert_true(
                problem_init(&p, arena, &recipe, network, content, style, start, &err));
            GradCheck check = gradcheck(p.tape, p.total, 1e-5);
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
    other.space = SPACE_INPUT;
    assert_true(
        problem_init(&unit, arena, &recipe, network, content, style, start, &err));
    assert_true(
        problem_init(&input, arena, &other, network, content, style, start, &err));
    Terms a = problem_terms(&unit), b = problem_terms(&input);
    assert_close(a.total, b.total, 100 * (double)REAL_EPSILON, 0);
    assert_close(a.tv, b.tv, 100 * (double)REAL_EPSILON, 0);
    assert_close(a.total, a.content + recipe.style_weight * a.style + 1e-2 * a.tv, 1e-12,
                 0);
    assert_close(a.content, a.content_layer[0] + a.content_layer[1], 1e-12, 0);
    Tensor back = problem_picture(&input, arena);
    assert_all_close(back.data, start.data, shape_size(start.shape),
                     10 * (double)REAL_EPSILON);
    problem_free(&unit);
    problem_free(&input);
}

/* A picture that is its own content and its own style costs nothing but its variation. */
static void a_picture_equal_to_its_targets_costs_nothing(void **state) {
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
    recipe.content_weight = recipe.style_weight = recipe.tv_weight = 0;
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
    recipe.steps = 12;
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
    recipe.method = METHOD_ADAM;
    recipe.rate = 0.03;
    recipe.steps = 8;
    recipe.drop_step = 5;
    recipe.drop_rate = 0.001;
    run(&diary);
    for (int i = 0; i < 8; i++)
        assert_close(diary.rate[i], i < 5 ? 0.03 : 0.001, 0, 0);
}

static void a_run_that_leaves_the_numbers_ends_at_the_last_good_picture(void **state) {
    (void)state;
    Diary diary = {0};
    recipe.method = METHOD_GD;
    recipe.rate = 1e30;
    recipe.steps = 50;
    PaintEnd end = run(&diary); /* checks that the picture is finite */
    assert_true(end.diverged && end.steps < 50);
    assert_non_null(end.why);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(layers_are_read_with_and_without_weights),
        TEST(every_recipe_names_layers_that_its_network_has),
        TEST(descent_has_a_usual_rate_for_relative_losses_only),
        TEST(the_gradient_of_the_whole_problem_is_right),
        TEST(both_spaces_give_the_same_losses),
        TEST(a_picture_equal_to_its_targets_costs_nothing),
        TEST(nothing_to_minimise_is_refused),
        TEST(the_loop_lowers_the_loss_and_takes_all_steps),
        TEST(the_watcher_can_end_the_run),
        TEST(the_rate_drops_at_the_step_that_the_recipe_says),
        TEST(a_run_that_leaves_the_numbers_ends_at_the_last_good_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
