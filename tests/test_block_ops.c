/* The ops for blocks of networks, with numbers by hand: division, clamp, softmax, sums
 * along axes, broadcast, upsampling; any number of threads; what is refused.
 * PyTorch's numbers are in test_oracle_ops.c. */
#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "tensor/threads.h"
#include "tests/rows.h"

/* ---- Elements ---- */

/* 6 / 2, 1 / 4, -3 / 2: da = 1 / b, db = -a / b^2. */
static void division_by_hand(void **state) {
    (void)state;
    Node *a = ROW(6, 1, -3), *b = ROW(2, 4, 2), *y = ag_div(a, b);
    assert_row(y->value, 3, 0.25, -1.5);
    tape_backward(tape, ag_sum(y));
    assert_row(a->grad, 0.5, 0.25, 0.5);
    assert_row(b->grad, -1.5, -0.0625, 0.75);
}

static void division_by_zero_is_left_to_ieee(void **state) {
    (void)state;
    Node *y = ag_div(ROW(1, -1, 0), ROW(0, 0, 0));
    assert_true(isinf(y->value[0]) && y->value[0] > 0);
    assert_true(isinf(y->value[1]) && y->value[1] < 0);
    assert_true(isnan(y->value[2]));
}

/* b^2 = 1e-320 or 1e-40 would lose its digits, a / b / b does not. */
static void division_by_small_numbers_has_a_gradient(void **state) {
    (void)state;
    const double small = sizeof(real) == 4 ? 1e-25 : 1e-170;
    Node *b = ROW((real)small), *y = ag_div(ROW((real)small), b);
    tape_backward(tape, ag_sum(y));
    assert_close(b->grad[0], -1 / (double)(real)small, PRECISION, 0);
}

static void clamp_has_three_pieces_and_keeps_nan(void **state) {
    (void)state;
    Node *x = ROW(-3, -1, 0.5, 2, 5, (real)NAN);
    Node *y = ag_clamp(x, (Clamp){.low = -1, .high = 2});
    assert_row(y->value, -1, -1, 0.5, 2, 2);
    assert_true(isnan(y->value[5]));
    const int pieces[] = {-1, 0, 0, 0, 1};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(op_clamp.piece(y, i), pieces[i]);
    tape_backward(tape, ag_sum(y));
    assert_row(x->grad, 0, 1, 1, 1, 0, 0);
}

/* ---- Softmax ---- */

/* e^0 : e^log 3 : e^log 4 = 1 : 3 : 4. */
static void softmax_of_logarithms(void **state) {
    (void)state;
    Node *x = ROW(0, (real)log(3), (real)log(4)), *y = ag_softmax(x, (Axis){3});
    assert_row(y->value, 0.125, 0.375, 0.5);
    /* dy = (1, 0, 0): dx = y (dy - 1/8) */
    tape_backward_from(tape, y, (const real[]){1, 0, 0});
    assert_row(x->grad, 0.125 * 0.875, -0.375 * 0.125, -0.5 * 0.125);
}

/* A probability of e^-1000 is 0, and its logarithm is -1000. */
static void log_softmax_keeps_small_probabilities(void **state) {
    (void)state;
    Node *x = ROW(1000, 0), *y = ag_log_softmax(x, (Axis){3});
    assert_close(y->value[0], 0, 0, 0);
    assert_close(y->value[1], -1000, 0, 0);
    tape_backward_from(tape, y, (const real[]){0, 1});
    assert_row(x->grad, -1, 1);
    Node *none = ag_softmax(ROW((real)-INFINITY, 0), (Axis){3});
    assert_row(none->value, 0, 1);
}

/* 65 lines side by side are two bundles of 32 and one of 1. */
static void lines_side_by_side_are_lines_of_their_own(void **state) {
    (void)state;
    Node *x = random_numbers((Shape){2, 3, 5, 13});
    Node *y = ag_softmax(x, (Axis){1}), *log_y = ag_log_softmax(x, (Axis){1});
    for (int n = 0; n < 2; n++)
        for (int k = 0; k < 65; k++) {
            const size_t at = (size_t)(n * 3 * 65 + k);
            double sum = 0;
            for (size_t c = 0; c < 3; c++)
                sum += exp((double)x->value[at + c * 65]);
            for (size_t c = 0; c < 3; c++) {
                const double p = exp((double)x->value[at + c * 65]) / sum;
                assert_close(y->value[at + c * 65], p, PRECISION, 0);
                assert_close(log_y->value[at + c * 65], log(p), PRECISION, PRECISION);
            }
        }
}

/* ---- Axes ---- */

