/* Several styles, and styles in a region only. */
#include <math.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "io/image.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"
#include "tests/pictures.h"
#include "transfer/masks.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"

enum { H = 14, W = 19, HALF = 9 };

static Network *network;
static Recipe recipe;
static Error err;

/* `inside` in the first HALF columns, `outside` in the others. */
static Tensor left(double inside, double outside) {
    Tensor t = tensor_alloc(arena, (Shape){1, 1, H, W});
    for (int i = 0; i < H * W; i++)
        t.data[i] = (real)(i % W < HALF ? inside : outside);
    return t;
}

static int begin(void **state) {
    make_arena(state);
    network = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    network_random(network, 3);
    if (!recipe_read("paint", &recipe, &err)) return -1;
    recipe.net.name = "vgg19";
    layers_parse("relu1_2", &recipe.content.layers, &err);
    layers_parse("relu1_1,relu2_1:0.5", &recipe.style.layers, &err);
    recipe.tv.weight = 0;
    threads_set(1);
    return 0;
}

static int end(void **state) {
    free_arena(state);
    return 0;
}

static Scene two_styles(void) {
    Scene s = scene_of(random_image(1, H, W), random_image(2, 12, 17));
    s.styles = 2;
    s.style[1] = (Style){.image = random_image(4, 16, 13)};
    s.style[0].blend = 0.75;
    s.style[1].blend = 0.25;
    return s;
}

/* Terms and gradient at an image that is not the content. */
static Terms measure(const Scene *scene, int tile, Tensor *gradient) {
    Problem p;
    Recipe own = recipe;
    own.run.tile = tile;
    if (!problem_init_scene(&p, arena, &own, network, scene, random_image(3, H, W), &err))
        fail_msg("%s", err.text);
    problem_backward(&p);
    Terms terms = problem_terms(&p);
    *gradient = tape_keep_grad(arena, p.variable);
    problem_free(&p);
    return terms;
}

/* Features 1, 2 and a mask 1, 0.5, 0: G = (1 + 1) / (1 + 0.25), (2 + ...)... by hand:
 * channel a = (1, 2, 9), channel b = (3, 4, 9), t^2 = (1, 1/4, 0), their sum 5/4:
 * aa = (1 + 4/4) / (5/4) = 1.6, ab = (3 + 8/4) / (5/4) = 4, bb = (9 + 16/4) / (5/4)
 * = 10.4 */
static void a_masked_gram_is_the_mean_over_the_region(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Tensor f = tensor_alloc(arena, (Shape){1, 2, 1, 3});
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 1, 3});
    memcpy(f.data, (const real[]){1, 2, 9, 3, 4, 9}, 6 * sizeof(real));
    memcpy(t.data, (const real[]){1, (real)0.5, 0}, 3 * sizeof(real));
    Node *g = masks_summary(tape_constant(tape, f), t, STYLE_GATYS);
    const real expected[] = {(real)1.6, 4, 4, (real)10.4};
    assert_all_close(g->value, expected, 4, 10 * (double)REAL_EPSILON);
    tape_free(tape);
}

static void a_white_mask_changes_nothing(void **state) {
    (void)state;
    Scene plain = two_styles(), white = plain;
    Tensor a, b;
    white.style[0].mask = left(1, 1);
    Terms x = measure(&plain, 0, &a), y = measure(&white, 0, &b);
    assert_close(x.total, y.total, 100 * (double)REAL_EPSILON, 0);
    assert_all_close(b.data, a.data, shape_size(a.shape), 1000 * (double)REAL_EPSILON);
}

/* The loss of two styles is the sum of the losses of one, each with its blend. */
static void styles_add_up_with_their_blends(void **state) {
    (void)state;
    Scene both = two_styles();
    Tensor unused;
    Terms sum = measure(&both, 0, &unused);
    double style = 0;
    for (int s = 0; s < 2; s++) {
        Scene one = scene_of(both.content, both.style[s].image);
        style += both.style[s].blend * measure(&one, 0, &unused).style;
    }
    assert_close(sum.style, style, 100 * (double)REAL_EPSILON, 0);
}

