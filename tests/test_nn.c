/* Layers against arithmetic, against PyTorch 1.13 in double, and against small steps.
 * Inputs of the PyTorch cases are integers, x[i] = (i a mod m) - m/2, so that
 * results are exact and can be compared without a tolerance. */
#include <math.h>
#include <string.h>

#include "nn/border.h"
#include "nn/ops.h"
#include "tensor/kernels/kernels.h"
#include "tests/layers.h"

static Node *numbers(Shape shape, const real *values) {
    Tensor t = tensor_alloc(arena, shape);
    memcpy(t.data, values, shape_size(shape) * sizeof(real));
    return tape_variable(tape, t);
}

static size_t size_of(const Node *x) {
    return shape_size(x->shape);
}

#define assert_numbers(x, expected)                                                      \
    do {                                                                                 \
        size_t count = sizeof(expected) / sizeof *(expected);                            \
        assert_all_close(x, expected, count, 4 * (double)REAL_EPSILON);                  \
    } while (0)

#define assert_shape(x, ...) assert_true(shape_equal((x)->shape, (Shape){__VA_ARGS__}))

/* ---- conv2d ---- */

/* x (1,2,5,4), w (3,2,3,2), stride 2, pad 1. Values: torch.nn.functional.conv2d. */
static void conv2d_with_stride_and_zero_padding_is_pytorchs(void **state) {
    (void)state;
    const real y_torch[] = {3,  -12, 8,   13, 24, 14, 11, 15, 5,  -21, 8,  -23, -27, -10,
                            -1, -24, -24, 3,  18, 7,  16, 24, 33, 5,   18, 21,  8};
    const real dx_torch[] = {2,   6,   -6, -5, 10, 7, 0,  5,  -7, -7, 5,   2, 10, 11,
                             -15, -21, -6, -5, 6,  4, 2,  4,  6,  -9, -21, 0, 7,  8,
                             4,   -5,  -7, 2,  -2, 9, 11, -3, 6,  -9, -5,  8};
    const real dw_torch[] = {4,  -1,  -5,  -3,  -5, 6,  7,  -7, -2, 5,   12,  3,
                             -9, 8,   15,  12,  2,  0,  7,  8,  1,  -15, -23, 3,
                             8,  -13, -35, -13, 4,  -1, -3, -7, 4,  20,  7,   -7};
    const real db_torch[] = {0, -2, 1};
    Node *x = variable((Shape){1, 2, 5, 4}, 7, 11),
         *w = variable((Shape){3, 2, 3, 2}, 5, 7);
    Node *b = variable((Shape){1, 3, 1, 1}, 2, 5);
    Node *y = ag_conv2d(x, w, b, (Conv2d){.stride = 2, .pad = 1});
    tape_backward_from(tape, y, pattern(y->shape, 3, 5).data);
    assert_shape(y, 1, 3, 3, 3);
    assert_numbers(y->value, y_torch);
    assert_numbers(x->grad, dx_torch);
    assert_numbers(w->grad, dw_torch);
    assert_numbers(b->grad, db_torch);
}

/* The same x, w, b with a mirrored border of 2. Values: torch.nn.functional.pad with
 * mode='reflect', then conv2d. */
