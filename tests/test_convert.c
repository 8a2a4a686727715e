/* Weights of one system in the units of another: by hand, and by the gradient, which
 * must be the same for every image. */
#include <math.h>
#include <string.h>

#include "tests/test.h"
#include "transfer/convert.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"

#ifdef REAL_DOUBLE
#define NEAR 1e-9
#else
#define NEAR 2e-3
#endif

typedef struct Pair {
    Arena *arena;
    Network *network;
    Tensor content, style, state[2];
} Pair;

static Tensor noise(Arena *arena, Shape shape, uint64_t seed) {
    Rng rng = rng_seed(seed);
    Tensor x = tensor_alloc(arena, shape);
    tensor_fill_uniform(x, &rng, 0, 1);
    return x;
}

static int begin(void **state) {
    Error err;
    Pair *s = test_malloc(sizeof *s);
    s->arena = arena_new();
    s->network = network_new(s->arena, "vgg19", POOL_DEFAULT, &err);
    network_random(s->network, 1);
    s->content = noise(s->arena, (Shape){1, 3, 20, 24}, 1);
    s->style = noise(s->arena, (Shape){1, 3, 16, 28}, 2);
    s->state[0] = noise(s->arena, s->content.shape, 3);
    s->state[1] = noise(s->arena, s->content.shape, 4);
    *state = s;
    return 0;
}

static int end(void **state) {
    Pair *s = *state;
    arena_free(s->arena);
    test_free(s);
    return 0;
}

/* A recipe on two layers that VGG has early, whatever its own are. */
static Recipe read(const char *name) {
    Error err;
    Recipe r;
    if (!recipe_read(name, &r, &err)) fail_msg("%s", err.text);
    assert_true(layers_parse("relu2_1", &r.content.layers, &err));
    assert_true(layers_parse("relu1_1:0.25,relu2_1:0.75", &r.style.layers, &err));
    r.net.input = INPUT_WEIGHTS;
    r.pixels.space = SPACE_UNIT;
    return r;
}

static double measure(const Pair *s, const Recipe *r, Tensor x, Tensor *gradient) {
    Error err;
    Problem problem;
    if (!problem_init(&problem, s->arena, r, s->network, s->content, s->style, x, &err))
        fail_msg("%s", err.text);
    problem_backward(&problem);
    const double total = problem_terms(&problem).total;
    *gradient = tape_keep_grad(s->arena, problem.variable);
    problem_free(&problem);
    return total;
}

/* Total and gradient of the translation are `factor` times those of the original. */
static void check_pair(const Pair *s, const char *from_name, const char *to_name) {
    Error err;
    Conversion c;
    const Recipe from = read(from_name), to = read(to_name);
    if (!convert_recipe(&from, &to, s->network, s->content.shape, &c, &err))
        fail_msg("%s", err.text);
    for (int k = 0; k < 2; k++) {
        Tensor g, h;
        const double a = measure(s, &from, s->state[k], &g);
        const double b = measure(s, &c.recipe, s->state[k], &h);
        assert_close(b, c.factor * a, NEAR, 0);
        for (size_t i = 0; i < shape_size(g.shape); i++)
            g.data[i] = (real)((double)g.data[i] * c.factor);
        assert_all_close(h.data, g.data, shape_size(g.shape), NEAR);
    }
}