/* At relu1_1 a position sees its neighbours, so the gradient of the style loss ends one
 * pixel beyond the mask, and is exactly 0 from there on. */
static void outside_of_its_mask_a_style_pulls_at_nothing(void **state) {
    (void)state;
    Scene scene = scene_of(random_image(1, H, W), random_image(2, 12, 17));
    Tensor g;
    scene.style[0].mask = left(1, 0);
    recipe.content.weight = 0;
    layers_parse("relu1_1", &recipe.style.layers, &err);
    layers_parse("relu1_1", &recipe.content.layers, &err);
    for (int tile = 0; tile <= 16; tile += 16) {
        double inside = 0;
        measure(&scene, tile, &g);
        for (int i = 0; i < 3 * H * W; i++) {
            if (i % W > HALF) assert_true(g.data[i] == 0);
            inside += fabs((double)g.data[i]);
        }
        assert_true(inside > 0);
    }
}

/* Each of two styles in its half: no number of one half's gradient knows of the other
 * half's style, away from the border between them. */
static void complementary_masks_keep_two_styles_apart(void **state) {
    (void)state;
    Scene scene = two_styles(), other;
    Tensor a, b;
    layers_parse("relu1_1", &recipe.style.layers, &err);
    layers_parse("relu1_1", &recipe.content.layers, &err);
    scene.style[0].mask = left(1, 0);
    scene.style[1].mask = left(0, 1);
    other = scene;
    other.style[1].image = random_image(9, 15, 15);
    measure(&scene, 0, &a);
    measure(&other, 0, &b);
    bool differs = false;
    for (int i = 0; i < 3 * H * W; i++) {
        if (i % W < HALF - 1) assert_true(a.data[i] == b.data[i]);
        if (i % W > HALF) differs = differs || a.data[i] != b.data[i];
    }
    assert_true(differs);
}

#ifdef REAL_DOUBLE
#define TIGHT 1e-11
#else
#define TIGHT 2e-4
#endif

static void masks_and_styles_in_tiles_are_those_of_the_whole(void **state) {
    (void)state;
    Scene scene = two_styles();
    Tensor whole, tiled;
    if (sizeof(real) == sizeof(float)) kernels = &kernels_gemm;
    scene.style[0].mask = left(1, 0.25);
    scene.style[1].part = tensor_alloc(arena, (Shape){1, 1, 16, 13});
    tensor_fill(scene.style[1].part, (real)0.5);
    scene.style[1].part.data[40] = 1;
    Terms a = measure(&scene, 0, &whole), b = measure(&scene, 16, &tiled);
    assert_close(a.total, b.total, TIGHT, 0);
    assert_all_close(tiled.data, whole.data, shape_size(whole.shape), TIGHT);
    kernels = &kernels_fast;
}

/* Through masks in each layer's size, two styles, content, in both spaces; SqueezeNet's
 * first layers have few positions, so that few probes meet a kink of a ReLU. */
static void the_gradient_under_masks_is_right(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    Scene scene = two_styles();
    Problem p;
    scene.style[0].mask = left(1, 0.25);
    scene.style[1].mask = left(0, 1);
    network = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    network_random(network, 3);
    layers_parse("relu1:2,pool1", &recipe.content.layers, &err);
    layers_parse("relu1:0.5,pool1", &recipe.style.layers, &err);
    for (int space = SPACE_UNIT; space <= SPACE_INPUT; space++) {
        recipe.pixels.space = (Space)space;
        assert_true(problem_init_scene(&p, arena, &recipe, network, &scene,
                                       random_image(3, H, W), &err));
        GradCheck check = gradcheck(p.losses->tape, p.losses->total, 1e-5);
        if (!gradcheck_passed(&check, 1e-6)) gradcheck_print(&check, stderr);
        assert_true(gradcheck_passed(&check, 1e-6));
        problem_free(&p);
    }
#endif
}

