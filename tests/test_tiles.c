/* Losses and gradient of an image in tiles are those of the whole image.
 *
 * The tests below are exact in double. In float the same is asked of kernels that sum in
 * one order wherever a window begins; Winograd's rounding depends on that, and a ReLU
 * near 0 may then switch. */
#include <math.h>
#include <string.h>

#include "autograd/tape_plan.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"
#include "tests/pictures.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"
#include "transfer/tile_window.h"

#ifdef REAL_DOUBLE
#define TIGHT 1e-12
#else
#define TIGHT 1e-5
#endif

static Error err;
static Padding padding; /* of the networks */

static int begin(void **state) {
    make_arena(state);
    padding = PADDING_DEFAULT;
    threads_set(1); /* for images so small others cost more than they bring */
    if (sizeof(real) == sizeof(float)) kernels = &kernels_gemm;
    return 0;
}

static int end(void **state) {
    free_arena(state);
    kernels = &kernels_fast;
    return 0;
}

/* One comparison: a network, its layers, the sizes of the images and the tiles. */
typedef struct Case {
    const char *net;
    const char *content_layers, *style_layers;
    int h, w, style_h, style_w, tile;
} Case;

static Network *network_of(const Case *c, Pooling pooling) {
    Network *network = network_new(arena, c->net, pooling, &err);
    assert_non_null(network);
    network_random(network, 3);
    network_padding(network, padding);
    return network;
}

static Recipe recipe_of(const Case *c) {
    Recipe r;
    assert_true(recipe_read("paint", &r, &err));
    r.net.name = c->net;
    r.tv.weight = 1e-3;
    assert_true(layers_parse(c->content_layers, &r.content.layers, &err));
    assert_true(layers_parse(c->style_layers, &r.style.layers, &err));
    return r;
}

/* Sets the problem up, lets the pixels change once, and keeps what comes out. */
static Terms measure(const Case *c, const Recipe *recipe, Network *network,
                     Tensor *gradient) {
    Problem p;
    if (!problem_init(&p, arena, recipe, network, random_image(1, c->h, c->w),
                      random_image(2, c->style_h, c->style_w),
                      random_image(3, c->h, c->w), &err))
        fail_msg("%s", err.text);
    p.variable->value[7] += (real)0.1;
    problem_forward(&p);
    problem_backward(&p);
    Terms terms = problem_terms(&p);
    *gradient = tape_keep_grad(arena, p.variable);
    problem_free(&p);
    return terms;
}

static void assert_same_result(const Case *c, Recipe recipe, Pooling pooling) {
    Network *network = network_of(c, pooling);
    Tensor whole, tiled;
    recipe.run.tile = 0;
    Terms a = measure(c, &recipe, network, &whole);
    recipe.run.tile = c->tile;
    Terms b = measure(c, &recipe, network, &tiled);
    assert_close(b.total, a.total, TIGHT, 0);
    assert_close(b.tv, a.tv, TIGHT, 0);
    for (int i = 0; i < recipe.content.layers.count; i++)
        assert_close(b.content_layer[i], a.content_layer[i], TIGHT, 0);
    /* Only a distance of moments is a small difference of larger numbers, so that it has
     * an absolute error as well. */
    const double absolute = style_is_gaussian(recipe.style.form) ? TIGHT * a.total : 0;
    for (int i = 0; i < recipe.style.layers.count; i++)
        assert_close(b.style_layer[i], a.style_layer[i], TIGHT, absolute);
    assert_all_close(tiled.data, whole.data, shape_size(whole.shape), TIGHT);
}

static const Case reflecting = {
    "vgg19_small16x", "relu2_2", "relu1_1:0.5,relu2_1,relu3_1:2", 75, 52, 61, 83, 32};

static void tiles_of_a_reflecting_network_are_exact(void **state) {
    (void)state;
    assert_same_result(&reflecting, recipe_of(&reflecting), POOL_DEFAULT);
    assert_same_result(&reflecting, recipe_of(&reflecting), POOL_AVG);
}

