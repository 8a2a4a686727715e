/* The total variation in its forms, against arithmetic by hand. */
#include "losses/tv.h"

#include "losses/ops.h"
#include "tests/losses.h"

/* The ramp 0 2 4 in two equal rows: 4 differences of 2 to the right, 3 of 0 downwards.
 * Squares: 16, gradient 2 d: -4 at the left end, +4 at the right, 0 between.
 * Absolute: 8, gradient sign(d): -1, 0, +1.
 * Power, first row only, 2 pixels: 2 (4)^1.25 = 8 sqrt 2; da = 2.5 4^(1/4) 2 = 5 sqrt 2.
 */
static void tv_of_a_ramp_by_hand(void **state) {
    (void)state;
    Node *x = given((Shape){1, 1, 2, 3}, (double[]){0, 2, 4, 0, 2, 4});
    Node *squares = ag_tv_loss(x, TV_SQUARES);
    tape_backward(tape, squares);
    assert_close(value(squares), 16, 0, 0);
    assert_all_close(x->grad, ((const real[]){-4, 0, 4, -4, 0, 4}), 6, 0);
    Node *absolute = ag_tv_loss(x, TV_ABS);
    tape_backward(tape, absolute);
    assert_close(value(absolute), 8, 0, 0);
    assert_all_close(x->grad, ((const real[]){-1, 0, 1, -1, 0, 1}), 6, 0);
    Node *power = ag_tv_loss(x, TV_POW125);
    tape_backward(tape, power);
    const real r = (real)(5 * sqrt(2));
    assert_close(value(power), 8 * sqrt(2), TIGHT, 0);
    assert_all_close(x->grad, ((const real[]){-r, 0, r, 0, 0, 0}), 6, TIGHT);
}

/* Rows 1 4 and 3 9 in one of two channels: to the right 3 and 6, below 2 and 5. The power
 * form has one pixel with a = 2, b = 3. */
static void tv_counts_both_directions_and_every_channel(void **state) {
    (void)state;
    Node *x = given((Shape){1, 2, 2, 2}, (double[]){7, 7, 7, 7, 1, 4, 3, 9});
    assert_close(value(ag_tv_loss(x, TV_SQUARES)), 9 + 36 + 4 + 25, 0, 0);
    assert_close(value(ag_tv_loss(x, TV_ABS)), 3 + 6 + 2 + 5, 0, 0);
    assert_close(value(ag_tv_loss(x, TV_POW125)), pow(4 + 9, 1.25), TIGHT, 0);
}

/* A line of pixels has differences along the line only; the power form has no pixel with
 * both neighbours. */
static void tv_of_a_line_of_pixels(void **state) {
    (void)state;
    const double line[] = {1, 4, 2};
    for (int vertical = 0; vertical < 2; vertical++) {
        Node *x = given(vertical ? (Shape){1, 1, 3, 1} : (Shape){1, 1, 1, 3}, line);
        Node *squares = ag_tv_loss(x, TV_SQUARES);
        tape_backward(tape, squares);
        assert_close(value(squares), 9 + 4, 0, 0);
        assert_all_close(x->grad, ((const real[]){-6, 10, -4}), 3, 0);
        assert_close(value(ag_tv_loss(x, TV_ABS)), 3 + 2, 0, 0);
        assert_close(value(ag_tv_loss(x, TV_POW125)), 0, 0, 0);
    }
    Node *pixel = given(SCALAR, (double[]){5});
    for (int form = 0; form < TV_FORMS; form++)
        assert_close(value(ag_tv_loss(pixel, (TvForm)form)), 0, 0, 0);
}

static void tv_of_a_flat_image_is_zero_with_zero_gradient(void **state) {
    (void)state;
    Tensor flat = tensor_alloc(arena, (Shape){1, 3, 4, 5});
    tensor_fill(flat, (real)0.3);
    Node *x = tape_variable(tape, flat);
    for (int form = 0; form < TV_FORMS; form++) {
        Node *loss = ag_tv_loss(x, (TvForm)form);
        tape_backward(tape, loss);
        assert_close(value(loss), 0, 0, 0);
        for (int i = 0; i < 60; i++)
            assert_close(x->grad[i], 0, 0, 0);
    }
}

/* neural-style takes the gradient of 1/2 sum of squares on the (H-1) x (W-1) crop: at
 * each cropped pixel +-(x - right) and +-(x - below). Away from the last row and column
 * ours is exactly 2 times that, and the form half-cropped is that everywhere. */
