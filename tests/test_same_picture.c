/* Rounding differs between tables of kernels, and an optimiser carries it on from step to
 * step. What a person would see must not differ. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/kernels/kernels.h"
#include "tests/arena.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

#define SIDE 32
#define STEPS 100

static Tensor waves(double across, double down) {
    Tensor x = tensor_alloc(arena, (Shape){1, 3, SIDE, SIDE});
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++)
                *tensor_at(x, 0, c, i, j) =
                    (real)(0.5 + 0.4 * sin(across * j + down * i + 2 * c));
    return x;
}

static bool nothing(void *context, const Problem *problem, const PaintStep *step) {
    (void)context, (void)problem, (void)step;
    return true;
}

/* From the photograph, its numbers changed by `change` of their size. */
static Tensor painted(const Kernels *table, Method method, double rate, double change) {
    Error err;
    Problem problem;
    kernels = table;
    Network *network = network_new(arena, "vgg19_small16x", POOL_DEFAULT, &err);
    network_random(network, 1);
    Recipe recipe;
    assert_true(recipe_read("paint", &recipe, &err));
    recipe.run.steps = STEPS;
    recipe.optimizer.method = method;
    recipe.optimizer.schedule.lr = rate;
    assert_true(recipe_complete(&recipe, network, &err));
    Tensor start = waves(0.2, 0.1);
    for (size_t i = 0; i < shape_size(start.shape); i++)
        start.data[i] *= (real)(1 + change);
    if (!problem_init(&problem, arena, &recipe, network, waves(0.2, 0.1), waves(0.7, 1),
                      start, &err))
        fail_msg("%s", err.text);
    PaintEnd end = paint_run(&problem, arena, nothing, NULL);
    assert_true(end.steps > STEPS / 2);
    Tensor image = problem_image(&problem, arena);
    problem_free(&problem);
    kernels = &kernels_fast;
    return image;
}

/* Mean difference in grey levels of 255. */
static double difference(Tensor a, Tensor b) {
    double sum = 0;
    const size_t size = shape_size(a.shape);
    for (size_t i = 0; i < size; i++)
        sum += fabs((double)a.data[i] - (double)b.data[i]);
    return 255 * sum / (double)size;
}

/* In double there is nothing to see; sanitizers and valgrind would take many minutes. */
static bool no_use(void) {
    return sizeof(real) == sizeof(double) || test_is_instrumented();
}

/* An optimiser multiplies every difference, whatever it comes from: one in the last digit
 * of the first image takes it to another image as good. Fast kernels do no more. */
static void check(Method method, double rate) {
    if (no_use()) skip();
    Tensor plain = painted(&kernels_gemm, method, rate, 0);
    Tensor digit = painted(&kernels_gemm, method, rate, 1e-7);
    Tensor fast = painted(&kernels_fast, method, rate, 0);
    assert_true(difference(plain, waves(0.2, 0.1)) > 5); /* it was painted at all */
    const double allowed = 2 * difference(plain, digit) + 1;
    const double grey = difference(plain, fast);
    if (!(grey < allowed)) fail_msg("%g grey levels, %g allowed", grey, allowed);
}

static void to_adam_fast_kernels_are_a_change_of_the_last_digit(void **state) {
    (void)state;
    check(METHOD_ADAM, 0.02);
}

static void to_lbfgs_fast_kernels_are_a_change_of_the_last_digit(void **state) {
    (void)state;
    check(METHOD_LBFGS, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(to_adam_fast_kernels_are_a_change_of_the_last_digit),
        TEST(to_lbfgs_fast_kernels_are_a_change_of_the_last_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
