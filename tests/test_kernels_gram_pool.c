/* Gram matrices and pooling: kernels_ref and kernels_gemm give the same bits, and agree
 * with arithmetic by hand. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/ref/ref.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

/* 1, 2, 3, 2, 3, ... threads on work large enough to be split; again and again, because a
 * race does not show every time. */
static void threads_of_round(int round) {
    int count = round == 0 ? 1 : 2 + round % 2;
    threads_set(count);
#ifdef _OPENMP
    assert_int_equal(threads_count(), count);
#endif
}

#define ROUNDS 10

static void number_of_threads_does_not_change_a_gram_matrix(void **state) {
    (void)state;
    Rng rng = rng_seed(12);
    const int c = 70;
    const size_t m = 1100, f_size = (size_t)c * m, g_size = (size_t)(c * c);
    real *f = normal(&rng, f_size), *dg = normal(&rng, g_size), *expected = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        threads_of_round(round);
        real *g = ARENA_NEW(arena, real, g_size + f_size);
        kernels_gemm.gram_forward(1, c, m, 3, f, g);
        kernels_gemm.gram_backward(1, c, m, 3, f, dg, g + g_size, true);
        if (round == 0) expected = g;
        assert_same_bits(g, expected, g_size + f_size);
    }
}

static void number_of_threads_does_not_change_a_pool(void **state) {
    (void)state;
    Rng rng = rng_seed(13);
    const PoolDims d = {2, 19, 63, 65, 3, 2, 1, 32, 33};
    const size_t x_size = 2 * 19 * 63 * 65, y_size = 2 * 19 * 32 * 33;
    real *x = normal(&rng, x_size), *expected = NULL;
    uint8_t *winner = ARENA_NEW(arena, uint8_t, y_size);
    for (int round = 0; round < ROUNDS; round++) {
        threads_of_round(round);
        real *y = ARENA_NEW(arena, real, 2 * y_size + x_size);
        kernels_gemm.max_pool_forward(&d, x, y, winner);
        kernels_gemm.avg_pool_forward(&d, x, y + y_size);
        kernels_gemm.max_pool_backward(&d, y, winner, y + 2 * y_size, true);
        kernels_gemm.avg_pool_backward(&d, y, y + 2 * y_size, true);
        if (round == 0) expected = y;
        assert_same_bits(y, expected, 2 * y_size + x_size);
    }
}

/* ---- Gram ---- */

/* F = 1 2 3    G = 1+4+9  4+10+18  / 2 = 7 16
 *     4 5 6                16+25+36      16 38.5
 * dG = 1 2     (dG + dG^T) / 2 = 1 2.5     dF = F0 + 2.5 F1    = 11 14.5 18
 *      3 4                       2.5 4          2.5 F0 + 4 F1    18.5 25 31.5 */
static void gram_of_two_channels_by_hand(void **state) {
    (void)state;
    const real f[] = {1, 2, 3, 4, 5, 6}, dg[] = {1, 2, 3, 4};
    const real g_expected[] = {7, 16, 16, (real)38.5};
    const real df_expected[] = {11, (real)14.5, 18, (real)18.5, 25, (real)31.5};
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
    for (int t = 0; t < 2; t++) {
        real g[4], df[6] = {0};
        tables[t]->gram_forward(1, 2, 3, 2, f, g);
        tables[t]->gram_backward(1, 2, 3, 2, f, dg, df, true);
        assert_all_close(g, g_expected, 4, 0);
        assert_all_close(df, df_expected, 6, 0);
        df[0] = df[5] = (real)NAN;
        tables[t]->gram_backward(1, 2, 3, 2, f, dg, df, false);
        assert_all_close(df, df_expected, 6, 0);
    }
}

static void gemm_gram_has_the_bits_of_the_textbook(void **state) {
    (void)state;
    const int sizes[][3] = {{1, 1, 1},    {2, 3, 7},    {1, 17, 255}, {3, 16, 256},
                            {1, 33, 257}, {2, 5, 1030}, {1, 113, 20}, {1, 270, 9}};
    Rng rng = rng_seed(9);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int n = sizes[s][0], c = sizes[s][1];
        size_t m = (size_t)sizes[s][2];
        size_t f_size = (size_t)(n * c) * m, g_size = (size_t)(n * c * c);
        real *f = normal(&rng, f_size), *dg = normal(&rng, g_size);
        real *g1 = ARENA_NEW(arena, real, g_size), *g2 = ARENA_NEW(arena, real, g_size);
        real *df1 = normal(&rng, f_size), *df2 = copy(df1, f_size);
        kernels_ref.gram_forward(n, c, m, 2.5 * (double)m, f, g1);
        kernels_gemm.gram_forward(n, c, m, 2.5 * (double)m, f, g2);
        assert_same_bits(g1, g2, g_size);
        kernels_ref.gram_backward(n, c, m, 2.5 * (double)m, f, dg, df1, true);
        kernels_gemm.gram_backward(n, c, m, 2.5 * (double)m, f, dg, df2, true);
        assert_same_bits(df1, df2, f_size);
    }
}