static void conv2d_with_mirrored_padding_is_pytorchs(void **state) {
    (void)state;
    const real y_torch[] = {
        22,  -11, -8, -8,  3,   0,   22, -28, -6, -3,  -3, -25, 27, -28, 32, -1,  2,  2,
        24,  -56, 32, -56, 21,  -31, 24, 2,   32, -56, 32, -23, 2,  -20, 2,  -23, 32, -28,
        27,  -3,  30, -3,  27,  -28, 22, -33, -8, -30, -8, -33, 22, -64, 31, -15, 11, -29,
        17,  -64, 41, -7,  24,  17,  21, -32, 41, -68, 27, -19, 7,  -22, 24, -68, 36, -34,
        19,  -10, -6, -4,  36,  -36, 37, 13,  17, -12, 12, -36, 24, -68, 7,  -44, -7, -5,
        24,  -32, 41, 17,  21,  -8,  16, -32, 46, -39, 41, 16,  2,  -1,  46, -79, 34, -40,
        23,  -24, 28, -79, 42,  -43, 37, 12,  9,  6,   42, -47, 44, -8,  33, -14, 16, -47,
        29,  -78, 24, -23, -26, 26,  29, -22, 47, 17,  36, -11, 19, -22, 33, -74, 28, -19,
        -22, 30,  33};
    const real dx_torch[] = {-9, 27,  -2,  -17, 0,  -4, 1,  10,  33, -56, 13, 4,  9,   8,
                             -2, -17, -17, 7,   3,  15, 3,  -10, 7,  -1,  11, 17, -16, -3,
                             -2, -14, -29, 32,  -2, -6, -2, -7,  -1, 8,   19, -10};
    const real dw_torch[] = {7,   -4, 6,   17,  -15, -26, -37, 40,  6,   -16, -26, 18,
                             -13, -4, 21,  -25, -31, 33,  26,  2,   5,   -30, -3,  28,
                             -3,  31, -19, -7,  28,  7,   -6,  -16, -11, 1,   25,  -7};
    Node *x = variable((Shape){1, 2, 5, 4}, 7, 11),
         *w = variable((Shape){3, 2, 3, 2}, 5, 7);
    Node *b = variable((Shape){1, 3, 1, 1}, 2, 5);
    Node *y = ag_conv2d(x, w, b, (Conv2d){.pad = 2, .mode = PAD_REFLECT});
    tape_backward_from(tape, y, pattern(y->shape, 3, 5).data);
    assert_shape(y, 1, 3, 7, 7);
    assert_numbers(y->value, y_torch);
    assert_numbers(x->grad, dx_torch);
    assert_numbers(w->grad, dw_torch);
}

/* A 1x1 kernel mixes channels: y = 2 x0 - x1, and 1 less with the bias -1. */
static void conv2d_with_one_pixel_mixes_channels(void **state) {
    (void)state;
    const real plain[] = {2 * 1 - 4, 2 * 2 - 5, 2 * 3 - 6}, biased[] = {-3, -2, -1};
    Node *x = numbers((Shape){1, 2, 1, 3}, (real[]){1, 2, 3, 4, 5, 6});
    Node *w = numbers((Shape){1, 2, 1, 1}, (real[]){2, -1});
    Node *b = numbers(SCALAR, (real[]){-1});
    assert_numbers(ag_conv2d(x, w, NULL, (Conv2d){0})->value, plain);
    assert_numbers(ag_conv2d(x, w, b, (Conv2d){0})->value, biased);
}

/* A frozen weight gets no gradient, and the others get the same as before. */
static void conv2d_leaves_constants_alone(void **state) {
    (void)state;
    Tensor x = pattern((Shape){2, 3, 6, 5}, 7, 11),
           w = pattern((Shape){4, 3, 3, 3}, 5, 7);
    Tensor b = pattern((Shape){1, 4, 1, 1}, 2, 5);
    for (int mode = 0; mode < 2; mode++) {
        Conv2d p = {.pad = 1, .mode = mode ? PAD_REFLECT : PAD_ZERO};
        Node *in[3];
        for (int kept = 0; kept < 3; kept++) {
            Tensor all[] = {x, w, b};
            for (int i = 0; i < 3; i++)
                in[i] =
                    i == kept ? tape_variable(tape, all[i]) : tape_constant(tape, all[i]);
            Node *y = ag_conv2d(in[0], in[1], in[2], p);
            tape_backward_from(tape, y, pattern(y->shape, 3, 5).data);
            Tensor alone = tape_keep_grad(arena, in[kept]);
            Node *all_in[] = {tape_variable(tape, x), tape_variable(tape, w),
                              tape_variable(tape, b)};
            y = ag_conv2d(all_in[0], all_in[1], all_in[2], p);
            tape_backward_from(tape, y, pattern(y->shape, 3, 5).data);
            assert_same_bits(all_in[kept]->grad, alone.data, size_of(in[kept]));
            for (int i = 0; i < 3; i++)
                assert_true((in[i]->grad != NULL) == (i == kept));
        }
    }
}