static void a_translated_recipe_pulls_alike(void **state) {
    static const char *const pairs[][2] = {{"ns", "gatys-formula"},
                                           {"gatys-author", "ns"},
                                           {"keras-book", "pt"},
                                           {"cy", "coursera"},
                                           {"seed0-code", "gatys"},
                                           {"c2-starry", "aa"},
                                           {"go", "pt"},
                                           {"d2l", "pytorch"},
                                           {"ck", "ck-lbfgs"},
                                           {"keras", "tf"},
                                           {"pt", "tf"},
                                           {"paint", "paint"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check_pair(*state, pairs[i][0], pairs[i][1]);
}

/* neural-style 5/100, both means, at relu2_1 (N = 128, M = 10 x 12) and relu1_1 (64), in
 * Gatys' units: content 5 * 2 / (N M), style 100 (w_1 4 / 64^2 + w_2 4 / 128^2), then all
 * so much larger that content has 1e-3. */
static void neural_style_in_units_of_gatys_by_hand(void **state) {
    Error err;
    const Pair *s = *state;
    Conversion c;
    const Recipe from = read("ns"), to = read("gatys-formula");
    assert_true(convert_recipe(&from, &to, s->network, s->content.shape, &c, &err));
    const double content = 10.0 / (128 * 120), factor = 1e-3 / content;
    const double first = 0.25 * 4 / 4096, second = 0.75 * 4 / 16384;
    assert_close(c.factor, factor, 1e-12, 0);
    assert_close(c.recipe.content.weight, 1e-3, 1e-12, 0);
    assert_close(c.recipe.style.weight, 100 * (first + second) * factor, 1e-12, 0);
    assert_close(c.recipe.style.layers.item[0].weight, first / (first + second), 1e-12,
                 0);
    assert_close(c.recipe.style.layers.item[1].weight, second / (first + second), 1e-12,
                 0);
    assert_true(c.tv_kept); /* the paper has none */
    assert_int_equal(c.recipe.tv.form, TV_HALF);
    assert_close(c.recipe.tv.weight, 1e-3 * factor, 1e-12, 0);
}

/* Absolute values of pixels from 0 to 255 are 255 times those from 0 to 1. */
static void total_variation_moves_to_other_pixels(void **state) {
    Error err;
    const Pair *s = *state;
    Conversion c;
    const Recipe from = read("pt"), to = read("tf");
    assert_int_equal(from.tv.space, SPACE_PIXELS);
    assert_int_equal(to.tv.space, SPACE_UNIT);
    assert_true(convert_recipe(&from, &to, s->network, s->content.shape, &c, &err));
    assert_false(c.tv_kept);
    assert_close(c.recipe.tv.weight, 255 * from.tv.weight * c.factor, 1e-12, 0);
}

static void back_and_forth_are_the_first_weights(void **state) {
    Error err;
    const Pair *s = *state;
    Conversion there, back;
    const Recipe from = read("ns"), to = read("gatys");
    assert_true(convert_recipe(&from, &to, s->network, s->content.shape, &there, &err));
    assert_true(
        convert_recipe(&there.recipe, &from, s->network, s->content.shape, &back, &err));
    assert_close(there.factor * back.factor, 1, 1e-12, 0);
    assert_close(back.recipe.style.weight, from.style.weight, 1e-12, 0);
    assert_close(back.recipe.tv.weight, from.tv.weight, 1e-12, 0);
    assert_close(back.recipe.style.layers.item[1].weight, 0.75, 1e-12, 0);
}

static void forms_without_a_unit_are_refused(void **state) {
    Error err;
    const Pair *s = *state;
    Conversion c;
    const Recipe gatys = read("gatys"), paint = read("paint"), ck = read("ck"),
                 ns = read("ns");
    assert_false(convert_recipe(&gatys, &paint, s->network, s->content.shape, &c, &err));
    assert_non_null(strstr(err.text, "for all photographs"));
    assert_false(convert_recipe(&ck, &ns, s->network, s->content.shape, &c, &err));
    assert_non_null(strstr(err.text, "for all paintings"));
    Recipe first = gatys; /* sums of |d| have no factor in sums of d^2 */
    first.content.form = CONTENT_ABS;
    assert_false(convert_recipe(&first, &gatys, s->network, s->content.shape, &c, &err));
    assert_non_null(strstr(err.text, "content is \"abs\" in gatys and \"mean\""));
    assert_true(convert_recipe(&first, &first, s->network, s->content.shape, &c, &err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_translated_recipe_pulls_alike),
        TEST(neural_style_in_units_of_gatys_by_hand),
        TEST(total_variation_moves_to_other_pixels),
        TEST(back_and_forth_are_the_first_weights),
        TEST(forms_without_a_unit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
