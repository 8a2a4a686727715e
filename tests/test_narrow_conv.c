/* Convolutions of images with few channels against the direct sum: the error is
 * bounded, and does not depend on threads. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/fast/narrow.h"
#include "tensor/kernels/relu_signs.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

static size_t x_size(const ConvDims *d) {
    return (size_t)(d->n * d->c * d->h * d->w);
}

static size_t y_size(const ConvDims *d) {
    return (size_t)(d->n * d->o * d->oh * d->ow);
}

static size_t w_size(const ConvDims *d) {
    return (size_t)(d->o * d->c * d->kh * d->kw);
}

/* One image or more with its arrays; dx begins with numbers in it. */
typedef struct Case {
    ConvDims d;
    real *x, *w, *b, *dy, *dx;
    bool add;
} Case;

static Case random_case(Rng *rng, ConvDims d) {
    Case s = {.d = d};
    s.d.oh = (d.h + 2 * d.pad - d.kh) / d.stride + 1;
    s.d.ow = (d.w + 2 * d.pad - d.kw) / d.stride + 1;
    s.x = normal(rng, x_size(&s.d)), s.dx = normal(rng, x_size(&s.d));
    s.w = normal(rng, w_size(&s.d)), s.dy = normal(rng, y_size(&s.d));
    s.b = rng_below(rng, 4) ? normal(rng, (size_t)d.o) : NULL;
    s.add = rng_below(rng, 3) > 0;
    return s;
}

/* Sizes of every kind that the kernels take. */
static ConvDims random_dims(Rng *rng) {
    static const int kernel[] = {1, 2, 3, 5, 7, 9};
    for (;;) {
        ConvDims d = {.n = between(rng, 1, 3),
                      .c = between(rng, 1, 4),
                      .h = between(rng, 1, 24),
                      .w = between(rng, 1, 24),
                      .o = between(rng, 1, 20),
                      .kh = kernel[rng_below(rng, 6)],
                      .kw = kernel[rng_below(rng, 6)],
                      .stride = between(rng, 1, 2)};
        const int least = d.kh < d.kw ? d.kh : d.kw;
        d.pad = between(rng, 0, rng_below(rng, 2) ? 2 : least - 1);
        if (d.h + 2 * d.pad >= d.kh && d.w + 2 * d.pad >= d.kw) return d;
    }
}

static void *workspace_for(const ConvDims *d) {
    return scratch_of(narrow_workspace(d));
}

/* y and then dx. */
static real *results(const Case *s) {
    real *y = ARENA_NEW(arena, real, y_size(&s->d) + x_size(&s->d));
    real *dx = y + y_size(&s->d);
    memcpy(dx, s->dx, x_size(&s->d) * sizeof(real));
    narrow_forward(&s->d, s->x, s->w, s->b, y, NULL, workspace_for(&s->d));
    narrow_backward_data(&s->d, s->dy, s->w, dx, s->add, workspace_for(&s->d));
    return y;
}

static real *reference(const Case *s) {
    real *y = ARENA_NEW(arena, real, y_size(&s->d) + x_size(&s->d));
    real *dx = y + y_size(&s->d);
    memcpy(dx, s->dx, x_size(&s->d) * sizeof(real));
    kernels_ref.conv2d_forward(&s->d, s->x, s->w, s->b, y, NULL);
    kernels_ref.conv2d_backward_data(&s->d, s->dy, s->w, dx, s->add, NULL);
    return y;
}

/* ---- Every shape ---- */

/* A sum of r products is off by at most (r + 2) epsilon / 2 times the sum of their
 * absolute values, which the reference makes from absolute values; it is off itself. */
static void compare_with_reference(Rng *rng, ConvDims d) {
    const Case s = random_case(rng, d);
    const size_t ys = y_size(&s.d), xs = x_size(&s.d);
    Case positive = s;
    positive.x = absolute(s.x, xs), positive.dx = absolute(s.dx, xs);
    positive.w = absolute(s.w, w_size(&d)), positive.dy = absolute(s.dy, ys);
    positive.b = s.b ? absolute(s.b, (size_t)d.o) : NULL;
    const real *got = results(&s), *expected = reference(&s), *all = reference(&positive);
    for (size_t i = 0; i < ys + xs; i++) {
        const double terms = d.kh * d.kw * (i < ys ? d.c : d.o) + 2;
        assert_close(got[i], expected[i], 0,
                     terms * (double)REAL_EPSILON * (double)all[i]);
    }
}