/* All layers on both tables of kernels. */
static void both_tables_run_the_same_network(void **state) {
    (void)state;
    Node *x = variable((Shape){2, 3, 13, 11}, 7, 11);
    Node *w1 = variable((Shape){5, 3, 3, 3}, 5, 7),
         *b1 = variable((Shape){1, 5, 1, 1}, 2, 5);
    Node *w2 = variable((Shape){4, 5, 3, 3}, 3, 7);
    Node *w3 = variable((Shape){1, 1, 6, 24}, 4, 7);
    Conv2d mirror = {.pad = 1, .mode = PAD_REFLECT};
    Node *y = ag_relu(ag_conv2d(x, w1, b1, (Conv2d){.pad = 1}));
    y = ag_max_pool(y, (Pool2d){.kernel = 2});
    y = ag_leaky_relu(ag_conv2d(y, w2, NULL, mirror), (LeakyRelu){.slope = 0.25});
    y = ag_linear(ag_avg_pool(y, (Pool2d){.kernel = 2, .ceil_mode = false}), w3, NULL);
    Tensor seed = pattern(y->shape, 3, 5);
    tape_backward_from(tape, y, seed.data);
    Tensor value = tape_keep(arena, y), dx = tape_keep_grad(arena, x);
    Tensor dw = tape_keep_grad(arena, w2);
    kernels = &kernels_ref;
    tape_forward(tape);
    tape_backward_from(tape, y, seed.data);
    kernels = &kernels_gemm;
    assert_same_bits(y->value, value.data, size_of(y));
    assert_same_bits(x->grad, dx.data, size_of(x));
    assert_same_bits(w2->grad, dw.data, size_of(w2));
}

/* <pad(x), d> = <x, fold(d)>, with whole numbers: exactly; once over what is there, and
 * then to it. */
static void check_adjoint(PadMode mode) {
    const int pad = 3;
    Tensor x = pattern((Shape){2, 3, 4, 5}, 7, 11);
    Tensor padded = tensor_alloc(arena, (Shape){2, 3, 4 + 2 * pad, 5 + 2 * pad});
    Tensor d = pattern(padded.shape, 5, 13), folded = tensor_alloc(arena, x.shape);
    border_pad(mode, x.shape, pad, x.data, padded.data);
    tensor_fill(folded, 7);
    border_fold(mode, x.shape, pad, d.data, folded.data, true);
    border_fold(mode, x.shape, pad, d.data, folded.data, false);
    double by_padded = 0, by_x = 0;
    for (size_t i = 0; i < shape_size(d.shape); i++)
        by_padded += (double)padded.data[i] * (double)d.data[i];
    for (size_t i = 0; i < shape_size(x.shape); i++)
        by_x += (double)x.data[i] * (double)folded.data[i];
    assert_true(by_x != 0);
    assert_close(by_x, 2 * by_padded, 0, 0);
}

static void folding_is_the_adjoint_of_padding(void **state) {
    (void)state;
    check_adjoint(PAD_REFLECT);
    check_adjoint(PAD_REPLICATE);
}

/* ---- relu, leaky_relu ---- */

static void relu_cuts_below_zero_and_passes_nothing_at_zero(void **state) {
    (void)state;
    const real cut[] = {0, 0, 3}, passed[] = {0, 0, 1};
    const real tilted[] = {-1, 0, 3}, slopes[] = {(real)0.5, (real)0.5, 1};
    Node *x = numbers((Shape){1, 1, 1, 3}, (real[]){-2, 0, 3});
    Node *y = ag_relu(x);
    tape_backward_from(tape, y, (real[]){1, 1, 1});
    assert_numbers(y->value, cut);
    assert_numbers(x->grad, passed);
    y = ag_leaky_relu(x, (LeakyRelu){.slope = 0.5});
    tape_backward_from(tape, y, (real[]){1, 1, 1});
    assert_numbers(y->value, tilted);
    assert_numbers(x->grad, slopes);
}

static void nan_passes_through_every_activation_and_pool(void **state) {
    (void)state;
    Node *x = numbers((Shape){1, 1, 2, 2}, (real[]){1, (real)NAN, 3, 4});
    assert_true(isnan(ag_relu(x)->value[1]));
    assert_true(isnan(ag_leaky_relu(x, (LeakyRelu){.slope = 0.1})->value[1]));
    assert_true(isnan(ag_max_pool(x, (Pool2d){.kernel = 2})->value[0]));
    assert_true(isnan(ag_avg_pool(x, (Pool2d){.kernel = 2})->value[0]));
}

/* The gradient checker asks which side of the kink an element was on. */
static void kinks_are_told_by_the_piece(void **state) {
    (void)state;
    Node *x = numbers((Shape){1, 1, 2, 2}, (real[]){-1, 2, 3, -4});
    Node *relu = ag_relu(x), *leaky = ag_leaky_relu(x, (LeakyRelu){.slope = 0.1});
    Node *pool = ag_max_pool(x, (Pool2d){.kernel = 2});
    assert_int_not_equal(relu->op->piece(relu, 0), relu->op->piece(relu, 1));
    assert_int_not_equal(leaky->op->piece(leaky, 0), leaky->op->piece(leaky, 1));
    assert_int_equal(pool->op->piece(pool, 0), 2);
}