/* x counts 0 .. 11 as (2, 1, 2, 3). */
static void sums_along_axes_by_hand(void **state) {
    (void)state;
    Node *x =
        ag_reshape(ROW(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (Reshape){{2, 1, 2, 3}});
    assert_row(ag_sum_axis(x, (Axes){.w = true})->value, 3, 12, 21, 30);
    assert_row(ag_sum_axis(x, (Axes){.h = true})->value, 3, 5, 7, 15, 17, 19);
    assert_row(ag_sum_axis(x, (Axes){.n = true, .w = true})->value, 24, 42);
    Node *mean = ag_mean_axis(x, (Axes){.n = true, .h = true});
    assert_string_equal(SHAPE(mean->shape), "(1,1,1,3)");
    assert_row(mean->value, 4.5, 5.5, 6.5);
    tape_backward_from(tape, mean, (const real[]){4, 8, 12});
    assert_row(x->grad, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3);
}

/* A sum in float would stay at 2^25; see test_ops.c. */
static void sums_along_axes_are_added_in_double(void **state) {
    (void)state;
    Node *x = random_numbers((Shape){1, 1, 1001, 1});
    tensor_fill((Tensor){x->shape, x->value}, 1);
    x->value[0] = 33554432;
    assert_close(node_scalar(ag_sum_axis(x, (Axes){.h = true})), 33555432, 0, 0);
    Node *v = random_numbers((Shape){1, 1, 1, 1});
    Node *many = ag_broadcast(v, (Broadcast){x->shape});
    tape_backward_from(tape, many, x->value);
    assert_close(v->grad[0], 33555432, 0, 0);
}

/* Two images of two channels of 1 x 2, times a number for each channel. */
static void a_vector_of_channels_is_repeated(void **state) {
    (void)state;
    Node *x = ag_reshape(ROW(1, 2, 3, 4, 5, 6, 7, 8), (Reshape){{2, 2, 1, 2}});
    Node *v = numbers((Shape){1, 2, 1, 1}, (real[]){10, 100});
    Node *y = ag_mul(x, ag_broadcast(v, (Broadcast){x->shape}));
    assert_row(y->value, 10, 20, 300, 400, 50, 60, 700, 800);
    tape_backward(tape, ag_sum(y));
    assert_row(v->grad, 1 + 2 + 5 + 6, 3 + 4 + 7 + 8);
}

/* ---- Layers ---- */

static void upsampling_by_hand(void **state) {
    (void)state;
    Node *x = numbers((Shape){1, 1, 2, 2}, (real[]){1, 2, 3, 4});
    Node *y = ag_upsample(x, (Upsample){.factor = 2});
    assert_row(y->value, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4);
    real seed[16];
    for (int i = 0; i < 16; i++)
        seed[i] = (real)i;
    tape_backward_from(tape, y, seed); /* 0 + 1 + 4 + 5, 2 + 3 + 6 + 7, ... */
    assert_row(x->grad, 10, 18, 42, 50);
    /* Outputs at -1/4, 1/4, 3/4, 5/4 between 0 and 8. */
    Node *line = ag_upsample_bilinear(ROW(0, 8), (Upsample){.factor = 2});
    assert_row(line->value, 0, 2, 6, 8, 0, 2, 6, 8);
}

/* ---- Threads ---- */

enum { OPS = 9 };

/* Large enough for several threads. */
static void record_all(Node *x, Node *y[OPS]) {
    Node *each = random_numbers((Shape){16, 1, 3, 3});
    Node *grouped = random_numbers((Shape){16, 8, 3, 3});
    Node *s = random_numbers((Shape){3, 16, 1, 1}), *t = random_numbers(s->shape);
    y[0] = ag_conv2d(x, each, NULL, (Conv2d){.pad = 1, .groups = 16});
    y[1] = ag_conv2d(x, grouped, NULL, (Conv2d){.pad = 1, .groups = 2});
    y[2] = ag_conv2d(x, grouped, NULL, (Conv2d){.pad = 2, .groups = 2, .dilation = 2});
    y[8] = ag_conv2d(x, random_numbers((Shape){16, 2, 3, 3}), NULL,
                     (Conv2d){.pad = 1, .groups = 8});
    y[3] = ag_instance_norm(x, s, t, (InstanceNorm){.epsilon = 1e-5});
    y[4] = ag_scale_shift(x, s, t);
    y[5] = ag_softmax(x, (Axis){1});
    y[6] = ag_log_softmax(x, (Axis){2});
    y[7] = ag_upsample_bilinear(ag_upsample(x, (Upsample){2}), (Upsample){2});
}

static void the_number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    const int before = threads_count();
    Node *x = random_numbers((Shape){3, 16, 40, 37}), *y[OPS];
    Tensor value[OPS], dx[OPS];
    threads_set(1);
    record_all(x, y);
    for (int threads = 1; threads <= 3; threads++) {
        threads_set(threads);
        tape_forward(tape);
        for (int i = 0; i < OPS; i++) {
            tape_backward_from(tape, y[i], y[i]->value);
            if (threads == 1) {
                value[i] = tape_keep(arena, y[i]);
                dx[i] = tape_keep_grad(arena, x);
            }
            assert_same_bits(y[i]->value, value[i].data, shape_size(y[i]->shape));
            assert_same_bits(x->grad, dx[i].data, shape_size(x->shape));
        }
    }
    threads_set(before);
}

