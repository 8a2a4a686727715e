/* The product of fused multiply-adds: its error is bounded, and is the same for all
 * shapes, strides, threads and vector widths. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/fast/gemm.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

/* ---- Error ---- */

/* Half an epsilon of the sum of absolute values for each of the roundings that one
 * product goes through at most: in its slab of at most 256, from slab to slab, and a few
 * more. */
static double bound(ptrdiff_t k, long double absolute) {
    double roundings = (double)(k < 256 ? k : 256) + (double)k / 256 + 3;
    return roundings * 0.501 * (double)REAL_EPSILON * (double)absolute;
}

/* C = start + A B within the bound, for the numbers as they are stored. */
static void assert_product(const Product *p, const real *start, ptrdiff_t start_row,
                           ptrdiff_t start_column) {
    for (ptrdiff_t i = 0; i < p->m; i++)
        for (ptrdiff_t j = 0; j < p->n; j++) {
            long double sum = 0, absolute;
            if (start) sum = (long double)start[i * start_row + j * start_column];
            absolute = fabsl(sum);
            for (ptrdiff_t k = 0; k < p->k; k++) {
                long double one = (long double)p->a.data[i * p->a.row + k * p->a.column] *
                                  (long double)p->b.data[k * p->b.row + j * p->b.column];
                sum += one, absolute += fabsl(one);
            }
            assert_close(p->c[i * p->ldc + j], sum, 0, bound(p->k, absolute));
        }
}

static Operand stored(Rng *rng, ptrdiff_t rows, ptrdiff_t columns, bool transposed,
                      ptrdiff_t extra) {
    ptrdiff_t length = (transposed ? rows : columns) + extra;
    real *x = normal(rng, (size_t)((transposed ? columns : rows) * length));
    return (Operand){x, transposed ? 1 : length, transposed ? length : 1};
}

/* All four ways to store the factors, fresh, added and with a bias; what lies beside C is
 * not touched. */
static void check_shape(Rng *rng, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k) {
    for (int way = 0; way < 12; way++) {
        ptrdiff_t extra = between(rng, 0, 3);
        Product p = {.m = m, .n = n, .k = k, .ldc = n + extra, .add = way / 4 == 1};
        p.a = stored(rng, m, k, way & 1, extra), p.b = stored(rng, k, n, way & 2, extra);
        const size_t c_size = (size_t)(m * p.ldc);
        real *before = normal(rng, c_size);
        p.c = copy(before, c_size);
        if (way / 4 == 2) p.bias = normal(rng, (size_t)m);
        for (size_t i = 0; !p.add && i < c_size; i++)
            if ((ptrdiff_t)i % p.ldc < n) p.c[i] = (real)NAN;
        fast_gemm(&p);
        assert_product(&p, p.add ? before : p.bias, p.add ? p.ldc : 1, p.add);
        for (ptrdiff_t i = 0; i < m; i++)
            assert_same_bits(p.c + i * p.ldc + n, before + i * p.ldc + n, (size_t)extra);
    }
}

/* One more and one less than every edge: of vectors, tiles, groups of 128 or 256 columns,
 * blocks of 256 rows and slabs of 256. */
static void every_shape_keeps_the_error_bound(void **state) {
    (void)state;
    const int sizes[][3] = {{1, 1, 1},     {8, 32, 4},   {7, 17, 5},   {9, 33, 256},
                            {13, 47, 257}, {1, 40, 300}, {300, 3, 30}, {257, 31, 9},
                            {5, 259, 15},  {2, 530, 17}, {12, 8, 513}, {24, 2, 1000}};
    Rng rng = rng_seed(1);
    threads_set(2);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        check_shape(&rng, sizes[s][0], sizes[s][1], sizes[s][2]);
    for (int i = 0; i < 30; i++)
        check_shape(&rng, between(&rng, 1, 70), between(&rng, 1, 70),
                    between(&rng, 1, 70));
}

static void a_batch_is_one_product_after_the_other(void **state) {
    (void)state;
    enum { M = 19, N = 45, K = 37, COUNT = 3 };
    Rng rng = rng_seed(2);
    threads_set(3);
    real *a = normal(&rng, COUNT * M * K), *b = normal(&rng, COUNT * K * N);
    real *c = normal(&rng, COUNT * M * N), *expected = copy(c, COUNT * M * N);
    Product p = {.m = M, .n = N, .k = K, .c = c, .ldc = N, .add = true};
    p.a = (Operand){a, K, 1}, p.b = (Operand){b, N, 1};
    fast_gemm_batch(&p, COUNT, M * K, K * N, M * N);
    for (int i = 0; i < COUNT; i++) {
        Product one = p;
        one.a.data += i * M * K, one.b.data += i * K * N, one.c = expected + i * M * N;
        fast_gemm_block(&one);
    }
    assert_same_bits(c, expected, COUNT * M * N);
}

