/* Op.work: the number of multiply-adds of an op, which `bench` uses, against
 * arithmetic. */
#include "autograd/ops.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tests/test.h"

static Tape *tape;

static int make_tape(void **state) {
    (void)state;
    tape = tape_new();
    return 0;
}

static int free_tape(void **state) {
    (void)state;
    tape_free(tape);
    return 0;
}

static Node *variable(int n, int c, int h, int w) {
    return tape_example_variable(tape, (Shape){n, c, h, w});
}

static void assert_work(const Node *y, double products) {
    assert_non_null(y->op->plan.work);
    assert_close(y->op->plan.work(y), products, 0, 0);
}

/* 2 images of 5 x 6 places with a border of one pixel, through 3 x 3 windows: as many
 * places, for 4 channels 3 x 9 products each. With stride 2 there are 3 x 3 places. */
static void a_convolution_takes_each_weight_at_each_place(void **state) {
    (void)state;
    Node *x = variable(2, 3, 5, 6), *w = variable(4, 3, 3, 3);
    assert_work(ag_conv2d(x, w, NULL, (Conv2d){.pad = 1}), 2.0 * 4 * 5 * 6 * 27);
    assert_work(ag_conv2d(x, w, NULL, (Conv2d){.pad = 1, .stride = 2}),
                2.0 * 4 * 3 * 3 * 27);
    assert_work(ag_conv2d_relu(x, w, variable(1, 4, 1, 1), (Conv2d){.pad = 1}),
                2.0 * 4 * 5 * 6 * 27);
}

/* 3 rows of 2 x 4 x 5 = 40 numbers times 7 rows of weights. */
static void a_linear_layer_takes_each_weight_for_each_image(void **state) {
    (void)state;
    assert_work(ag_linear(variable(3, 2, 4, 5), variable(1, 1, 7, 40), NULL),
                3.0 * 7 * 40);
}

/* 6 planes of (4, 5) times (5, 7), stored either way. */
static void a_product_takes_rows_times_columns_times_depth(void **state) {
    (void)state;
    const double products = 6.0 * 4 * 5 * 7;
    Node *a = variable(2, 3, 4, 5), *b = variable(2, 3, 5, 7);
    Node *at = ag_transpose(a), *bt = ag_transpose(b);
    assert_work(ag_matmul(a, b, (Matmul){0}), products);
    assert_work(ag_matmul(at, b, (Matmul){.transpose_a = true}), products);
    assert_work(ag_matmul(a, bt, (Matmul){.transpose_b = true}), products);
    assert_work(ag_matmul(at, bt, (Matmul){true, true}), products);
}

/* 2 images, all 3 x 3 pairs of channels at 4 x 5 positions. The means of moments are sums
 * without products. */
static void gram_matrices_and_moments_take_each_pair_at_each_place(void **state) {
    (void)state;
    Node *f = variable(2, 3, 4, 5);
    assert_work(ag_gram(f, (Gram){1}), 2.0 * 9 * 20);
    assert_work(ag_moments(f, (Moments){1}), 2.0 * 9 * 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_tape, free_tape)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_convolution_takes_each_weight_at_each_place),
        TEST(a_linear_layer_takes_each_weight_for_each_image),
        TEST(a_product_takes_rows_times_columns_times_depth),
        TEST(gram_matrices_and_moments_take_each_pair_at_each_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
