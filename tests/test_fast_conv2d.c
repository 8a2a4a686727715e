/* The convolutions of kernels_fast that are neither Winograd's nor those of few
 * channels: 1x1 as a product, im2col, and the gradient with respect to the input by
 * scattering; against the reference. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/fast/winograd.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

/* One set of sizes with its arrays; the gradients begin with numbers in them. */
typedef struct ConvCase {
    ConvDims d;
    size_t x_size, w_size, y_size, all;
    real *x, *w, *b, *dy, *dx, *dw;
    bool add; /* to dx */
} ConvCase;

static ConvCase conv_case(Rng *rng, ConvDims d) {
    ConvCase s = {.d = d,
                  .x_size = (size_t)(d.n * d.c * d.h * d.w),
                  .w_size = (size_t)(d.o * d.c * d.kh * d.kw),
                  .y_size = (size_t)(d.n * d.o * d.oh * d.ow)};
    s.all = s.x_size + s.w_size + s.y_size;
    s.x = normal(rng, s.x_size), s.dx = normal(rng, s.x_size);
    s.w = normal(rng, s.w_size), s.dw = normal(rng, s.w_size);
    s.b = rng_below(rng, 4) ? normal(rng, (size_t)d.o) : NULL;
    s.dy = normal(rng, s.y_size);
    s.add = rng_below(rng, 3) > 0;
    return s;
}

/* y, dx, dw of one table, one after the other. Scratch begins as NaN: nothing in it may
 * be taken for granted. */
static real *conv_results(const Kernels *table, const ConvCase *s) {
    real *y = ARENA_NEW(arena, real, s->all);
    real *dx = y + s->y_size, *dw = dx + s->x_size;
    real *workspace = scratch_of(table->conv2d_workspace(&s->d));
    memcpy(dx, s->dx, s->x_size * sizeof(real));
    memcpy(dw, s->dw, s->w_size * sizeof(real));
    table->conv2d_forward(&s->d, s->x, s->w, s->b, y, workspace);
    table->conv2d_backward_data(&s->d, s->dy, s->w, dx, s->add, workspace);
    table->conv2d_backward_weight(&s->d, s->x, s->dy, dw, workspace);
    return y;
}

static void make_absolute(ConvCase *s) {
    s->x = absolute(s->x, s->x_size), s->dx = absolute(s->dx, s->x_size);
    s->w = absolute(s->w, s->w_size), s->dw = absolute(s->dw, s->w_size);
    s->dy = absolute(s->dy, s->y_size);
    if (s->b) s->b = absolute(s->b, (size_t)s->d.o);
}

/* Any order of a sum of `terms` products is within terms epsilon / 2 of the exact one,
 * and so two orders within twice that, relative to the sum of absolute values: which is
 * the same convolution of absolute values. */
static void assert_near(const real *got, const real *expected, const real *size, size_t n,
                        int terms) {
    for (size_t i = 0; i < n; i++)
        assert_close(got[i], expected[i], 0,
                     (terms + 3) * (double)REAL_EPSILON * (double)size[i]);
}

static void compare_with_reference(Rng *rng, ConvDims d) {
    ConvCase s = conv_case(rng, d);
    assert_false(winograd_suits(&d));
    real *got = conv_results(&kernels_fast, &s);
    real *expected = conv_results(&kernels_ref, &s);
    make_absolute(&s);
    real *size = conv_results(&kernels_ref, &s);
    const size_t dx = s.y_size, dw = dx + s.x_size;
    assert_near(got, expected, size, s.y_size, d.c * d.kh * d.kw);
    assert_near(got + dx, expected + dx, size + dx, s.x_size, d.o * d.kh * d.kw);
    assert_near(got + dw, expected + dw, size + dw, s.w_size, d.n * d.oh * d.ow);
}

/* Sizes of the output, from the others. */
static ConvDims with_output(ConvDims d) {
    d.oh = (d.h + 2 * d.pad - d.kh) / d.stride + 1;
    d.ow = (d.w + 2 * d.pad - d.kw) / d.stride + 1;
    return d;
}