/* ---- Pooling ---- */

/* x (1,1,6,5); values: torch.nn.functional.max_pool2d(kernel 3, stride 2, padding 1,
 * ceil_mode=True). Overlapping windows share a maximum: its gradients add up. */
static void max_pool_with_overlap_is_pytorchs(void **state) {
    (void)state;
    const real y_torch[] = {-4, 10, 13, 4, 14, 14, 12, 15, 2, 12, 12, 2};
    const real dx_torch[] = {0, 0, 0, 0, 4, 0, -2, 0,  1, 0, 0, 0, 0, 2, 0,
                             0, 0, 0, 0, 0, 0, 0,  -2, 0, 0, 0, 6, 0, 0, 4};
    Node *x = variable((Shape){1, 1, 6, 5}, 7, 31);
    Node *y =
        ag_max_pool(x, (Pool2d){.kernel = 3, .stride = 2, .pad = 1, .ceil_mode = true});
    Tensor dy = pattern(y->shape, 3, 7);
    for (int i = 0; i < 12; i++)
        dy.data[i] += 1;
    tape_backward_from(tape, y, dy.data);
    assert_shape(y, 1, 1, 4, 3);
    assert_numbers(y->value, y_torch);
    assert_numbers(x->grad, dx_torch);
}

/* The same windows; values are 36 times those of torch.nn.functional.avg_pool2d with
 * count_include_pad=False, whole numbers because a window has 2, 3, 4, 6 or 9 pixels. */
static void avg_pool_with_overlap_is_pytorchs(void **state) {
    (void)state;
    const real y_torch[] = {-342, 36, 135, -126, 128, -114, 162, 44, -198, 306, -60, -54};
    const real dx_torch[] = {-18, -12, 6, 42, 36, -18, 0, 18, 48, 30, 0,  12, 12, 6,  -6,
                             12,  16,  4, 4,  0,  12,  4, -8, -2, 6,  84, 76, -8, 52, 60};
    Node *x = variable((Shape){1, 1, 6, 5}, 7, 31);
    Node *y =
        ag_avg_pool(x, (Pool2d){.kernel = 3, .stride = 2, .pad = 1, .ceil_mode = true});
    Tensor dy = pattern(y->shape, 3, 7);
    for (int i = 0; i < 12; i++)
        dy.data[i] = 36 * (dy.data[i] + 1);
    tape_backward_from(tape, y, dy.data);
    for (int i = 0; i < 12; i++)
        y->value[i] *= 36;
    assert_numbers(y->value, y_torch);
    assert_numbers(x->grad, dx_torch);
}

/* Sides of torch.nn.functional.max_pool2d. Of the two roundings up, the one with stride 3
 * drops a window that would begin beyond the image: kernel 2, pad 1, side 5 -> windows
 * at -1, 2, 5, and 5 is outside. */
