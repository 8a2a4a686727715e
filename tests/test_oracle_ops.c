/* The ops that users build their own networks from, against PyTorch: grouped and dilated
 * convolutions, division, clamp, softmax, sums along axes, broadcast, batched products,
 * enlarging, normalising. */
#include "nn/ops.h"
#include "tensor/kernels/kernels.h"
#include "tests/oracle.h"

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_ops.npz");
    return 0;
}

/* Runs the backward pass from the golden dy and compares y. */
static void check_output(Node *y, const char *of) {
    tape_backward_from(tape, y, expected(of, "dy").data);
    check_value(y, of, "y");
}

/* y of one input x. */
static void check_one(Node *y, const char *of) {
    check_output(y, of);
    check_gradient(y->in[0], of, "dx");
}

static void check_conv(const char *of, bool with_relu) {
    const real *p = expected(of, "case").data;
    Node *x = leaf(of, "x"), *w = leaf(of, "w"), *b = bias(of, "b");
    const Conv2d conv = {.stride = (int)p[0],
                         .pad = (int)p[1],
                         .mode = (PadMode)p[2],
                         .groups = (int)p[3],
                         .dilation = (int)p[4]};
    if (with_relu) {
        Node *y = ag_conv2d(x, w, b, conv), *positive = ag_relu(y);
        Node *fused = ag_conv2d_relu(x, w, b, conv);
        assert_same_bits(fused->value, positive->value, shape_size(y->shape));
        tape_backward_from(tape, positive, expected(of, "dy").data);
        Tensor dx = tape_keep_grad(arena, x), dw = tape_keep_grad(arena, w);
        tape_backward_from(tape, fused, expected(of, "dy").data);
        assert_same_bits(x->grad, dx.data, shape_size(dx.shape));
        assert_same_bits(w->grad, dw.data, shape_size(dw.shape));
        return;
    }
    check_output(ag_conv2d(x, w, b, conv), of);
    check_gradient(x, of, "dx");
    check_gradient(w, of, "dw");
    check_gradient(b, of, "db");
}

static void check_convolutions(bool with_relu) {
    int cases = 0;
    for (char of[32]; snprintf(of, sizeof of, "conv%d", cases), has(of, "case"); cases++)
        check_conv(of, with_relu);
    assert_int_equal(cases, 14);
}

/* With the readable loops, too. */
static void grouped_and_dilated_convolutions_agree_with_torch(void **state) {
    (void)state;
    for (int i = 0; kernels_known(i); i++) {
        kernels = kernels_find(kernels_known(i));
        check_convolutions(false);
    }
    kernels = &kernels_fast;
}

static void grouped_and_dilated_convolutions_take_a_relu(void **state) {
    (void)state;
    check_convolutions(true);
}

static void division_agrees_with_torch(void **state) {
    (void)state;
    Node *a = leaf("div", "a"), *b = leaf("div", "b");
    check_output(ag_div(a, b), "div");
    check_gradient(a, "div", "da");
    check_gradient(b, "div", "db");
}

/* The inputs are multiples of 1/16, as the bounds are: some are at a bound. */
static void clamp_agrees_with_torch_at_its_bounds_too(void **state) {
    (void)state;
    Node *x = leaf("clamp_both", "x");
    int at_bound = 0;
    for (size_t i = 0; i < shape_size(x->shape); i++)
        at_bound += x->value[i] == (real)-0.5 || x->value[i] == (real)0.75;
    assert_true(at_bound > 0);
    check_one(ag_clamp(x, (Clamp){.low = -0.5, .high = 0.75}), "clamp_both");
    check_one(
        ag_clamp(leaf("clamp_low", "x"), (Clamp){.low = 0.25, .high = (double)INFINITY}),
        "clamp_low");
    check_one(ag_clamp(leaf("clamp_six", "x"), (Clamp){.low = 0, .high = 6}),
              "clamp_six");
}

static void softmax_agrees_with_torch_along_every_axis(void **state) {
    (void)state;
    for (int axis = 0; axis < 4; axis++) {
        char of[32];
        snprintf(of, sizeof of, "softmax%d", axis);
        check_one(ag_softmax(leaf(of, "x"), (Axis){axis}), of);
        snprintf(of, sizeof of, "logsoftmax%d", axis);
        check_one(ag_log_softmax(leaf(of, "x"), (Axis){axis}), of);
    }
}

static void softmax_of_large_numbers_agrees_with_torch(void **state) {
    (void)state;
    check_one(ag_softmax(leaf("softmax_large", "x"), (Axis){3}), "softmax_large");
    check_one(ag_log_softmax(leaf("logsoftmax_large", "x"), (Axis){3}),
              "logsoftmax_large");
}

static Axes axes_of(const char *of) {
    const real *p = expected(of, "case").data;
    return (Axes){p[0] != 0, p[1] != 0, p[2] != 0, p[3] != 0};
}