static void tiles_of_a_network_that_was_told_how_to_pad_are_exact(void **state) {
    (void)state;
    Case c = {"paintnet", "relu2_2", "relu1_1,relu2_1,relu3_1", 75, 52, 61, 83, 32};
    padding = PADDING_REFLECT;
    assert_same_result(&c, recipe_of(&c), POOL_DEFAULT);
    padding = PADDING_REPLICATE_FIRST;
    assert_same_result(&c, recipe_of(&c), POOL_DEFAULT);
}

static void tiles_of_vgg19_are_exact(void **state) {
    (void)state;
    Case c = {"vgg19", "relu1_2", "relu1_1,relu2_1", 31, 45, 40, 33, 16};
    assert_same_result(&c, recipe_of(&c), POOL_MAX);
    assert_same_result(&c, recipe_of(&c), POOL_AVG);
}

/* To relu5_1 a position sees 156 pixels, so the image is long and narrow. Before a tile
 * 70 pixels are needed, 80 to begin at a multiple of 16, and after it 70: with the 48 of
 * the tile 198 pixels. An image that leaves the rest of 197 shows when one is missing.
 */
static void tiles_are_exact_down_to_the_deepest_layer(void **state) {
    (void)state;
    Case tall = {"vgg19_small16x", "relu4_2", "relu1_1,relu5_1", 229, 33, 35, 34, 48};
    assert_same_result(&tall, recipe_of(&tall), POOL_DEFAULT);
    Case wide = {"vgg19_small16x", "relu3_1", "relu4_1", 17, 107, 20, 113, 16};
    assert_same_result(&wide, recipe_of(&wide), POOL_DEFAULT);
}

/* No padding in conv1, windows that hang over the edge in the poolings. */
static void tiles_of_squeezenet_are_exact(void **state) {
    (void)state;
    for (int side = 73; side < 77; side++) { /* all rests of the step, 4 */
        Case c = {"squeezenet1_1", "fire2", "relu1,fire3:2", side, 30, 34, 47, 16};
        assert_same_result(&c, recipe_of(&c), POOL_DEFAULT);
    }
    Case c = {"squeezenet1_1", "fire2", "relu1,fire3,fire5", 44, 91, 64, 77, 24};
    assert_same_result(&c, recipe_of(&c), POOL_AVG);
}

/* 75 pixels are 4 positions after pool5, so the third tile owns none of them. */
static void a_tile_may_own_nothing_of_a_layer(void **state) {
    (void)state;
    Case c = {"squeezenet1_1", "fire6", "relu1,fire6", 75, 43, 75, 43, 32};
    Network *network = network_of(&c, POOL_DEFAULT);
    const char *names[] = {"fire6"};
    TileWindow w;
    Recipe recipe = recipe_of(&c);
    recipe.run.tile = c.tile;
    assert_true(tile_window_init(&w, tape_new_planned(), arena, &recipe, network,
                                 (Shape){1, 3, c.h, c.w}, names, 1, SPACE_UNIT, false,
                                 &err));
    Box last =
        tile_grid_owned(&w.grid, w.grid.count - 1, w.layer[0].layer, w.layer[0].whole);
    assert_int_equal(w.grid.down.count, 3);
    assert_int_equal(last.h, 0);
    tile_window_free(&w);
    assert_same_result(&c, recipe_of(&c), POOL_DEFAULT);
}

static void a_tile_may_be_larger_than_the_image(void **state) {
    (void)state;
    Case c = reflecting;
    c.tile = 400;
    assert_same_result(&c, recipe_of(&c), POOL_DEFAULT);
}

static void every_form_of_the_losses_works_in_tiles(void **state) {
    (void)state;
    Case c = {"vgg19_small16x", "relu1_2,relu2_1:3", "relu1_1", 52, 37, 44, 38, 16};
    for (int i = 0; i < STYLE_FORMS; i++) {
        Recipe r = recipe_of(&c);
        r.style.form = (StyleForm)i;
        r.content.form = (ContentForm)(i % CONTENT_FORMS);
        r.tv.form = (TvForm)(i % TV_FORMS);
        r.style.weight = i == STYLE_SUM || i == STYLE_RAW_MEAN ? 1e-4 : 1;
        assert_same_result(&c, r, POOL_DEFAULT);
    }
}