static void every_shape_agrees_with_the_reference(void **state) {
    (void)state;
    const int kernel[] = {1, 2, 3, 5};
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 200; i++) {
        ConvDims d = {.n = between(&rng, 1, 3),
                      .c = between(&rng, 1, 15),
                      .h = between(&rng, 1, 20),
                      .w = between(&rng, 1, 20),
                      .o = between(&rng, 1, 15),
                      .kh = kernel[rng_below(&rng, 4)],
                      .kw = kernel[rng_below(&rng, 4)],
                      .stride = between(&rng, 1, 3),
                      .pad = between(&rng, 0, 2)};
        if (d.h + 2 * d.pad < d.kh || d.w + 2 * d.pad < d.kw) continue;
        compare_with_reference(&rng, with_output(d));
    }
}

/* Several bands, several groups of channels (more than 128 rows of columns), more rows of
 * x than any window reaches, and 1x1 layers like SqueezeNet's. */
static void bands_and_groups_leave_no_seam(void **state) {
    (void)state;
    const ConvDims sizes[] = {
        {.n = 1,
         .c = 5,
         .h = 67,
         .w = 97,
         .o = 9,
         .kh = 3,
         .kw = 3,
         .stride = 1,
         .pad = 1},
        {.n = 2, .c = 5, .h = 81, .w = 63, .o = 7, .kh = 3, .kw = 3, .stride = 2},
        {.n = 1,
         .c = 33,
         .h = 41,
         .w = 37,
         .o = 3,
         .kh = 5,
         .kw = 5,
         .stride = 2,
         .pad = 2},
        {.n = 1, .c = 9, .h = 40, .w = 31, .o = 5, .kh = 1, .kw = 1, .stride = 4},
        {.n = 2, .c = 70, .h = 13, .w = 17, .o = 33, .kh = 1, .kw = 1, .stride = 1},
        {.n = 1, .c = 300, .h = 5, .w = 7, .o = 130, .kh = 1, .kw = 1, .stride = 1},
        {.n = 1,
         .c = 5,
         .h = 9,
         .w = 9,
         .o = 6,
         .kh = 1,
         .kw = 1,
         .stride = 1,
         .pad = 1}};
    Rng rng = rng_seed(2);
    threads_set(3);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        compare_with_reference(&rng, with_output(sizes[i]));
}

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    const ConvDims sizes[] = {
        {.n = 2, .c = 37, .h = 19, .w = 31, .o = 21, .kh = 1, .kw = 1, .stride = 1},
        {.n = 1,
         .c = 5,
         .h = 67,
         .w = 97,
         .o = 40,
         .kh = 3,
         .kw = 3,
         .stride = 1,
         .pad = 1},
        {.n = 2, .c = 37, .h = 31, .w = 33, .o = 21, .kh = 3, .kw = 3, .stride = 2}};
    Rng rng = rng_seed(3);
    for (int i = 0; i < 3; i++) {
        ConvCase s = conv_case(&rng, with_output(sizes[i]));
        real *first = NULL;
        for (int threads = 1; threads <= 5; threads++) {
            threads_set(threads);
            real *results = conv_results(&kernels_fast, &s);
            if (threads == 1) first = results;
            assert_same_bits(results, first, s.all);
        }
    }
}

/* A NaN in dy spoils the inputs under its window and no others: for (3, 4), a 3x3 window
 * and stride 2 without padding, rows 6 to 8 and columns 8 to 10. */
static void nan_spoils_its_window_only(void **state) {
    (void)state;
    ConvDims d = with_output((ConvDims){
        .n = 1, .c = 5, .h = 21, .w = 23, .o = 4, .kh = 3, .kw = 3, .stride = 2});
    Rng rng = rng_seed(4);
    ConvCase s = conv_case(&rng, d);
    s.dy[(2 * d.oh + 3) * d.ow + 4] = (real)NAN;
    real *dx = conv_results(&kernels_fast, &s) + s.y_size;
    for (int i = 0; i < d.c * d.h * d.w; i++) {
        int row = i / d.w % d.h, column = i % d.w;
        bool inside = row >= 6 && row <= 8 && column >= 8 && column <= 10;
        assert_int_equal(isnan(dx[i]) != 0, inside);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_agrees_with_the_reference),
        TEST(bands_and_groups_leave_no_seam),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(nan_spoils_its_window_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
