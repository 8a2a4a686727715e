/* A convolution fused with a ReLU, in every table of kernels: the bits are those of the
 * convolution followed by a ReLU, and the sign bits have the layout of relu_signs.h. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/relu_signs.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

static bool bit(const ConvDims *d, const uint8_t *signs, int plane, int i, int j) {
    ptrdiff_t down = relu_signs_down(d->oh), across = relu_signs_across(d->ow);
    return signs[(plane * down + i / 2) * across + j / 4] >> (4 * (i % 2) + j % 4) & 1;
}

/* Equal bits; a NaN may have either sign, which no formula fixes. */
static void assert_same(real a, real b) {
    if (!isnan(a) || !isnan(b)) assert_same_bits(&a, &b, 1);
}

static void *workspace_for(const Kernels *table, const ConvDims *d) {
    return arena_alloc(arena, table->conv2d_workspace(d));
}

static void check(const Kernels *table, Rng *rng, ConvDims d, real special) {
    const size_t x_size = (size_t)(d.n * d.c * d.h * d.w);
    const size_t y_size = (size_t)(d.n * d.o * d.oh * d.ow);
    real *x = normal(rng, x_size), *w = normal(rng, (size_t)(d.o * d.c * d.kh * d.kw));
    real *b = normal(rng, (size_t)d.o), *y = ARENA_NEW(arena, real, y_size);
    real *plain = ARENA_NEW(arena, real, y_size), *dy = normal(rng, y_size);
    real *dx = ARENA_NEW(arena, real, y_size);
    const int planes = d.n * d.o;
    uint8_t *signs = arena_alloc(arena, relu_signs_size(planes, d.oh, d.ow));
    memset(signs, 0xAA, relu_signs_size(planes, d.oh, d.ow));
    x[x_size / 2] = special;
    table->conv2d_forward(&d, x, w, b, plain, workspace_for(table, &d));
    table->conv2d_relu_forward(&d, x, w, b, y, signs, workspace_for(table, &d));
    relu_signs_backward(planes, d.oh, d.ow, signs, dy, dx);
    for (int p = 0, at = 0; p < planes; p++)
        for (int i = 0; i < d.oh; i++)
            for (int j = 0; j < d.ow; j++, at++) {
                const bool kept = !(plain[at] <= 0);
                const real expected = kept ? plain[at] : 0, gradient = kept ? dy[at] : 0;
                assert_same(y[at], expected);
                assert_same_bits(&dx[at], &gradient, 1);
                assert_int_equal(bit(&d, signs, p, i, j), kept);
            }
    relu_signs_backward(planes, d.oh, d.ow, signs, dy, dy);
    assert_same_bits(dy, dx, y_size);
}

static void every_table_keeps_the_signs(void **state) {
    (void)state;
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm, &kernels_fast};
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 60; i++) {
        const int k = 1 + 2 * (int)rng_below(&rng, 2), pad = k / 2;
        const int h = 1 + (int)rng_below(&rng, 23), w = 1 + (int)rng_below(&rng, 23);
        const int n = 1 + (int)rng_below(&rng, 2), c = 1 + (int)rng_below(&rng, 20);
        ConvDims d = {n, c, h, w, 1 + (int)rng_below(&rng, 20), k, k, 1, pad, h, w, 0};
        for (int t = 0; t < 3; t++)
            check(tables[t], &rng, d, (real)(i % 3 ? 1 : NAN));
    }
}

/* Large enough for Winograd with several blocks of tiles. */
static void winograd_keeps_the_signs(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    for (int threads = 1; threads <= 2; threads++) {
        threads_set(threads);
        check(&kernels_fast, &rng, (ConvDims){1, 16, 61, 45, 70, 3, 3, 1, 1, 61, 45, 0},
              1);
        check(&kernels_fast, &rng, (ConvDims){2, 17, 13, 22, 150, 3, 3, 1, 1, 13, 22, 0},
              (real)NAN);
        check(&kernels_fast, &rng, (ConvDims){1, 16, 15, 17, 16, 3, 3, 1, 0, 13, 15, 0},
              1);
    }
}

/* Rows of 1024 elements and a rest, whatever the shape: y = max(x, 0), and dx += dy where
 * y is positive or NaN. Over dy itself, dx = 0 + that: never -0. */
static void flat_signs_mask_and_add(void **state) {
    (void)state;
    const size_t sizes[] = {1, 2, 3, 5, 1023, 1024, 1025, 2047, 2048, 5001};
    Rng rng = rng_seed(3);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];
        real *x = normal(&rng, n), *dy = normal(&rng, n), *dx = normal(&rng, n);
        real *y = ARENA_NEW(arena, real, n), *before = ARENA_NEW(arena, real, n);
        uint8_t *signs = arena_alloc(arena, relu_signs_flat_size(n));
        memset(signs, 0xAA, relu_signs_flat_size(n));
        x[n / 2] = 0;
        x[n - 1] = s % 2 ? (real)NAN : 1;
        dy[n - 1] = (real)-0.0;
        memcpy(before, dx, n * sizeof *dx);
        relu_signs_flat_forward(n, x, y, signs);
        relu_signs_flat_add(n, signs, dy, dx);
        for (size_t i = 0; i < n; i++) {
            const bool kept = !(x[i] <= 0);
            const real expected = kept ? x[i] : 0, sum = before[i] + (kept ? dy[i] : 0);
            assert_same(y[i], expected);
            assert_same_bits(&dx[i], &sum, 1);
        }
        memcpy(before, dy, n * sizeof *dy);
        relu_signs_flat_add(n, signs, dy, dy);
        for (size_t i = 0; i < n; i++) {
            const real sum = 0 + (!(x[i] <= 0) ? before[i] : 0);
            assert_same_bits(&dy[i], &sum, 1);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_table_keeps_the_signs),
        TEST(winograd_keeps_the_signs),
        TEST(flat_signs_mask_and_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
