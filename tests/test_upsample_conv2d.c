/* An upsampling and the convolution after it in one op: the same picture and gradients as
 * by two ops, with every table of kernels. */
#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "nn/ops.h"
#include "tensor/kernels/kernels.h"
#include "tensor/rng.h"
#include "tests/arena.h"

enum { LEAVES = 3 };

static const Shape sides[] = {
    {1, 16, 9, 12}, {2, 5, 2, 3}, {3, 1, 1, 1}, {2, 32, 17, 10}};

/* What a run needs and gives: x, w and b, their gradients, and y. */
typedef struct Run {
    Tensor leaf[LEAVES], grad[LEAVES], y;
} Run;

static Run run_of(Shape x, int out, uint64_t seed) {
    Rng rng = rng_seed(seed);
    Run run = {.leaf = {tensor_alloc(arena, x),
                        tensor_alloc(arena, (Shape){out, x.c, 3, 3}),
                        tensor_alloc(arena, (Shape){1, out, 1, 1})}};
    for (int i = 0; i < LEAVES; i++)
        tensor_fill_normal(run.leaf[i], &rng, 0, 1);
    return run;
}

static Node *record(Node *x, Node *w, Node *b, bool one) {
    if (one) return ag_upsample_conv2d(x, w, b);
    x = ag_upsample(x, (Upsample){.factor = 2});
    return ag_conv2d(x, w, b, (Conv2d){.pad = 1, .mode = PAD_REFLECT});
}

/* The loss is the sum of y times random numbers. */
static void differentiate(Tape *tape, Node *y) {
    Rng rng = rng_seed(5);
    Tensor factors = tensor_alloc(arena, y->shape);
    tensor_fill_normal(factors, &rng, 0, 1);
    tape_backward(tape, ag_sum(ag_mul(y, tape_constant(tape, factors))));
}

static void paint(Run *run, bool one, bool bias) {
    Tape *tape = tape_new();
    Node *leaf[LEAVES];
    for (int i = 0; i < LEAVES; i++)
        leaf[i] = tape_variable(tape, run->leaf[i]);
    Node *y = record(leaf[0], leaf[1], bias ? leaf[2] : NULL, one);
    differentiate(tape, y);
    run->y = tensor_clone(arena, node_tensor(y));
    for (int i = 0; i < LEAVES; i++)
        run->grad[i] = tensor_clone(arena, (Tensor){leaf[i]->shape, leaf[i]->grad});
    tape_free(tape);
}

static double largest(Tensor t) {
    double most = 0;
    for (size_t i = 0; i < shape_size(t.shape); i++)
        if (fabs((double)t.data[i]) > most) most = fabs((double)t.data[i]);
    return most;
}

/* Winograd, against which it is compared, rounds to 1e-5 of the largest number in float. */
static void assert_near(Tensor a, Tensor b) {
    const double most = 300 * (double)REAL_EPSILON * (largest(b) + 1);
    assert_true(shape_equal(a.shape, b.shape));
    for (size_t i = 0; i < shape_size(a.shape); i++)
        assert_close(a.data[i], b.data[i], 0, most);
}

static void compare(Shape x, int out, bool bias) {
    Run one = run_of(x, out, (uint64_t)x.c), two = one;
    paint(&one, true, bias);
    paint(&two, false, bias);
    assert_near(one.y, two.y);
    for (int i = 0; i < LEAVES - !bias; i++)
        assert_near(one.grad[i], two.grad[i]);
}

static void it_is_an_upsampling_and_a_mirrored_convolution(void **state) {
    (void)state;
    const Kernels *const before = kernels, *const tables[] = {&kernels_ref, &kernels_gemm,
                                                              &kernels_fast};
    for (int t = 0; t < 3; t++) {
        kernels = tables[t];
        for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
            for (int bias = 0; bias < 2; bias++)
                compare(sides[i], i == 3 ? 16 : 4, bias);
    }
    kernels = before;
}

/* Two by two pixels and a window that copies the pixel above left. */
static void a_window_that_shifts_by_one(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Tensor x = tensor_alloc(arena, (Shape){1, 1, 2, 2}),
           w = tensor_alloc(arena, (Shape){1, 1, 3, 3});
    const real pixels[] = {1, 2, 3, 4},
               expected[] = {1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 3, 3, 3, 4};
    memcpy(x.data, pixels, sizeof pixels);
    tensor_fill(w, 0);
    w.data[0] = 1;
    Node *y = ag_upsample_conv2d(tape_constant(tape, x), tape_constant(tape, w), NULL);
    assert_memory_equal(y->value, expected, sizeof expected);
    tape_free(tape);
}

/* What is frozen has no gradient, and the gradients of the others are the same. */
static void each_input_can_be_frozen(void **state) {
    (void)state;
    Run run = run_of((Shape){2, 5, 2, 3}, 4, 9);
    paint(&run, true, true);
    for (int frozen = 0; frozen < LEAVES; frozen++) {
        Tape *tape = tape_new();
        Node *leaf[LEAVES];
        for (int i = 0; i < LEAVES; i++)
            leaf[i] = i == frozen ? tape_constant(tape, run.leaf[i])
                                  : tape_variable(tape, run.leaf[i]);
        differentiate(tape, ag_upsample_conv2d(leaf[0], leaf[1], leaf[2]));
        assert_null(leaf[frozen]->grad);
        for (int i = 0; i < LEAVES; i++)
            if (i != frozen)
                assert_near((Tensor){leaf[i]->shape, leaf[i]->grad}, run.grad[i]);
        tape_free(tape);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_is_an_upsampling_and_a_mirrored_convolution),
        TEST(a_window_that_shifts_by_one),
        TEST(each_input_can_be_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