static void every_shape_agrees_with_the_reference(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 150; i++)
        compare_with_reference(&rng, random_dims(&rng));
    for (int stride = 1; stride <= 2; stride++) {
        compare_with_reference(&rng,
                               (ConvDims){2, 3, 37, 53, 70, 3, 3, stride, 1, 0, 0, 0});
        compare_with_reference(&rng, (ConvDims){1, 1, 1, 1, 1, 1, 1, stride, 0, 0, 0, 0});
        compare_with_reference(&rng, (ConvDims){1, 4, 1, 1, 9, 9, 9, stride, 4, 0, 0, 0});
        compare_with_reference(&rng,
                               (ConvDims){1, 3, 3, 2100, 5, 3, 5, stride, 2, 0, 0, 0});
        compare_with_reference(&rng,
                               (ConvDims){1, 2, 900, 2, 5, 7, 2, stride, 1, 0, 0, 0});
    }
}

static real *gradient(const Case *s, int threads) {
    threads_set(threads);
    real *dx = copy(s->dx, x_size(&s->d));
    narrow_backward_data(&s->d, s->dy, s->w, dx, s->add,
                         scratch_of(narrow_backward_workspace(&s->d)));
    return dx;
}

/* The gradient with stride 2 is theirs for other numbers of channels, too; y is not. */
static void compare_gradient(Rng *rng, ConvDims d) {
    const Case s = random_case(rng, d);
    assert_true(narrow_suits_backward(&s.d));
    Case positive = s;
    const size_t xs = x_size(&s.d);
    positive.dx = absolute(s.dx, xs), positive.w = absolute(s.w, w_size(&d));
    positive.dy = absolute(s.dy, y_size(&s.d));
    const real *got = gradient(&s, 2);
    assert_same_bits(gradient(&s, 1), got, xs);
    assert_same_bits(gradient(&s, 3), got, xs);
    const real *expected = reference(&s) + y_size(&s.d);
    const real *all = reference(&positive) + y_size(&s.d);
    const double terms = d.kh * d.kw * d.o + 2;
    for (size_t i = 0; i < xs; i++)
        assert_close(got[i], expected[i], 0,
                     terms * (double)REAL_EPSILON * (double)all[i]);
}

static void gradients_with_stride_2_agree_for_many_channels(void **state) {
    (void)state;
    Rng rng = rng_seed(11);
    for (int i = 0; i < 100; i++) {
        ConvDims d = random_dims(&rng);
        d.stride = 2;
        d.c = between(&rng, 5, 23);
        if (d.kh > 1 && d.kw > 1) compare_gradient(&rng, d);
    }
    compare_gradient(&rng, (ConvDims){2, 64, 34, 35, 20, 3, 3, 2, 0, 0, 0, 0});
    compare_gradient(&rng, (ConvDims){1, 16, 3, 700, 33, 3, 3, 2, 1, 0, 0, 0});
    compare_gradient(&rng, (ConvDims){1, 13, 1, 1, 5, 9, 9, 2, 4, 0, 0, 0});
}

/* ---- Error ---- */

/* Output (o, i, j) in more digits than real has, and the sum of its absolute values. */
static long double exact(const Case *s, int o, int i, int j, long double *all) {
    const ConvDims *d = &s->d;
    long double sum = s->b ? (long double)s->b[o] : 0;
    *all = sum < 0 ? -sum : sum;
    for (int c = 0; c < d->c; c++)
        for (int u = 0; u < d->kh; u++)
            for (int v = 0; v < d->kw; v++) {
                const int a = i * d->stride + u - d->pad, b = j * d->stride + v - d->pad;
                if (a < 0 || b < 0 || a >= d->h || b >= d->w) continue;
                const long double product =
                    (long double)s->w[((o * d->c + c) * d->kh + u) * d->kw + v] *
                    (long double)s->x[(c * d->h + a) * d->w + b];
                sum += product, *all += product < 0 ? -product : product;
            }
    return sum;
}

/* The first layers of VGG and of both SqueezeNets. Beside the bound, what the header says
 * of practice: the square root of it. */
