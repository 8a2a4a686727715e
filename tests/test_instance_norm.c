/* Instance normalisation: by hand, flat channels, long ones, and with its ReLU. PyTorch's
 * numbers are in test_oracle_ops.c. */
#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "nn/plane_sums.h"
#include "tests/rows.h"

/* 1, 3: mean 2, variance 1. With epsilon 3 the deviation is 2, and z is -1/2, 1/2. */
static void instance_norm_by_hand(void **state) {
    (void)state;
    Node *x = ROW(1, 3), *s = ROW(10), *t = ROW(7);
    Node *y = ag_instance_norm(x, s, t, (InstanceNorm){.epsilon = 3});
    assert_row(y->value, 2, 12);
    /* dy = (1, 0): mean 1/2, mean(z dy) = -1/4, so dx = 10 / 2 (1 - 1/2 - 1/8) and
     * 10 / 2 (0 - 1/2 + 1/8). */
    tape_backward_from(tape, y, (const real[]){1, 0});
    assert_row(x->grad, 1.875, -1.875);
    assert_row(s->grad, -0.5);
    assert_row(t->grad, 1);
}

/* A flat channel is its shift. A deviation of 1/4096 beside a mean of 1024 keeps its
 * digits: the mean of squares minus the square of the mean would be 0 in float. */
static void instance_norm_of_flat_channels(void **state) {
    (void)state;
    const InstanceNorm tiny = {.epsilon = 1e-12};
    Node *scale = ROW(1), *shift = ROW(5);
    Node *flat = ag_instance_norm(ROW(3, 3, 3), scale, shift, tiny);
    assert_row(flat->value, 5, 5, 5);
    const real step = (real)0.000244140625;
    Node *far = ag_instance_norm(ROW(1024 - step, 1024 + step), scale, NULL, tiny);
    assert_close(far->value[0], -1, 1e-4, 0);
    assert_close(far->value[1], 1, 1e-4, 0);
}

/* The mean of numbers that f gives, over the pixels of the one channel. */
typedef double Term(size_t i, const double *z, const double *dy);

static double term_dy(size_t i, const double *z, const double *dy) {
    (void)z;
    return dy[i];
}

static double term_z_dy(size_t i, const double *z, const double *dy) {
    return z[i] * dy[i];
}

static double mean_of(Term *term, size_t k, const double *z, const double *dy) {
    double sum = 0;
    for (size_t i = 0; i < k; i++)
        sum += term(i, z, dy);
    return sum / (double)k;
}

/* 1111 pixels are more than two of the parts in which backward goes through a channel. The
 * formula dx = s / d (dy - mean(dy) - z mean(z dy)) is computed here in double, with dy = 0
 * where a ReLU has cut. */
static void a_large_channel_has_the_gradient_of_the_formula(void **state) {
    (void)state;
    enum { K = 11 * 101 };
    for (int relu = 0; relu < 2; relu++) {
        const InstanceNorm norm = {.epsilon = 0.01};
        Node *x = random_numbers((Shape){1, 1, 11, 101});
        Node *s = ROW((real)1.5), *t = ROW((real)0.2);
        Node *y =
            relu ? ag_instance_norm_relu(x, s, t, norm) : ag_instance_norm(x, s, t, norm);
        Tensor seed = tensor_alloc(arena, y->shape);
        double z[K], dy[K], mean = 0, variance = 0;
        for (size_t i = 0; i < K; i++) {
            seed.data[i] = (real)sin(0.7 * (double)i);
            mean += (double)x->value[i] / K;
        }
        for (size_t i = 0; i < K; i++)
            variance += pow((double)x->value[i] - mean, 2) / K;
        const double deviation = sqrt(variance + norm.epsilon);
        for (size_t i = 0; i < K; i++) {
            z[i] = ((double)x->value[i] - mean) / deviation;
            dy[i] = relu && 1.5 * z[i] + 0.2 <= 0 ? 0 : (double)seed.data[i];
        }
        tape_backward_from(tape, y, seed.data);
        const double m = mean_of(term_dy, K, z, dy), slope = mean_of(term_z_dy, K, z, dy);
        for (size_t i = 0; i < K; i++)
            assert_close(x->grad[i], 1.5 / deviation * (dy[i] - m - z[i] * slope), 1e-4,
                         100 * (double)REAL_EPSILON);
        assert_close(s->grad[0], slope * K, 1e-4, 0);
        assert_close(t->grad[0], m * K, 1e-4, 0);
    }
}

/* A flat channel has z = 0, and y = 0 without a shift: there nothing passes a ReLU. */
static void nothing_passes_a_relu_at_zero(void **state) {
    (void)state;
    Node *x = ROW(3, 3, 3), *s = ROW(2), *t = ROW(0);
    Node *y = ag_instance_norm_relu(x, s, t, (InstanceNorm){.epsilon = 1});
    tape_backward(tape, ag_sum(y));
    for (int i = 0; i < 3; i++)
        assert_true(y->value[i] == 0 && x->grad[i] == 0);
    assert_true(s->grad[0] == 0 && t->grad[0] == 0);
}

/* dy reaches x, the scale and the shift where the two ops let it. Long enough for more than
 * one part (nn/instance_norm.c), with a part of a vector at the end. */
static void instance_norm_relu_has_the_bits_of_its_two_ops(void **state) {
    (void)state;
    const InstanceNorm norm = {.epsilon = 1e-5};
    Node *in[3] = {random_numbers((Shape){2, 3, 31, 37}),
                   random_numbers((Shape){1, 3, 1, 1}),
                   random_numbers((Shape){1, 3, 1, 1})};
    Node *one = ag_instance_norm_relu(in[0], in[1], in[2], norm);
    Node *two = ag_relu(ag_instance_norm(in[0], in[1], in[2], norm));
    const real *seed = random_numbers(one->shape)->value;
    Tensor of_one[3];
    assert_memory_equal(one->value, two->value, shape_size(one->shape) * sizeof(real));
    tape_backward_from(tape, one, seed);
    for (int k = 0; k < 3; k++)
        of_one[k] = tensor_clone(arena, (Tensor){in[k]->shape, in[k]->grad});
    tape_backward_from(tape, two, seed);
    for (int k = 0; k < 3; k++)
        assert_memory_equal(of_one[k].data, in[k]->grad,
                            shape_size(in[k]->shape) * sizeof(real));
}

/* 19 numbers: two vectors of lanes and a rest. */
static void products_are_those_of_differences_from_the_mean(void **state) {
    (void)state;
    enum { K = 19 };
    real a[K], b[K];
    double sum = 0;
    for (int i = 0; i < K; i++) {
        a[i] = (real)(i * i);
        b[i] = (real)(3 - i);
        sum += (i * i - 4) * (3 - i);
    }
    assert_close(plane_products(K, a, 4, b), sum, PRECISION, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(instance_norm_by_hand),
        TEST(instance_norm_of_flat_channels),
        TEST(a_large_channel_has_the_gradient_of_the_formula),
        TEST(nothing_passes_a_relu_at_zero),
        TEST(instance_norm_relu_has_the_bits_of_its_two_ops),
        TEST(products_are_those_of_differences_from_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