static void both_spaces_work_in_tiles(void **state) {
    (void)state;
    Case c = {"squeezenet1_1", "fire2", "relu1,fire3", 60, 41, 44, 38, 16};
    for (int space = SPACE_UNIT; space <= SPACE_INPUT; space++)
        for (int tv_space = SPACE_UNIT; tv_space <= SPACE_INPUT; tv_space++) {
            Recipe r = recipe_of(&c);
            r.pixels.space = (Space)space;
            r.tv.space = (Space)tv_space;
            assert_same_result(&c, r, POOL_DEFAULT);
        }
}

/* Whatever term is left out, in the whole image it costs no backward pass, in tiles
 * neither. */
static void terms_without_weight_are_left_out(void **state) {
    (void)state;
    for (int kept = 0; kept < 3; kept++) {
        Recipe r = recipe_of(&reflecting);
        r.content.weight = kept == 0;
        r.style.weight = kept == 1;
        r.tv.weight = kept == 2;
        assert_same_result(&reflecting, r, POOL_DEFAULT);
    }
}

/* An image has two sides; together its tiles own every position of a layer once, and
 * every window holds what its tile sees. */
static void tiles_own_every_position_once(void **state) {
    (void)state;
    Network *network = network_of(&reflecting, POOL_DEFAULT);
    const char *name = "relu3_1";
    int index;
    assert_true(network_layer_find(network, name, &index, &err));
    for (int side = 40; side < 120; side += 7) {
        Shape image = {1, 3, side, 160 - side}, whole;
        assert_true(network_shape(network, name, image, &whole, &err));
        TileGrid t = tile_grid_of(network, &index, 1, image, 20);
        int owned = 0;
        for (int tile = 0; tile < t.count; tile++) {
            Box window = tile_grid_window(&t, tile),
                box = tile_grid_owned(&t, tile, network_layer(network, index), whole);
            assert_true(window.top >= 0 && window.top + window.h <= image.h);
            assert_true(window.left >= 0 && window.left + window.w <= image.w);
            assert_true(window.top % 4 == 0 && window.left % 4 == 0);
            assert_true(box.top * 4 >= window.top && box.left * 4 >= window.left);
            owned += box.h * box.w;
        }
        assert_int_equal(owned, whole.h * whole.w);
    }
}

/* conv3_1 of a VGG sees (3-1) (1 + 1 + 2 + 2 + 4) + 1 + 2 = 24 pixels with its two
 * poolings, the first of position 0 at -(1 + 1 + 2 + 2 + 4) = -10. A tile of 20 is whole
 * steps of 4, so 3 tiles cover 60 of 59 pixels. Before it 10 pixels are needed, rounded
 * up to 12, after it 24 - 10 - 4 = 10: a window of 42, which has to leave the rest of
 * 59 mod 4 = 3 and so is 43. */
static void the_halo_is_what_the_deepest_layer_sees(void **state) {
    (void)state;
    Network *network = network_of(&reflecting, POOL_DEFAULT);
    int index;
    assert_true(network_layer_find(network, "conv3_1", &index, &err));
    const Layer *layer = network_layer(network, index);
    assert_int_equal(layer->first, -10);
    assert_int_equal(layer->field, 24);
    TileCut c = tile_grid_of(network, &index, 1, (Shape){1, 3, 59, 59}, 20).down;
    assert_int_equal(c.tile, 20);
    assert_int_equal(c.count, 3);
    assert_int_equal(c.before, 12);
    assert_int_equal(c.after, 10);
    assert_int_equal(c.window, 43);
}

static void tiles_do_not_depend_on_the_number_of_threads(void **state) {
    (void)state;
    Recipe r = recipe_of(&reflecting);
    Network *network = network_of(&reflecting, POOL_DEFAULT);
    Tensor one, three;
    int threads = threads_count();
    r.run.tile = reflecting.tile;
    threads_set(1);
    Terms a = measure(&reflecting, &r, network, &one);
    threads_set(3);
    Terms b = measure(&reflecting, &r, network, &three);
    threads_set(threads);
    assert_memory_equal(&a, &b, sizeof a);
    assert_same_bits(one.data, three.data, shape_size(one.shape));
}