/* f = 0.1 rounded to real, at 2^22 positions: G / m must be f^2. A single running float
 * sum is off by several percent here. Bound: 256 rounded additions, each half an epsilon,
 * and one rounded product. */
static void gram_of_four_million_positions_is_accurate(void **state) {
    (void)state;
    const size_t m = (size_t)1 << 22;
    real *f = ARENA_NEW(arena, real, m), g;
    for (size_t i = 0; i < m; i++)
        f[i] = (real)0.1;
    const double expected = (double)(real)0.1 * (double)(real)0.1;
    kernels_gemm.gram_forward(1, 1, m, (double)m, f, &g);
    assert_close(g, expected, 130 * (double)REAL_EPSILON, 0);
}

/* ---- Pooling ---- */

/* x = 1 5 2   kernel 2, stride 2, windows hang over the right and bottom edge:
 *     4 3 9   max 5 9   place 1 2   mean 13/4 11/2
 *     7 8 6       8 6         1 0        15/2  6
 * Place u * 2 + v: the 5 is (0,1) -> 1, the 9 is (1,0) -> 2. */
static void pooling_ignores_what_hangs_over_the_edge(void **state) {
    (void)state;
    const PoolDims d = {1, 1, 3, 3, 2, 2, 0, 2, 2};
    const real x[] = {1, 5, 2, 4, 3, 9, 7, 8, 6}, dy[] = {4, 8, 10, 1};
    const real largest[] = {5, 9, 8, 6}, mean[] = {(real)3.25, (real)5.5, (real)7.5, 6};
    const uint8_t places[] = {1, 2, 1, 0};
    const real dx_max[] = {0, 4, 0, 0, 0, 8, 0, 10, 1};
    const real dx_mean[] = {1, 1, 4, 1, 1, 4, 5, 5, 1};
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
    for (int t = 0; t < 2; t++) {
        real y[4], dx[9] = {0}, dm[9] = {0};
        uint8_t winner[4];
        tables[t]->max_pool_forward(&d, x, y, winner);
        assert_same_bits(y, largest, 4);
        assert_memory_equal(winner, places, 4);
        tables[t]->max_pool_backward(&d, dy, winner, dx, true);
        assert_same_bits(dx, dx_max, 9);
        tables[t]->avg_pool_forward(&d, x, y);
        assert_same_bits(y, mean, 4);
        tables[t]->avg_pool_backward(&d, dy, dm, true);
        assert_same_bits(dm, dx_mean, 9);
    }
}

/* All x are negative; padding is not a zero that could win, nor does it count in a mean.
 * x = -1 -2   kernel 3, stride 2, pad 1 on 2 x 2: one window over everything:
 *     -3 -4   max -1 at place 1*3+1 = 4, mean -10/4. */
static void padding_never_wins_and_never_counts(void **state) {
    (void)state;
    const PoolDims d = {1, 1, 2, 2, 3, 2, 1, 1, 1};
    const real x[] = {-1, -2, -3, -4};
    real y;
    uint8_t winner;
    kernels_gemm.max_pool_forward(&d, x, &y, &winner);
    assert_close(y, -1, 0, 0);
    assert_int_equal(winner, 4);
    kernels_gemm.avg_pool_forward(&d, x, &y);
    assert_close(y, -2.5, 0, 0);
}

static void first_of_equal_values_wins(void **state) {
    (void)state;
    const PoolDims d = {1, 1, 2, 2, 2, 2, 0, 1, 1};
    const real x[] = {3, 7, 7, 7};
    real y;
    uint8_t winner;
    kernels_gemm.max_pool_forward(&d, x, &y, &winner);
    assert_int_equal(winner, 1);
}

/* At each of the four places, and also before a second NaN. */
static void nan_wins_every_maximum(void **state) {
    (void)state;
    const PoolDims d = {1, 1, 2, 2, 2, 2, 0, 1, 1};
    for (int place = 0; place < 4; place++) {
        real x[] = {1, 2, 3, (real)INFINITY}, y = 0;
        uint8_t winner = 9;
        x[place] = (real)NAN;
        if (place < 2) x[3] = (real)NAN;
        kernels_gemm.max_pool_forward(&d, x, &y, &winner);
        assert_true(isnan(y));
        assert_int_equal(winner, place);
    }
}

/* Small whole numbers, so that equal ones meet, and now and then what is no number. */
static real *awkward(Rng *rng, size_t n) {
    const real odd[] = {(real)NAN, (real)INFINITY, -(real)INFINITY, -(real)0, 0};
    real *x = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        x[i] = between(rng, 0, 9) ? (real)between(rng, -3, 3) : odd[between(rng, 0, 4)];
    return x;
}