/* The table's own function, against the textbook. */
static void the_table_multiplies_like_the_reference(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    for (int flags = 0; flags < 8; flags++) {
        const bool ta = flags & 1, tb = flags & 2;
        const int m = 21, n = 50, k = 40;
        GemmDims d = {ta, tb, flags & 4, m, n, k, ta ? m : k, tb ? k : n, n};
        real *a = normal(&rng, (size_t)(m * k)), *b = normal(&rng, (size_t)(k * n));
        real *c = normal(&rng, (size_t)(m * n)), *expected = copy(c, (size_t)(m * n));
        kernels_fast.gemm(&d, a, b, c);
        kernels_ref.gemm(&d, a, b, expected);
        assert_all_close(c, expected, (size_t)(m * n), 20 * (double)REAL_EPSILON);
    }
}

/* ---- Threads and vectors ---- */

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    const int sizes[][3] = {{64, 1111, 40}, {300, 70, 600}, {33, 90, 300}};
    Rng rng = rng_seed(4);
    for (int s = 0; s < 3; s++) {
        const int m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
        Product p = {.m = m, .n = n, .k = k, .ldc = n, .add = true};
        p.a = stored(&rng, m, k, false, 0), p.b = stored(&rng, k, n, false, 0);
        real *before = normal(&rng, (size_t)(m * n)), *first = NULL;
        for (int threads = 1; threads <= 3; threads++) {
            threads_set(threads);
            p.c = copy(before, (size_t)(m * n));
            fast_gemm(&p);
            if (threads == 1) first = p.c;
            assert_same_bits(p.c, first, (size_t)(m * n));
        }
    }
}

static void every_vector_width_multiplies(void **state) {
    (void)state;
    enum { DEPTH = 37, MAX = FMA_MAX_LANES * FMA_MAX_VECS };
    Rng rng = rng_seed(5);
    assert_non_null(simd_code(0));
    for (int i = 0; simd_code(i); i++) {
        const FmaKernel *t = simd_code(i)->fma;
        for (ptrdiff_t vecs = 1; vecs <= t->vecs; vecs++) {
            const ptrdiff_t n = vecs * t->lanes;
            real *u = normal(&rng, (size_t)(t->rows * DEPTH));
            real *v = normal(&rng, (size_t)(n * DEPTH)), *b = normal(&rng, DEPTH * MAX);
            real *before = normal(&rng, (size_t)(t->rows * n));
            Product p = {.m = t->rows, .n = n, .k = DEPTH, .ldc = n};
            p.a = (Operand){u, 1, t->rows}, p.b = (Operand){b, n, 1};
            p.c = copy(before, (size_t)(t->rows * n));
            for (ptrdiff_t k = 0; k < DEPTH; k++)
                for (ptrdiff_t j = 0; j < n; j++)
                    b[k * n + j] =
                        v[(j / t->lanes * DEPTH + k) * t->lanes + j % t->lanes];
            t->product(DEPTH, u, v, t->lanes * DEPTH, vecs, p.c, n, true);
            assert_product(&p, before, n, 1);
            t->product(DEPTH, u, v, t->lanes * DEPTH, vecs, p.c, n, false);
            assert_product(&p, NULL, 0, 0);
        }
    }
}

/* 2 `width` + 3 columns of 41: two whole panels, one with three columns and zeros. */
static void every_vector_width_packs(void **state) {
    (void)state;
    enum { DEPTH = 41, MAX = 4 * FMA_MAX_LANES };
    Rng rng = rng_seed(6);
    real *x = normal(&rng, DEPTH * MAX), packed[DEPTH * MAX];
    for (int i = 0; simd_code(i); i++)
        for (int way = 0; way < 4; way++) {
            const ptrdiff_t width =
                way & 1 ? simd_code(i)->fma->rows : simd_code(i)->fma->lanes;
            const ptrdiff_t size = 2 * width + (width > 3 ? 3 : 1);
            const ptrdiff_t across = way & 2 ? DEPTH : 1, along = way & 2 ? 1 : MAX;
            const ptrdiff_t panel = width * DEPTH;
            simd_code(i)->fma->pack(x, across, along, size, width, DEPTH, packed, panel);
            for (ptrdiff_t q = 0; q < 3 * width; q++)
                for (ptrdiff_t k = 0; k < DEPTH; k++) {
                    real expected = q < size ? x[q * across + k * along] : 0;
                    real got = packed[q / width * panel + k * width + q % width];
                    assert_same_bits(&got, &expected, 1);
                }
        }
}

/* ---- NaN ---- */

/* A NaN in row 9 of A spoils row 9 of C and no other number; so does an infinity. */
static void nan_and_infinity_spoil_their_row_only(void **state) {
    (void)state;
    const real bad[] = {(real)NAN, (real)INFINITY};
    Rng rng = rng_seed(7);
    for (int t = 0; t < 2; t++) {
        Product p = {.m = 11, .n = 35, .k = 5, .ldc = 35, .c = normal(&rng, 11 * 35)};
        real *a = normal(&rng, 11 * 5);
        a[9 * 5 + 3] = bad[t];
        p.a = (Operand){a, 5, 1}, p.b = stored(&rng, 5, 35, false, 0);
        fast_gemm(&p);
        for (int i = 0; i < 11 * 35; i++)
            assert_int_equal(isfinite(p.c[i]), i / 35 != 9);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_keeps_the_error_bound),
        TEST(a_batch_is_one_product_after_the_other),
        TEST(the_table_multiplies_like_the_reference),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(every_vector_width_multiplies),
        TEST(every_vector_width_packs),
        TEST(nan_and_infinity_spoil_their_row_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