/* Winograd's sums begin at the window, so rounding differs, and here and there a ReLU
 * near 0 switches. As a whole the gradient is the same. */
static void the_fast_kernels_agree_in_tiles(void **state) {
    (void)state;
    Recipe r = recipe_of(&reflecting);
    Network *network = network_of(&reflecting, POOL_DEFAULT);
    Tensor whole, tiled;
    kernels = &kernels_fast;
    measure(&reflecting, &r, network, &whole);
    r.run.tile = reflecting.tile;
    measure(&reflecting, &r, network, &tiled);
    double apart = 0, length = 0;
    for (size_t i = 0; i < shape_size(whole.shape); i++) {
        double d = (double)tiled.data[i] - (double)whole.data[i];
        apart += d * d;
        length += (double)whole.data[i] * (double)whole.data[i];
    }
    assert_true(sqrt(apart / length) < (sizeof(real) == sizeof(double) ? 1e-12 : 1e-4));
}

static void a_layer_that_the_image_is_too_small_for_is_refused(void **state) {
    (void)state;
    Case c = {"vgg19_small16x", "relu1_1", "relu5_1", 40, 31, 40, 40, 16};
    Recipe r = recipe_of(&c);
    r.run.tile = c.tile;
    Problem p;
    assert_false(problem_init(&p, arena, &r, network_of(&c, POOL_DEFAULT),
                              random_image(1, c.h, c.w), random_image(2, 40, 40),
                              random_image(3, c.h, c.w), &err));
    assert_non_null(strstr(err.text, "32"));
}

static bool go_on(void *context, const Problem *problem, const PaintStep *step) {
    (void)context, (void)problem, (void)step;
    return true;
}

static Tensor painted(const Case *c, Recipe recipe, int tile, Terms *terms) {
    Problem p;
    Network *network = network_of(c, POOL_DEFAULT);
    recipe.run.tile = tile;
    assert_true(recipe_choose_rate(&recipe, network, (Shape){1, 3, c->h, c->w}, &err));
    assert_true(problem_init(&p, arena, &recipe, network, random_image(1, c->h, c->w),
                             random_image(2, c->style_h, c->style_w),
                             random_image(3, c->h, c->w), &err));
    *terms = paint_run(&p, arena, go_on, NULL).terms;
    Tensor x = problem_image(&p, arena);
    problem_free(&p);
    return x;
}

static void painting_in_tiles_gives_the_same_image(void **state) {
    (void)state;
    Case c = {"squeezenet1_1", "fire2", "relu1,fire3", 60, 41, 44, 38, 16};
    static const Method methods[] = {METHOD_ADAM, METHOD_LBFGS};
    for (int i = 0; i < 2; i++) {
        Recipe r = recipe_of(&c);
        Terms a, b;
        r.optimizer.method = methods[i];
        r.run.steps = 5;
        Tensor whole = painted(&c, r, 0, &a), tiled = painted(&c, r, 20, &b);
        double close = sizeof(real) == sizeof(double) ? 1e-9 : 1e-2;
        assert_all_close(tiled.data, whole.data, shape_size(whole.shape), close);
        assert_close(a.total, b.total, close, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, begin, end)
        TEST(tiles_of_a_reflecting_network_are_exact),
        TEST(tiles_of_vgg19_are_exact),
        TEST(tiles_of_a_network_that_was_told_how_to_pad_are_exact),
        TEST(tiles_are_exact_down_to_the_deepest_layer),
        TEST(tiles_of_squeezenet_are_exact),
        TEST(a_tile_may_own_nothing_of_a_layer),
        TEST(a_tile_may_be_larger_than_the_image),
        TEST(every_form_of_the_losses_works_in_tiles),
        TEST(both_spaces_work_in_tiles),
        TEST(terms_without_weight_are_left_out),
        TEST(tiles_own_every_position_once),
        TEST(the_halo_is_what_the_deepest_layer_sees),
        TEST(tiles_do_not_depend_on_the_number_of_threads),
        TEST(the_fast_kernels_agree_in_tiles),
        TEST(a_layer_that_the_image_is_too_small_for_is_refused),
        TEST(painting_in_tiles_gives_the_same_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
