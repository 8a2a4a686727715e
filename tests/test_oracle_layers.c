/* Convolution, pooling, ReLU, linear layers and matrix products against PyTorch. */
#include "nn/ops.h"
#include "tests/oracle.h"

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_layers.npz");
    return 0;
}

/* Runs the backward pass from the golden dy and compares y. */
static void check_output(Node *y, const char *of) {
    tape_backward_from(tape, y, expected(of, "dy").data);
    check_value(y, of, "y");
}

/* Strides 1 and 2, padding none, same, larger, mirrored, repeated; kernels 1, 3, 5, 7; a
 * image of one pixel. */
static void convolutions_agree_with_torch(void **state) {
    (void)state;
    int cases = 0;
    for (char of[16]; snprintf(of, sizeof of, "conv%d", cases), has(of, "case");
         cases++) {
        const real *p = expected(of, "case").data;
        Node *x = leaf(of, "x"), *w = leaf(of, "w"), *b = bias(of, "b");
        Conv2d conv = {.stride = (int)p[0], .pad = (int)p[1], .mode = (PadMode)p[2]};
        check_output(ag_conv2d(x, w, b, conv), of);
        check_gradient(x, of, "dx");
        check_gradient(w, of, "dw");
        check_gradient(b, of, "db");
    }
    assert_int_equal(cases, 11);
}

static void poolings_agree_with_torch(const char *kind,
                                      Node *(*pooling)(Node *, Pool2d)) {
    int cases = 0;
    for (char of[16]; snprintf(of, sizeof of, "%s%d", kind, cases), has(of, "case");
         cases++) {
        const real *p = expected(of, "case").data;
        Node *x = leaf(of, "x");
        Pool2d pool = {(int)p[0], (int)p[1], (int)p[2], p[3] != 0};
        check_output(pooling(x, pool), of);
        check_gradient(x, of, "dx");
    }
    assert_int_equal(cases, 7);
}

/* The inputs are multiples of 1/16, so that some windows have two largest numbers. */
static void max_pooling_agrees_with_torch(void **state) {
    (void)state;
    poolings_agree_with_torch("max", ag_max_pool);
}

static void average_pooling_agrees_with_torch(void **state) {
    (void)state;
    poolings_agree_with_torch("avg", ag_avg_pool);
}

static void relu_agrees_with_torch(void **state) {
    (void)state;
    Node *x = leaf("relu", "x");
    check_output(ag_relu(x), "relu");
    check_gradient(x, "relu", "dx");
    x = leaf("leaky", "x");
    check_output(ag_leaky_relu(x, (LeakyRelu){0.2}), "leaky");
    check_gradient(x, "leaky", "dx");
}

static void linear_agrees_with_torch(void **state) {
    (void)state;
    Tensor rows = expected("linear", "x");
    rows.shape = (Shape){rows.shape.h, rows.shape.w, 1, 1}; /* three images */
    Node *x = tape_variable(tape, rows), *w = leaf("linear", "w");
    Node *b = bias("linear", "b");
    check_output(ag_linear(x, w, b), "linear");
    check_gradient(x, "linear", "dx");
    check_gradient(w, "linear", "dw");
    check_gradient(b, "linear", "db");
}

static void matrix_products_agree_with_torch(void **state) {
    (void)state;
    const char *cases[] = {"matmul_nn", "matmul_tn", "matmul_nt", "matmul_tt"};
    for (int i = 0; i < 4; i++) {
        Node *a = leaf(cases[i], "a"), *b = leaf(cases[i], "b");
        Matmul transposed = {.transpose_a = i % 2, .transpose_b = i / 2};
        check_output(ag_matmul(a, b, transposed), cases[i]);
        check_gradient(a, cases[i], "da");
        check_gradient(b, cases[i], "db");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(convolutions_agree_with_torch),     TEST(max_pooling_agrees_with_torch),
        TEST(average_pooling_agrees_with_torch), TEST(relu_agrees_with_torch),
        TEST(linear_agrees_with_torch),          TEST(matrix_products_agree_with_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