static void error_stays_below_its_bound(void **state) {
    (void)state;
    const ConvDims layers[] = {{1, 3, 30, 40, 64, 3, 3, 1, 1, 0, 0, 0},
                               {1, 3, 31, 41, 64, 3, 3, 2, 0, 0, 0, 0},
                               {1, 3, 41, 51, 96, 7, 7, 2, 0, 0, 0, 0}};
    Rng rng = rng_seed(2);
    for (int t = 0; t < 3; t++) {
        const Case s = random_case(&rng, layers[t]);
        const real *y = results(&s);
        const double terms = s.d.c * s.d.kh * s.d.kw + 2, half = (double)REAL_EPSILON / 2;
        double squares = 0;
        for (int o = 0; o < s.d.o; o++)
            for (int i = 0; i < s.d.oh; i++)
                for (int j = 0; j < s.d.ow; j++, y++) {
                    long double all, e = exact(&s, o, i, j, &all);
                    double error = (double)fabsl((long double)*y - e) / (double)all;
                    assert_true(error <= terms * half);
                    squares += error * error;
                }
        assert_true(sqrt(squares / (double)y_size(&s.d)) <= sqrt(terms) * half);
    }
}

/* ---- Threads and vectors ---- */

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    for (int stride = 1; stride <= 2; stride++)
        for (int n = 1; n <= 2; n++) {
            const ConvDims d = {n, 3, 61, 45, 36, 3, 5, stride, 2, 0, 0, 0};
            const Case s = random_case(&rng, d);
            const real *first = NULL;
            for (int threads = 1; threads <= 3; threads++) {
                threads_set(threads);
                const real *y = results(&s);
                if (threads == 1) first = y;
                assert_same_bits(y, first, y_size(&s.d) + x_size(&s.d));
            }
        }
}

/* Three results over two lines of 100 places, with terms in any order, against the
 * formula; bits differ by fused multiply-adds only, which the widths above 16 bytes have.
 */
static void every_vector_width_agrees(void **state) {
    (void)state;
    enum { COUNT = 100, TERMS = 12, STEP = COUNT + NARROW_SLACK, ROWS = NARROW_MAX_ROWS };
    Rng rng = rng_seed(4);
    const NarrowPrefetch nothing = {0};
    assert_non_null(simd_code(0));
    real *wider = NULL;
    for (int outs = 1; outs <= 4; outs++, wider = NULL) {
        real *lines = normal(&rng, 2 * STEP), *w = normal(&rng, TERMS * ROWS);
        real *held = normal(&rng, ROWS * STEP), *start = normal(&rng, ROWS);
        ptrdiff_t offset[TERMS];
        for (int k = 0; k < TERMS; k++)
            offset[k] = between(&rng, 0, STEP);
        for (int i = 0; simd_code(i); i++)
            for (int add = 0; add < 2; add++) {
                real *out = copy(held, ROWS * STEP);
                simd_code(i)->narrow->sum(outs, TERMS, w, offset, lines, COUNT,
                                          add ? NULL : start, out, STEP, &nothing);
                for (int m = 0; m < outs; m++)
                    for (int j = 0; j < COUNT; j++) {
                        double sum = (double)(add ? held[m * STEP + j] : start[m]);
                        for (int k = 0; k < TERMS; k++)
                            sum += (double)w[k * outs + m] * (double)lines[offset[k] + j];
                        assert_close(out[m * STEP + j], sum, 0,
                                     50 * (double)REAL_EPSILON);
                    }
                if (i == 1 && add) wider = out;
                for (int m = 0; i == 2 && add && m < outs; m++)
                    assert_same_bits(out + m * STEP, wider + m * STEP, COUNT);
            }
    }
}

/* As relu_signs.h does it, for every version and every remainder of a row. */
static void every_vector_width_keeps_the_signs(void **state) {
    (void)state;
    enum { MAX = 50 };
    Rng rng = rng_seed(5);
    for (int i = 0; simd_code(i); i++)
        for (int w = 1; w <= MAX; w++)
            for (int rows = 1; rows <= 2; rows++) {
                const size_t size = (size_t)(w * rows), bytes = (size_t)(w + 3) / 4;
                real *x = normal(&rng, size), *expected = copy(x, size);
                real *y = ARENA_NEW(arena, real, size);
                uint8_t *bits = arena_alloc(arena, bytes);
                uint8_t *right = arena_alloc(arena, bytes);
                x[size / 2] = expected[size / 2] = (real)NAN;
                relu_signs_forward(1, rows, w, expected, expected, right);
                simd_code(i)->narrow->relu(w, x, rows > 1 ? x + w : x, y,
                                           rows > 1 ? y + w : NULL, bits);
                assert_same_bits(y, expected, size);
                assert_memory_equal(bits, right, bytes);
            }
}

