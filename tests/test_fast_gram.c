/* Gram matrices of kernels_fast: their error is bounded, and does not depend on threads
 * or positions.
 */
#include <math.h>
#include <string.h>

#include "tensor/threads.h"
#include "tests/kernels.h"

/* Sums of absolute values a_i b_i and of a_i b_i, over m. */
static long double dot(const real *a, ptrdiff_t a_step, const real *b, ptrdiff_t b_step,
                       ptrdiff_t m, long double *absolute) {
    long double sum = 0;
    *absolute = 0;
    for (ptrdiff_t i = 0; i < m; i++) {
        long double one = (long double)a[i * a_step] * (long double)b[i * b_step];
        sum += one, *absolute += fabsl(one);
    }
    return sum;
}

/* Half an epsilon for each rounding: at most 256 in a slab, 8 slabs in a piece of 2048,
 * and three of the result. */
static void assert_gram(ptrdiff_t c, ptrdiff_t m, double divisor, const real *f,
                        const real *g) {
    for (ptrdiff_t i = 0; i < c; i++)
        for (ptrdiff_t j = 0; j < c; j++) {
            long double size, sum = dot(f + i * m, 1, f + j * m, 1, m, &size);
            double roundings = (double)(m < 256 ? m : 256) + 8 + 3;
            assert_close(g[i * c + j], (double)sum / divisor, 0,
                         roundings * 0.501 * (double)REAL_EPSILON * (double)size /
                             divisor);
            assert_same_bits(g + i * c + j, g + j * c + i, 1);
        }
}

/* S has three roundings itself, its products are added as in fast/gemm.h. */
static void assert_gram_backward(ptrdiff_t c, ptrdiff_t m, double divisor, const real *f,
                                 const real *dg, const real *before, const real *df) {
    real *s = ARENA_NEW(arena, real, (size_t)(c * c));
    for (ptrdiff_t i = 0; i < c * c; i++)
        s[i] = (real)(((double)dg[i] + (double)dg[i % c * c + i / c]) / divisor);
    for (ptrdiff_t i = 0; i < c; i++)
        for (ptrdiff_t j = 0; j < m; j++) {
            long double size, sum = dot(s + i * c, 1, f + j, m, c, &size);
            sum += (long double)before[i * m + j],
                size += fabsl((long double)before[i * m + j]);
            double roundings = (double)(c < 256 ? c : 256) + (double)c / 256 + 6;
            assert_close(df[i * m + j], sum, 0,
                         roundings * 0.501 * (double)REAL_EPSILON * (double)size);
        }
}

/* One or several squares of 128, one or several segments, odd numbers of both; several
 * images. */
static void every_shape_keeps_the_error_bound_and_is_symmetric(void **state) {
    (void)state;
    const int sizes[][3] = {{1, 1, 1},    {2, 3, 7},     {1, 17, 255}, {3, 16, 256},
                            {1, 33, 257}, {2, 5, 10301}, {1, 127, 20}, {2, 150, 60},
                            {1, 129, 9},  {1, 270, 30},  {1, 64, 4097}};
    Rng rng = rng_seed(1);
    threads_set(2);
    for (size_t t = 0; t < sizeof sizes / sizeof *sizes; t++) {
        const int n = sizes[t][0], c = sizes[t][1], m = sizes[t][2];
        const double divisor = 2.5 * m;
        const size_t f_size = (size_t)(n * c * m), g_size = (size_t)(n * c * c);
        real *f = normal(&rng, f_size), *dg = normal(&rng, g_size);
        real *g = normal(&rng, g_size), *df = normal(&rng, f_size);
        real *before = copy(df, f_size);
        kernels_fast.gram_forward(n, c, (size_t)m, divisor, f, g);
        kernels_fast.gram_backward(n, c, (size_t)m, divisor, f, dg, df, true);
        for (int i = 0; i < n; i++) {
            const ptrdiff_t at = (ptrdiff_t)i * c * m, g_at = (ptrdiff_t)i * c * c;
            assert_gram(c, m, divisor, f + at, g + g_at);
            assert_gram_backward(c, m, divisor, f + at, dg + g_at, before + at, df + at);
        }
    }
}

/* F = 1 2 3    G = 1+4+9  4+10+18  / 2 = 7 16
 *     4 5 6                16+25+36      16 38.5
 * dG = 1 2     (dG + dG^T) / 2 = 1 2.5     dF = F0 + 2.5 F1    = 11 14.5 18
 *      3 4                       2.5 4          2.5 F0 + 4 F1    18.5 25 31.5 */
static void gram_of_two_channels_by_hand(void **state) {
    (void)state;
    const real f[] = {1, 2, 3, 4, 5, 6}, dg[] = {1, 2, 3, 4};
    const real g_expected[] = {7, 16, 16, (real)38.5};
    const real df_expected[] = {11, (real)14.5, 18, (real)18.5, 25, (real)31.5};
    real g[4], df[6] = {0};
    kernels_fast.gram_forward(1, 2, 3, 2, f, g);
    kernels_fast.gram_backward(1, 2, 3, 2, f, dg, df, true);
    assert_all_close(g, g_expected, 4, 0);
    assert_all_close(df, df_expected, 6, 0);
    df[0] = df[5] = (real)NAN;
    kernels_fast.gram_backward(1, 2, 3, 2, f, dg, df, false);
    assert_all_close(df, df_expected, 6, 0);
}

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    const int sizes[][2] = {{20, 20000}, {70, 5000}, {150, 3000}};
    Rng rng = rng_seed(2);
    for (int t = 0; t < 3; t++) {
        const int c = sizes[t][0], m = sizes[t][1];
        const size_t f_size = (size_t)(c * m), g_size = (size_t)(c * c);
        real *f = normal(&rng, f_size), *dg = normal(&rng, g_size), *first = NULL;
        for (int threads = 1; threads <= 4; threads++) {
            threads_set(threads);
            real *g = ARENA_NEW(arena, real, g_size + f_size);
            kernels_fast.gram_forward(1, c, (size_t)m, 3, f, g);
            kernels_fast.gram_backward(1, c, (size_t)m, 3, f, dg, g + g_size, true);
            if (threads == 1) first = g;
            assert_same_bits(g, first, g_size + f_size);
        }
    }
}

/* f = 0.1 rounded to real, at 2^22 positions: G / m must be f^2. A single running float
 * sum is off by several percent here. */
static void gram_of_four_million_positions_is_accurate(void **state) {
    (void)state;
    const size_t m = (size_t)1 << 22;
    real *f = ARENA_NEW(arena, real, m), g;
    for (size_t i = 0; i < m; i++)
        f[i] = (real)0.1;
    const double expected = (double)(real)0.1 * (double)(real)0.1;
    kernels_fast.gram_forward(1, 1, m, (double)m, f, &g);
    assert_close(g, expected, 134 * (double)REAL_EPSILON, 0);
}

/* Row and column 3 of G, and nothing else. */
static void nan_spoils_its_channel_only(void **state) {
    (void)state;
    enum { C = 21, M = 300 };
    Rng rng = rng_seed(3);
    real *f = normal(&rng, C * M), g[C * C];
    f[3 * M + 7] = (real)NAN;
    kernels_fast.gram_forward(1, C, M, 1, f, g);
    for (int i = 0; i < C * C; i++)
        assert_int_equal(isnan(g[i]) != 0, i / C == 3 || i % C == 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_keeps_the_error_bound_and_is_symmetric),
        TEST(gram_of_two_channels_by_hand),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(gram_of_four_million_positions_is_accurate),
        TEST(nan_spoils_its_channel_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