static void sums_and_means_along_axes_agree_with_torch(void **state) {
    (void)state;
    int cases = 0;
    for (char of[32]; snprintf(of, sizeof of, "sum%d", cases), has(of, "case"); cases++) {
        check_one(ag_sum_axis(leaf(of, "x"), axes_of(of)), of);
        snprintf(of, sizeof of, "mean%d", cases);
        check_one(ag_mean_axis(leaf(of, "x"), axes_of(of)), of);
    }
    assert_int_equal(cases, 7);
}

static void broadcast_agrees_with_torch(void **state) {
    (void)state;
    int cases = 0;
    for (char of[32]; snprintf(of, sizeof of, "broadcast%d", cases), has(of, "x");
         cases++)
        check_one(ag_broadcast(leaf(of, "x"), (Broadcast){expected(of, "y").shape}), of);
    assert_int_equal(cases, 5);
}

static void batched_products_agree_with_torch(void **state) {
    (void)state;
    const char *cases[] = {"matmul_nn", "matmul_tn", "matmul_nt", "matmul_tt"};
    for (int i = 0; i < 4; i++) {
        Node *a = leaf(cases[i], "a"), *b = leaf(cases[i], "b");
        const Matmul transposed = {.transpose_a = i % 2, .transpose_b = i / 2};
        check_output(ag_matmul(a, b, transposed), cases[i]);
        check_gradient(a, cases[i], "da");
        check_gradient(b, cases[i], "db");
    }
}

static void enlarging_agrees_with_torch(void **state) {
    (void)state;
    for (int factor = 1; factor <= 3; factor++) {
        char of[32];
        snprintf(of, sizeof of, "nearest%d", factor);
        check_one(ag_upsample(leaf(of, "x"), (Upsample){factor}), of);
        snprintf(of, sizeof of, "bilinear%d", factor);
        check_one(ag_upsample_bilinear(leaf(of, "x"), (Upsample){factor}), of);
    }
    check_one(ag_upsample_bilinear(leaf("bilinear_pixel", "x"), (Upsample){2}),
              "bilinear_pixel");
}

/* y and the gradients of x, of the scale s and, if there is one, of the shift t. */
static void check_channels(Node *y, const char *of) {
    check_output(y, of);
    check_gradient(y->in[0], of, "dx");
    check_gradient(y->in[1], of, "ds");
    if (y->inputs == 3) check_gradient(y->in[2], of, "dt");
}

static void instance_norm_agrees_with_torch(void **state) {
    (void)state;
    const InstanceNorm usual = {.epsilon = 1e-5};
    check_channels(
        ag_instance_norm(leaf("norm", "x"), bias("norm", "s"), bias("norm", "t"), usual),
        "norm");
    check_channels(ag_instance_norm(leaf("norm_scale", "x"), bias("norm_scale", "s"),
                                    NULL, (InstanceNorm){.epsilon = 0.25}),
                   "norm_scale");
    check_channels(ag_instance_norm(leaf("norm_each", "x"), leaf("norm_each", "s"),
                                    leaf("norm_each", "t"), usual),
                   "norm_each");
}

static void scale_and_shift_agree_with_torch(void **state) {
    (void)state;
    const char *cases[] = {"affine_all", "affine_each"};
    for (int i = 0; i < 2; i++)
        check_channels(
            ag_scale_shift(leaf(cases[i], "x"), leaf(cases[i], "s"), leaf(cases[i], "t")),
            cases[i]);
    check_channels(
        ag_scale_shift(leaf("affine_scale", "x"), leaf("affine_scale", "s"), NULL),
        "affine_scale");
}

/* Means and deviations of the style are made of ops, so the style gets a gradient. */
static void adain_agrees_with_torch(void **state) {
    (void)state;
    const Axes pixels = {.h = true, .w = true};
    Node *x = leaf("adain", "x"), *style = leaf("adain", "style");
    Node *mean = ag_mean_axis(style, pixels);
    Node *centred = ag_sub(style, ag_broadcast(mean, (Broadcast){style->shape}));
    Node *variance = ag_mean_axis(ag_square(centred), pixels);
    Node *deviation = ag_sqrt(ag_shift(variance, (Shift){1e-5}));
    check_output(ag_instance_norm(x, deviation, mean, (InstanceNorm){.epsilon = 1e-5}),
                 "adain");
    check_gradient(x, "adain", "dx");
    check_gradient(style, "adain", "dstyle");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(grouped_and_dilated_convolutions_agree_with_torch),
        TEST(grouped_and_dilated_convolutions_take_a_relu),
        TEST(division_agrees_with_torch),
        TEST(clamp_agrees_with_torch_at_its_bounds_too),
        TEST(softmax_agrees_with_torch_along_every_axis),
        TEST(softmax_of_large_numbers_agrees_with_torch),
        TEST(sums_and_means_along_axes_agree_with_torch),
        TEST(broadcast_agrees_with_torch),
        TEST(batched_products_agree_with_torch),
        TEST(enlarging_agrees_with_torch),
        TEST(instance_norm_agrees_with_torch),
        TEST(scale_and_shift_agree_with_torch),
        TEST(adain_agrees_with_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