static void relu_follows_at_once(void **state) {
    (void)state;
    Rng rng = rng_seed(6);
    threads_set(2);
    for (int t = 0; t < 40; t++) {
        const Case s = random_case(&rng, random_dims(&rng));
        const ptrdiff_t planes = (ptrdiff_t)s.d.n * s.d.o;
        const size_t bytes = relu_signs_size(planes, s.d.oh, s.d.ow);
        real *y = ARENA_NEW(arena, real, y_size(&s.d)), *expected = results(&s);
        uint8_t *bits = arena_alloc(arena, bytes), *right = arena_alloc(arena, bytes);
        narrow_forward(&s.d, s.x, s.w, s.b, y, bits, workspace_for(&s.d));
        relu_signs_forward(planes, s.d.oh, s.d.ow, expected, expected, right);
        assert_same_bits(y, expected, y_size(&s.d));
        assert_memory_equal(bits, right, bytes);
    }
}

/* ---- NaN, and the table ---- */

/* Half of the weights are 0, and 0 NaN is NaN as well. (A weight that is NaN spoils all
 * of dx in the reference, which multiplies it by zeros where a stride passes: only the
 * places that met it are spoilt here, so it is tried with stride 1.) */
static void nan_and_infinity_spoil_what_the_plain_sum_spoils(void **state) {
    (void)state;
    Rng rng = rng_seed(7);
    threads_set(2);
    for (int t = 0; t < 60; t++) {
        Case s = random_case(&rng, random_dims(&rng));
        const real bad = (real)(t % 2 ? NAN : INFINITY);
        for (size_t i = 0; i < w_size(&s.d); i += 2)
            s.w[i] = 0;
        s.x[rng_below(&rng, (uint32_t)x_size(&s.d))] = bad;
        s.dy[rng_below(&rng, (uint32_t)y_size(&s.d))] = bad;
        if (s.d.stride == 1 && t % 3 == 0)
            s.w[rng_below(&rng, (uint32_t)w_size(&s.d))] = bad;
        const real *got = results(&s), *expected = reference(&s);
        for (size_t i = 0; i < y_size(&s.d) + x_size(&s.d); i++) {
            assert_int_equal(isnan(got[i]), isnan(expected[i]));
            assert_int_equal(isinf(got[i]), isinf(expected[i]));
        }
    }
}

static void the_table_takes_them_for_few_channels_only(void **state) {
    (void)state;
    const ConvDims others[] = {{1, 5, 20, 20, 16, 3, 3, 1, 1, 20, 20, 0},
                               {1, 3, 20, 20, 16, 11, 3, 1, 1, 12, 20, 0},
                               {1, 3, 20, 20, 16, 3, 3, 3, 0, 6, 6, 0}};
    for (int t = 0; t < 3; t++)
        assert_false(narrow_suits(&others[t]));
    Rng rng = rng_seed(8);
    const Case s = random_case(&rng, (ConvDims){1, 3, 20, 20, 16, 3, 3, 1, 1, 0, 0, 0});
    assert_true(narrow_suits(&s.d));
    assert_true(kernels_fast.conv2d_workspace(&s.d) >= narrow_workspace(&s.d));
    real *y = ARENA_NEW(arena, real, y_size(&s.d));
    kernels_fast.conv2d_forward(&s.d, s.x, s.w, s.b, y,
                                arena_alloc(arena, kernels_fast.conv2d_workspace(&s.d)));
    assert_same_bits(y, results(&s), y_size(&s.d));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_agrees_with_the_reference),
        TEST(gradients_with_stride_2_agree_for_many_channels),
        TEST(error_stays_below_its_bound),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(every_vector_width_agrees),
        TEST(every_vector_width_keeps_the_signs),
        TEST(relu_follows_at_once),
        TEST(nan_and_infinity_spoil_what_the_plain_sum_spoils),
        TEST(the_table_takes_them_for_few_channels_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