static PoolDims any_pool(Rng *rng) {
    PoolDims d = {.n = between(rng, 1, 2),
                  .c = between(rng, 1, 3),
                  .h = between(rng, 3, 13),
                  .w = between(rng, 3, 90),
                  .kernel = between(rng, 2, 4),
                  .stride = between(rng, 0, 2) ? 2 : between(rng, 1, 3)};
    d.pad = d.kernel > 3 || between(rng, 0, 3) ? 0 : 1;
    if (d.kernel > d.h) d.kernel = d.h;
    if (d.kernel > d.w) d.kernel = d.w;
    d.oh = (d.h + 2 * d.pad - d.kernel) / d.stride + 1;
    d.ow = (d.w + 2 * d.pad - d.kernel) / d.stride + 1;
    bool beyond = between(rng, 0, 1);
    if (beyond && d.oh * d.stride - d.pad < d.h) d.oh++; /* one more that hangs over */
    if (beyond && d.ow * d.stride - d.pad < d.w) d.ow++;
    return d;
}

/* All that pooling computes from x and dy, and dx before, one after the other. */
static real *pool_all(const Kernels *table, const PoolDims *d, const real *x,
                      const real *dy, const real *dx, bool add, uint8_t *winner) {
    size_t x_size = (size_t)(d->n * d->c * d->h * d->w);
    size_t y_size = (size_t)(d->n * d->c * d->oh * d->ow);
    real *all = ARENA_NEW(arena, real, 2 * (x_size + y_size));
    real *y = all + 2 * x_size;
    memcpy(all, dx, x_size * sizeof *dx);
    memcpy(all + x_size, dx, x_size * sizeof *dx);
    table->max_pool_forward(d, x, y, winner);
    table->avg_pool_forward(d, x, y + y_size);
    table->max_pool_backward(d, dy, winner, all, add);
    table->avg_pool_backward(d, dy, all + x_size, add);
    return all;
}

/* Windows that overlap or do not, on several planes and threads, with ties, zeros of both
 * signs and NaN; the dx of both tables begin with the same numbers. */
static void fast_pooling_has_the_bits_of_the_textbook(void **state) {
    (void)state;
    Rng rng = rng_seed(10);
    threads_set(3);
    for (int i = 0; i < 400; i++) {
        PoolDims d = any_pool(&rng);
        size_t x_size = (size_t)(d.n * d.c * d.h * d.w);
        size_t y_size = (size_t)(d.n * d.c * d.oh * d.ow);
        real *x = i % 2 ? awkward(&rng, x_size) : normal(&rng, x_size);
        real *dy = awkward(&rng, y_size), *dx = awkward(&rng, x_size);
        uint8_t *winner[2];
        real *all[2];
        const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
        for (int t = 0; t < 2; t++) {
            winner[t] = ARENA_NEW(arena, uint8_t, y_size);
            all[t] = pool_all(tables[t], &d, x, dy, dx, i % 3 > 0, winner[t]);
        }
        assert_memory_equal(winner[0], winner[1], y_size);
        for (size_t k = 0; k < 2 * (x_size + y_size); k++)
            if (!isnan(all[0][k]) || !isnan(all[1][k]))
                assert_same_bits(all[0] + k, all[1] + k, 1);
    }
}

/* Every width of vector, rows from shorter than a vector to a few of them. */
static void every_version_of_pooling_gives_the_same_bits(void **state) {
    (void)state;
    Rng rng = rng_seed(14);
    enum { MAX = 90, W = 2 * MAX + 1 };
    for (int round = 0; round < 4 * MAX; round++) {
        const int kernel = 2 + round % 2, count = 1 + round / 4;
        real *x = awkward(&rng, 3 * W), *dx = normal(&rng, 2 * W);
        real *y[3], *to[3];
        uint8_t *winner[3];
        for (int i = 0; simd_code(i); i++) {
            y[i] = ARENA_NEW(arena, real, 2 * MAX);
            to[i] = copy(dx, 2 * W);
            winner[i] = ARENA_NEW(arena, uint8_t, MAX);
            simd_code(i)->pool->largest(x, W, kernel, kernel, count, y[i], winner[i]);
            simd_code(i)->pool->mean(x, W, kernel, kernel, count, y[i] + MAX);
            if (kernel == 2) {
                simd_code(i)->pool->scatter(dx, winner[i], W, count, to[i],
                                            round / 2 % 2);
                simd_code(i)->pool->spread(dx, W, count, to[i], true);
            }
            assert_memory_equal(winner[0], winner[i], MAX);
            assert_same_bits(to[0], to[i], 2 * W);
            for (int k = 0; k < 2 * MAX; k++)
                if (!isnan(y[0][k]) || !isnan(y[i][k]))
                    assert_same_bits(y[0] + k, y[i] + k, 1);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(number_of_threads_does_not_change_a_gram_matrix),
        TEST(number_of_threads_does_not_change_a_pool),
        TEST(gram_of_two_channels_by_hand),
        TEST(gemm_gram_has_the_bits_of_the_textbook),
        TEST(gram_of_four_million_positions_is_accurate),
        TEST(pooling_ignores_what_hangs_over_the_edge),
        TEST(padding_never_wins_and_never_counts),
        TEST(first_of_equal_values_wins),
        TEST(nan_wins_every_maximum),
        TEST(fast_pooling_has_the_bits_of_the_textbook),
        TEST(every_version_of_pooling_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