/* The part of a painting that a mask leaves is the style: the rest may be anything. */
static void only_the_masked_part_of_a_painting_is_its_style(void **state) {
    (void)state;
    Scene scene = scene_of(random_image(1, H, W), random_image(2, H, W)), other;
    Tensor unused;
    layers_parse("relu1_1", &recipe.style.layers, &err);
    scene.style[0].part = left(1, 0);
    other = scene;
    other.style[0].image = tensor_clone(arena, scene.style[0].image);
    for (int i = 0; i < 3 * H * W; i++)
        if (i % W > HALF) other.style[0].image.data[i] = 0;
    assert_true(measure(&scene, 0, &unused).style == measure(&other, 0, &unused).style);
}

static void a_form_of_means_and_a_mask_are_refused(void **state) {
    (void)state;
    Scene scene = two_styles();
    Problem p;
    scene.style[1].mask = left(1, 0);
    for (int form = STYLE_W2; form <= STYLE_W2_CK; form++) {
        recipe.style.form = (StyleForm)form;
        assert_false(
            problem_init_scene(&p, arena, &recipe, network, &scene, scene.content, &err));
        assert_non_null(strstr(err.text, style_forms[form].name));
    }
}

/* 20 x 10 white pixels, of which the left half becomes black. */
static void masks_are_read_in_the_size_of_the_image(void **state) {
    (void)state;
    Tensor x = tensor_alloc(arena, (Shape){1, 1, 10, 20}), mask;
    const char *path = "/tmp/stylegrad-test-mask.png";
    for (int i = 0; i < 200; i++)
        x.data[i] = i % 20 < 10 ? 0 : 1;
    assert_true(image_write(path, x, &err));
    assert_true(masks_read(arena, path, (Shape){1, 3, 5, 10}, &mask, &err));
    assert_int_equal(mask.shape.c, 1);
    assert_true(mask.data[0] == 0 && mask.data[3] == 0);
    assert_true(mask.data[6] == 1 && mask.data[9] == 1);
    assert_false(masks_read(arena, path, (Shape){1, 3, 20, 10}, &mask, &err));
    assert_non_null(strstr(err.text, "proportions"));
    tensor_fill(x, 0);
    assert_true(image_write(path, x, &err));
    assert_false(masks_read(arena, path, (Shape){1, 3, 5, 10}, &mask, &err));
    assert_non_null(strstr(err.text, "black"));
    remove(path);
}

static void a_scene_keeps_its_proportions(void **state) {
    (void)state;
    Scene scene = two_styles();
    scene.style[1].mask = left(1, 0);
    Scene small = scene_resized(arena, &scene, 10);
    assert_true(shape_equal(small.content.shape, (Shape){1, 3, 7, 10}));
    assert_true(shape_equal(small.style[1].mask.shape, (Shape){1, 1, 7, 10}));
    assert_int_equal(small.style[0].image.shape.w, 9); /* 17 * 10 / 19 */
    Scene same = scene_resized(arena, &scene, W);
    assert_ptr_equal(same.content.data, scene.content.data);
    assert_ptr_equal(same.style[0].image.data, scene.style[0].image.data);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_masked_gram_is_the_mean_over_the_region),
        TEST(a_white_mask_changes_nothing),
        TEST(styles_add_up_with_their_blends),
        TEST(outside_of_its_mask_a_style_pulls_at_nothing),
        TEST(complementary_masks_keep_two_styles_apart),
        TEST(masks_and_styles_in_tiles_are_those_of_the_whole),
        TEST(the_gradient_under_masks_is_right),
        TEST(only_the_masked_part_of_a_painting_is_its_style),
        TEST(a_form_of_means_and_a_mask_are_refused),
        TEST(masks_are_read_in_the_size_of_the_image),
        TEST(a_scene_keeps_its_proportions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