static void pooling_sides_are_pytorchs(void **state) {
    (void)state;
    const struct {
        Pool2d p;
        int side, windows;
    } cases[] = {{{.kernel = 2}, 7, 3},
                 {{.kernel = 2, .ceil_mode = true}, 7, 4},
                 {{.kernel = 3, .stride = 2}, 12, 5},
                 {{.kernel = 3, .stride = 2, .ceil_mode = true}, 12, 6},
                 {{.kernel = 3, .stride = 2, .ceil_mode = true}, 2, 1},
                 {{.kernel = 2, .stride = 3, .pad = 1, .ceil_mode = true}, 6, 3},
                 {{.kernel = 2, .stride = 3, .pad = 1, .ceil_mode = true}, 5, 2},
                 {{.kernel = 1, .stride = 3, .ceil_mode = true}, 3, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Node *x = variable((Shape){1, 1, cases[i].side, 9}, 1, 5);
        assert_int_equal(ag_max_pool(x, cases[i].p)->shape.h, cases[i].windows);
        assert_int_equal(ag_avg_pool(x, cases[i].p)->shape.h, cases[i].windows);
    }
}

/* ---- linear, normalize ---- */

/* x (2,2,1,3) is two rows of 6. Values: torch.nn.functional.linear. */
static void linear_is_pytorchs(void **state) {
    (void)state;
    const real y_torch[] = {7, -16, 17, -25, -28, -25, 34, 4};
    const real dx_torch[] = {10, -4, 3, -4, -4, 3, 0, 4, -6, 5, 2, -8};
    const real dw_torch[] = {10, -4, 4,  -10, -2, 6,  -13, 2, 6, -1, 3, 7,
                             9,  -2, -2, -2,  -2, -2, -14, 4, 0, 7,  3, -1};
    const real db_torch[] = {-2, -1, 0, 1};
    Node *x = variable((Shape){2, 2, 1, 3}, 7, 11),
         *w = variable((Shape){1, 1, 4, 6}, 5, 7);
    Node *b = variable((Shape){1, 4, 1, 1}, 2, 5);
    Node *y = ag_linear(x, w, b);
    tape_backward_from(tape, y, pattern(y->shape, 3, 5).data);
    assert_shape(y, 2, 4, 1, 1);
    assert_numbers(y->value, y_torch);
    assert_numbers(x->grad, dx_torch);
    assert_numbers(w->grad, dw_torch);
    assert_numbers(b->grad, db_torch);
}

/* (3 - 1) / 2, (8 - 2) / 4, (-5 - 3) / 8, and the gradients 1/2, 1/4, 1/8. */
static void normalize_shifts_and_divides_each_channel(void **state) {
    (void)state;
    const real expected[] = {1, (real)1.5, -1},
               slopes[] = {(real)0.5, (real)0.25, (real)0.125};
    Node *x = numbers((Shape){1, 3, 1, 1}, (real[]){3, 8, -5});
    Node *y = ag_normalize(x, (Normalize){{1, 2, 3}, {2, 4, 8}});
    tape_backward_from(tape, y, (real[]){1, 1, 1});
    assert_numbers(y->value, expected);
    assert_numbers(x->grad, slopes);
}

/* With a weight of 1, y = max(x, 0). What is left of dy behind the ReLU goes to x; dy itself
 * stays as it came. */
static void conv2d_relu_leaves_the_gradient_of_its_output(void **state) {
    (void)state;
    Node *x = numbers((Shape){1, 1, 2, 2}, (const real[]){1, -2, 3, -4});
    Node *w = numbers((Shape){1, 1, 1, 1}, (const real[]){1});
    Node *y = ag_conv2d_relu(x, w, NULL, (Conv2d){0});
    tape_backward_from(tape, y, (const real[]){5, 6, 7, 8});
    assert_all_close(x->grad, ((const real[]){5, 0, 7, 0}), 4, 0);
    assert_all_close(y->grad, ((const real[]){5, 6, 7, 8}), 4, 0);
}

/* Nothing but zeros is multiplied, and nothing else is added. */
static void conv2d_with_a_border_adds_to_nothing(void **state) {
    (void)state;
    Node *x = numbers((Shape){1, 1, 3, 3}, (const real[]){1, 2, 3, 4, 5, 6, 7, 8, 9});
    Node *w = numbers((Shape){1, 1, 3, 3}, (const real[9]){0});
    Node *y = ag_conv2d(x, w, NULL, (Conv2d){.pad = 1, .mode = PAD_REFLECT});
    tape_backward_from(tape, y, x->value);
    for (int i = 0; i < 9; i++)
        assert_true(x->grad[i] == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(conv2d_with_stride_and_zero_padding_is_pytorchs),
        TEST(conv2d_with_mirrored_padding_is_pytorchs),
        TEST(conv2d_with_one_pixel_mixes_channels),
        TEST(conv2d_leaves_constants_alone),
        TEST(both_tables_run_the_same_network),
        TEST(folding_is_the_adjoint_of_padding),
        TEST(relu_cuts_below_zero_and_passes_nothing_at_zero),
        TEST(nan_passes_through_every_activation_and_pool),
        TEST(kinks_are_told_by_the_piece),
        TEST(max_pool_with_overlap_is_pytorchs),
        TEST(avg_pool_with_overlap_is_pytorchs),
        TEST(pooling_sides_are_pytorchs),
        TEST(linear_is_pytorchs),
        TEST(normalize_shifts_and_divides_each_channel),
        TEST(conv2d_relu_leaves_the_gradient_of_its_output),
        TEST(conv2d_with_a_border_adds_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