static void tv_gradient_inside_is_twice_neural_style(void **state) {
    (void)state;
    enum { H = 6, W = 7 };
    Node *x = variable((Shape){1, 1, H, W});
    tape_backward(tape, ag_tv_loss(x, TV_SQUARES));
    double theirs[H * W] = {0};
    for (int i = 0; i + 1 < H; i++) {
        for (int j = 0; j + 1 < W; j++) {
            int k = i * W + j;
            double right = (double)x->value[k] - (double)x->value[k + 1];
            double below = (double)x->value[k] - (double)x->value[k + W];
            theirs[k] += right + below;
            theirs[k + 1] -= right;
            theirs[k + W] -= below;
        }
    }
    for (int i = 0; i + 1 < H; i++)
        for (int j = 0; j + 1 < W; j++)
            assert_close(x->grad[i * W + j], 2 * theirs[i * W + j], TIGHT, TIGHT);
    tape_backward(tape, ag_tv_loss(x, TV_HALF));
    for (int k = 0; k < H * W; k++)
        assert_close(x->grad[k], theirs[k], TIGHT, TIGHT);
}

/* Means over the two directions have (H-1) W and H (W-1) terms per channel, the same
 * number k in a square image: AA's mean d_y^2 + mean d_x^2 is squares / k, D2's
 * (mean |dx| + mean |dy|) / 2 is abs / 2k. */
static void tv_means_of_other_programs(void **state) {
    (void)state;
    enum { SIDE = 5, PIXELS = SIDE * SIDE };
    Node *x = variable((Shape){1, 3, SIDE, SIDE});
    double k = 3 * SIDE * (SIDE - 1), squares[2] = {0, 0}, absolute[2] = {0, 0};
    for (int i = 0; i < 3 * PIXELS; i++) {
        double right =
            i % SIDE + 1 < SIDE ? (double)x->value[i + 1] - (double)x->value[i] : 0;
        double below = i % PIXELS + SIDE < PIXELS
                           ? (double)x->value[i + SIDE] - (double)x->value[i]
                           : 0;
        squares[0] += right * right, squares[1] += below * below;
        absolute[0] += fabs(right), absolute[1] += fabs(below);
    }
    assert_close(value(ag_tv_loss(x, TV_MEANS)), squares[0] / k + squares[1] / k, TIGHT,
                 0);
    assert_close(value(ag_tv_loss(x, TV_MEAN_ABS)),
                 (absolute[0] / k + absolute[1] / k) / 2, TIGHT, 0);
}

/* Two channels as columns and as rows of two and of three pixels. A pixel has -1 for a larger
 * neighbour and 1 for a smaller one, and with squares twice the difference. */
static void tv_gradient_of_the_thinnest_images(void **state) {
    (void)state;
    const double two[] = {1, 3, 4, 2}, three[] = {1, 3, 2, 5, 4, 6};
    const real signs2[] = {-1, 1, 1, -1}, squares2[] = {-4, 4, 4, -4};
    const real signs3[] = {-1, 2, -1, 1, -2, 1}, squares3[] = {-4, 6, -2, 2, -6, 4};
    for (int upright = 0; upright < 2; upright++)
        for (int n = 2; n <= 3; n++) {
            const Shape s = {1, 2, upright ? n : 1, upright ? 1 : n};
            Node *x = given(s, n == 2 ? two : three);
            tape_backward(tape, ag_tv_abs(x));
            assert_all_close(x->grad, n == 2 ? signs2 : signs3, shape_size(s), 0);
            tape_backward(tape, ag_tv_squares(x));
            assert_all_close(x->grad, n == 2 ? squares2 : squares3, shape_size(s), 0);
        }
}

/* A row (1, 3) with its border is 1 1 3 3, three times. In the 2 x 3 squares of that, four
 * diagonals have a difference of 2: y = 4 2^2, and its slope at both ends is 4 times 2 2. */
static void diagonals_reach_into_the_border(void **state) {
    (void)state;
    Node *x = given((Shape){1, 1, 1, 2}, (double[]){1, 3});
    Node *y = ag_tv_weighted(x, (TvWeighted){.diagonal = 1});
    tape_backward(tape, y);
    assert_close(value(y), 16, 0, 0);
    assert_all_close(x->grad, ((const real[]){-16, 16}), 2, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(tv_of_a_ramp_by_hand),
        TEST(tv_counts_both_directions_and_every_channel),
        TEST(tv_of_a_line_of_pixels),
        TEST(tv_of_a_flat_image_is_zero_with_zero_gradient),
        TEST(tv_gradient_inside_is_twice_neural_style),
        TEST(tv_means_of_other_programs),
        TEST(tv_gradient_of_the_thinnest_images),
        TEST(diagonals_reach_into_the_border),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
