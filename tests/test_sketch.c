/* A sketch allocates nothing and reports what the real tape takes. */
#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "tensor/kernels/kernels.h"
#include "tests/pictures.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"

static Network *network;
static Recipe recipe;
static Error err;

static int begin(void **state) {
    make_arena(state);
    network = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    network_random(network, 3);
    if (!recipe_read("paint", &recipe, &err)) return -1;
    recipe.net.name = "vgg19";
    layers_parse("relu2_2", &recipe.content.layers, &err);
    layers_parse("relu1_1,relu2_1", &recipe.style.layers, &err);
    return 0;
}

static int end(void **state) {
    free_arena(state);
    return 0;
}

/* Two styles, one under a mask. */
static Scene scene_for_tests(void) {
    Scene scene = scene_of(random_image(1, 40, 56), random_image(2, 44, 30));
    scene.styles = 2;
    scene.style[1] = (Style){.image = random_image(3, 33, 41), .blend = 0.5};
    scene.style[1].mask = tensor_alloc(arena, (Shape){1, 1, 40, 56});
    tensor_fill(scene.style[1].mask, (real)0.5);
    return scene;
}

/* Alignment of the block and of scratch is all that may differ. */
static void assert_same_bytes(const Scene *scene) {
    Problem sketch, real_one;
    assert_true(problem_sketch(&sketch, arena, &recipe, network, scene, &err));
    assert_true(problem_init_scene(&real_one, arena, &recipe, network, scene,
                                   scene->content, &err));
    problem_backward(&real_one);
    assert_close((double)problem_bytes(&sketch), (double)problem_bytes(&real_one), 0,
                 1024);
    assert_close((double)sketch.losses->target_bytes,
                 (double)real_one.losses->target_bytes, 0, 1024);
    problem_free(&sketch);
    problem_free(&real_one);
}

static void a_sketch_has_the_bytes_of_the_real_tapes(void **state) {
    (void)state;
    Scene scene = scene_for_tests();
    assert_same_bytes(&scene);
    recipe.run.recompute = true;
    assert_same_bytes(&scene);
    recipe.run.store = STORE_HALF;
    assert_same_bytes(&scene);
    recipe.pixels.space = SPACE_INPUT;
    recipe.run.tile = 16;
    assert_same_bytes(&scene);
}

/* With kernels that are not there, whoever computed a convolution or a Gram matrix would
 * jump to nowhere. */
static void a_sketch_computes_nothing(void **state) {
    (void)state;
    const Kernels *usual = kernels;
    const Kernels none = {.name = "none", .conv2d_workspace = usual->conv2d_workspace};
    Scene scene = scene_for_tests();
    Problem problem;
    kernels = &none;
    for (recipe.run.tile = 0; recipe.run.tile <= 16; recipe.run.tile += 16) {
        assert_true(problem_sketch(&problem, arena, &recipe, network, &scene, &err));
        problem_forward(&problem);
        assert_true(problem_bytes(&problem) > 0);
        problem_free(&problem);
    }
    kernels = usual;
}

/* 3 x 3 numbers, of which the squares are kept: zeros for a sketch, whatever its leaves
 * hold. */
static void keeping_a_node_of_a_sketch_gives_zeros(void **state) {
    (void)state;
    real numbers[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const real zeros[9] = {0};
    Tape *tape = tape_new_sketch();
    Node *x = tape_variable(tape, (Tensor){{1, 1, 3, 3}, numbers});
    Node *y = ag_square(x), *loss = ag_sum(y);
    tape_plan(tape, loss, 1, &y);
    tape_backward(tape, loss);
    const Tensor value = tape_keep(arena, y), leaf = tape_keep(arena, x);
    const Tensor sum = tape_keep(arena, loss), slope = tape_keep_grad(arena, x);
    tape_free(tape);
    assert_true(shape_equal(value.shape, (Shape){1, 1, 3, 3}));
    assert_true(shape_equal(sum.shape, SCALAR));
    assert_same_bits(value.data, zeros, 9);
    assert_same_bits(leaf.data, zeros, 9);
    assert_same_bits(slope.data, zeros, 9);
    assert_same_bits(sum.data, zeros, 1);
}

static void keep(void *node) {
    tape_keep(arena, node);
}

/* A mistake on the real tape is one on the sketch. */
static void what_a_sketch_does_not_keep_is_refused(void **state) {
    (void)state;
    Tape *tape = tape_new_sketch();
    Node *y = ag_square(tape_example_variable(tape, (Shape){1, 1, 3, 3}));
    Node *loss = ag_sum(ag_square(y));
    tape_plan(tape, loss, 0, NULL);
    assert_check_fails(keep, y, "not kept");
    tape_free(tape);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_sketch_has_the_bytes_of_the_real_tapes),
        TEST(a_sketch_computes_nothing),
        TEST(keeping_a_node_of_a_sketch_gives_zeros),
        TEST(what_a_sketch_does_not_keep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