/* A thread that OpenMP starts for one call brings blocks of its own. */
static void no_pass_after_the_first_takes_memory(void **state) {
    (void)state;
    const int before = threads_count();
    threads_set(2);
    Node *x = random_numbers((Shape){3, 16, 40, 37}), *y[OPS];
    record_all(x, y);
    Node *a = random_numbers((Shape){1, 3, 90, 90}),
         *product = ag_matmul(a, a, (Matmul){0});
    size_t blocks = 0;
    for (int pass = 0; pass < 4; pass++) {
        tape_forward(tape);
        for (int i = 0; i < OPS; i++)
            tape_backward_from(tape, y[i], y[i]->value);
        tape_backward_from(tape, product, product->value);
        if (pass == 0) blocks = arena_blocks();
        assert_int_equal(arena_blocks(), blocks);
    }
    threads_set(before);
}

/* ---- Refusals ---- */

static void clamp_the_wrong_way(void *x) {
    ag_clamp(x, (Clamp){.low = 1, .high = 0});
}

static void softmax_along_a_fifth_axis(void *x) {
    ag_softmax(x, (Axis){4});
}

static void log_softmax_along_no_axis(void *x) {
    ag_log_softmax(x, (Axis){-1});
}

static void broadcast_two_to_three(void *x) {
    ag_broadcast(x, (Broadcast){{1, 3, 4, 5}});
}

static void divide_by_another_shape(void *x) {
    ag_div(x, ag_transpose(x));
}

static void upsample_by_nothing(void *x) {
    ag_upsample(x, (Upsample){0});
}

static void upsample_beyond_integers(void *x) {
    ag_upsample_bilinear(x, (Upsample){1 << 30});
}

static void normalise_without_epsilon(void *x) {
    Node *s = random_numbers((Shape){1, 2, 1, 1});
    ag_instance_norm(x, s, s, (InstanceNorm){0});
}

static void normalise_with_three_scales(void *x) {
    Node *s = random_numbers((Shape){1, 3, 1, 1});
    ag_instance_norm(x, s, NULL, (InstanceNorm){1});
}

static void shift_three_images(void *x) {
    Node *s = random_numbers((Shape){1, 2, 1, 1}),
         *t = random_numbers((Shape){3, 2, 1, 1});
    ag_scale_shift(x, s, t);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    Node *x = random_numbers((Shape){1, 2, 4, 5});
    assert_check_fails(clamp_the_wrong_way, x, "clamp: from 1 to 0");
    assert_check_fails(softmax_along_a_fifth_axis, x, "softmax: axis 4 is none of");
    assert_check_fails(log_softmax_along_no_axis, x, "log_softmax: axis -1 is none of");
    assert_check_fails(broadcast_two_to_three, x, "broadcast: (1,2,4,5) to (1,3,4,5)");
    assert_check_fails(divide_by_another_shape, x, "div: (1,2,4,5) against (1,2,5,4)");
    assert_check_fails(upsample_by_nothing, x, "upsample: (1,2,4,5) by a factor of 0");
    assert_check_fails(upsample_beyond_integers, x, "by a factor of 1073741824");
    assert_check_fails(normalise_without_epsilon, x, "epsilon is 0, not above 0");
    assert_check_fails(normalise_with_three_scales, x,
                       "instance_norm: a scale of (1,3,1,1) for (1,2,4,5)");
    assert_check_fails(shift_three_images, x, "scale_shift: a shift of (3,2,1,1)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(division_by_hand),
        TEST(division_by_zero_is_left_to_ieee),
        TEST(division_by_small_numbers_has_a_gradient),
        TEST(clamp_has_three_pieces_and_keeps_nan),
        TEST(softmax_of_logarithms),
        TEST(log_softmax_keeps_small_probabilities),
        TEST(lines_side_by_side_are_lines_of_their_own),
        TEST(sums_along_axes_by_hand),
        TEST(sums_along_axes_are_added_in_double),
        TEST(a_vector_of_channels_is_repeated),
        TEST(upsampling_by_hand),
        TEST(the_number_of_threads_does_not_change_a_bit),
        TEST(no_pass_after_the_first_takes_memory),
        TEST(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
