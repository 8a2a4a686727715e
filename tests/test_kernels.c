/* kernels_ref and kernels_gemm give the same bits, and agree with arithmetic by hand. */
#include <math.h>
#include <string.h>

#include "tensor/kernels/gemm/tile.h"
#include "tensor/kernels/ref/ref.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

/* What results and workspace hold before they are written. */
#define NOTHING ((real)NAN)

/* ---- Matrix product ---- */

/* [1 2; 3 4] [5 6; 7 8] = [1*5+2*7 1*6+2*8; 3*5+4*7 3*6+4*8], and the same from the
 * transposed factors; accumulating adds it to what is there. */
static void product_of_two_by_two_matrices(void **state) {
    (void)state;
    const real a[] = {1, 2, 3, 4}, at[] = {1, 3, 2, 4};
    const real b[] = {5, 6, 7, 8}, bt[] = {5, 7, 6, 8};
    const real expected[] = {19, 22, 43, 50}, twice[] = {38, 44, 86, 100};
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
    for (int t = 0; t < 2; t++)
        for (int transposed = 0; transposed < 4; transposed++) {
            bool ta = transposed & 1, tb = transposed & 2;
            GemmDims d = {ta, tb, false, 2, 2, 2, 2, 2, 2};
            real c[] = {NOTHING, NOTHING, NOTHING, NOTHING};
            tables[t]->gemm(&d, ta ? at : a, tb ? bt : b, c);
            assert_same_bits(c, expected, 4);
            d.accumulate = true;
            tables[t]->gemm(&d, ta ? at : a, tb ? bt : b, c);
            assert_same_bits(c, twice, 4);
        }
}

/* Sizes around every edge of the blocks, all transposes, rows longer than the matrix. */
static void fast_product_has_the_bits_of_the_triple_loop(void **state) {
    (void)state;
    const int sizes[][3] = {{1, 1, 1},     {6, 16, 4},   {7, 17, 5},   {5, 15, 256},
                            {13, 33, 257}, {1, 40, 300}, {200, 3, 30}, {197, 70, 9},
                            {4, 130, 2},   {12, 8, 513}};
    Rng rng = rng_seed(1);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int flags = 0; flags < 8; flags++) {
            bool ta = flags & 1, tb = flags & 2;
            int m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
            int extra = between(&rng, 0, 3);
            GemmDims d = {ta,
                          tb,
                          flags & 4,
                          m,
                          n,
                          k,
                          (ta ? m : k) + extra,
                          (tb ? k : n) + extra,
                          n + extra};
            size_t c_size = (size_t)(m * d.ldc);
            real *a = normal(&rng, (size_t)((ta ? k : m) * d.lda));
            real *b = normal(&rng, (size_t)((tb ? n : k) * d.ldb));
            real *c1 = normal(&rng, c_size), *c2 = copy(c1, c_size);
            kernels_ref.gemm(&d, a, b, c1);
            kernels_gemm.gemm(&d, a, b, c2);
            assert_same_bits(c1, c2, c_size);
        }
}

/* Each instruction set has its own code; a run continued on another machine goes on with
 * the same bits. */
static void every_vector_width_gives_the_same_bits(void **state) {
    (void)state;
    const ptrdiff_t depth = 37;
    const size_t c_size = TILE_ROWS * TILE_COLUMNS;
    Rng rng = rng_seed(2);
    real *a = normal(&rng, TILE_ROWS * (size_t)depth), *c = normal(&rng, c_size);
    real *b = normal(&rng, (size_t)(depth * TILE_COLUMNS)), *expected = copy(c, c_size);
    GemmDims d = {false,      false,      true,         TILE_ROWS,   TILE_COLUMNS,
                  (int)depth, (int)depth, TILE_COLUMNS, TILE_COLUMNS};
    kernels_ref.gemm(&d, a, b, expected);
    assert_non_null(gemm_tile_version(0));
    for (int i = 0; gemm_tile_version(i); i++) {
        real *got = copy(c, c_size);
        gemm_tile_version(i)(depth, (Operand){a, depth, 1}, b, got, TILE_COLUMNS);
        assert_same_bits(got, expected, c_size);
    }
}

/* ---- Convolution ---- */

/* x = 1 2 3    w = 1 0   y = x[i,j] - x[i+1,j+1] + 10 = 6 6
 *     4 5 6        0 -1                                 6 6      (1-5, 2-6, 4-8, 5-9)
 *     7 8 9    b = 10
 * dy = 1 2    dx[i',j'] = dy[i',j'] - dy[i'-1,j'-1]   = 1  2  0
 *      3 4                                              3  3 -2
 *                                                       0 -3 -4
 * dw[u,v] = sum dy[i,j] x[i+u,j+v]: 1*1+2*2+3*4+4*5 = 37, 1*2+2*3+3*5+4*6 = 47,
 *           1*4+2*5+3*7+4*8 = 67, 1*5+2*6+3*8+4*9 = 77 */
static void convolution_of_three_by_three_with_two_by_two(void **state) {
    (void)state;
    const real x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, w[] = {1, 0, 0, -1}, b[] = {10};
    const real y_expected[] = {6, 6, 6, 6}, dy[] = {1, 2, 3, 4};
    const real dx_expected[] = {1, 2, 0, 3, 3, -2, 0, -3, -4};
    const real dw_expected[] = {37, 47, 67, 77};
    const ConvDims d = {1, 1, 3, 3, 1, 2, 2, 1, 0, 2, 2, 0};
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
    for (int t = 0; t < 2; t++) {
        void *workspace = arena_alloc(arena, tables[t]->conv2d_workspace(&d));
        real y[4], dx[9] = {0}, dw[4] = {0};
        tables[t]->conv2d_forward(&d, x, w, b, y, workspace);
        tables[t]->conv2d_backward_data(&d, dy, w, dx, true, workspace);
        tables[t]->conv2d_backward_weight(&d, x, dy, dw, workspace);
        assert_all_close(y, y_expected, 4, 0);
        assert_all_close(dx, dx_expected, 9, 0);
        assert_all_close(dw, dw_expected, 4, 0);
    }
}

/* x = 1 2   kernel 3x3 of ones, pad 1: every window sees the whole image.
 *     3 4   Stride 2 leaves one output, the sum 10. */
static void padding_is_zero(void **state) {
    (void)state;
    const real x[] = {1, 2, 3, 4}, w[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    const real expected[] = {10, 10, 10, 10};
    const Kernels *const tables[] = {&kernels_ref, &kernels_gemm};
    for (int t = 0; t < 2; t++)
        for (int stride = 1; stride <= 2; stride++) {
            int side = 3 - stride;
            ConvDims d = {1, 1, 2, 2, 1, 3, 3, stride, 1, side, side, 0};
            real y[4];
            tables[t]->conv2d_forward(
                &d, x, w, NULL, y, arena_alloc(arena, tables[t]->conv2d_workspace(&d)));
            assert_all_close(y, expected, (size_t)(side * side), 0);
        }
}

static ConvDims random_dims(Rng *rng) {
    static const int kernel[] = {1, 2, 3, 5};
    for (;;) {
        ConvDims d = {.n = between(rng, 1, 3),
                      .c = between(rng, 1, 9),
                      .h = between(rng, 1, 13),
                      .w = between(rng, 1, 17),
                      .o = between(rng, 1, 9),
                      .kh = kernel[rng_below(rng, 4)],
                      .kw = kernel[rng_below(rng, 4)],
                      .stride = between(rng, 1, 3),
                      .pad = between(rng, 0, 2)};
        int room_h = d.h + 2 * d.pad - d.kh, room_w = d.w + 2 * d.pad - d.kw;
        d.oh = room_h / d.stride + 1, d.ow = room_w / d.stride + 1;
        if (room_h >= 0 && room_w >= 0) return d;
    }
}

/* One set of sizes with its arrays; the gradients begin with numbers in them. */
typedef struct ConvCase {
    ConvDims d;
    size_t x_size, w_size, y_size;
    real *x, *w, *b, *dy, *dx, *dw;
    bool add; /* to dx */
} ConvCase;

static ConvCase conv_case(Rng *rng, ConvDims d) {
    ConvCase s = {.d = d,
                  .x_size = (size_t)(d.n * d.c * d.h * d.w),
                  .w_size = (size_t)(d.o * d.c * d.kh * d.kw),
                  .y_size = (size_t)(d.n * d.o * d.oh * d.ow)};
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
    real *y = ARENA_NEW(arena, real, s->y_size + s->x_size + s->w_size);
    real *dx = y + s->y_size, *dw = dx + s->x_size;
    size_t bytes = table->conv2d_workspace(&s->d);
    real *workspace = arena_alloc(arena, bytes);
    for (size_t i = 0; i < bytes / sizeof(real); i++)
        workspace[i] = NOTHING;
    memcpy(dx, s->dx, s->x_size * sizeof(real));
    memcpy(dw, s->dw, s->w_size * sizeof(real));
    table->conv2d_forward(&s->d, s->x, s->w, s->b, y, workspace);
    table->conv2d_backward_data(&s->d, s->dy, s->w, dx, s->add, workspace);
    table->conv2d_backward_weight(&s->d, s->x, s->dy, dw, workspace);
    return y;
}

static void fast_convolution_has_the_bits_of_the_seven_loops(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    threads_set(2);
    for (int i = 0; i < 200; i++) {
        ConvCase s = conv_case(&rng, random_dims(&rng));
        real *expected = conv_results(&kernels_ref, &s);
        assert_same_bits(conv_results(&kernels_gemm, &s), expected,
                         s.y_size + s.x_size + s.w_size);
    }
}

/* Large enough for several bands (more than 256 positions) and several slabs (more than
 * 256 products per sum). */
static void bands_and_slabs_leave_no_seam(void **state) {
    (void)state;
    const ConvDims sizes[] = {{1, 31, 23, 29, 7, 3, 3, 1, 1, 23, 29, 0},
                              {2, 3, 41, 37, 33, 5, 5, 2, 2, 21, 19, 0},
                              {1, 300, 5, 7, 3, 1, 1, 1, 0, 5, 7, 0}};
    Rng rng = rng_seed(4);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ConvCase s = conv_case(&rng, sizes[i]);
        real *expected = conv_results(&kernels_ref, &s);
        assert_same_bits(conv_results(&kernels_gemm, &s), expected,
                         s.y_size + s.x_size + s.w_size);
    }
}

/* <y, dy> is linear in x and in w, so by the definition of a gradient
 * <conv(x), dy> = <x, dx> = <w, dw> without bias, when dx and dw start from 0. */
static void gradients_of_a_convolution_are_its_adjoints(void **state) {
    (void)state;
    Rng rng = rng_seed(5);
    for (int i = 0; i < 50; i++) {
        ConvCase s = conv_case(&rng, random_dims(&rng));
        s.b = NULL;
        memset(s.dx, 0, s.x_size * sizeof(real));
        memset(s.dw, 0, s.w_size * sizeof(real));
        real *y = conv_results(&kernels_gemm, &s);
        double by_y = 0, by_x = 0, by_w = 0, size = 0;
        for (size_t j = 0; j < s.y_size; j++) {
            by_y += (double)y[j] * (double)s.dy[j];
            size += fabs((double)y[j] * (double)s.dy[j]);
        }
        for (size_t j = 0; j < s.x_size; j++)
            by_x += (double)s.x[j] * (double)y[s.y_size + j];
        for (size_t j = 0; j < s.w_size; j++)
            by_w += (double)s.w[j] * (double)y[s.y_size + s.x_size + j];
        double tolerance = 100 * (double)REAL_EPSILON * (size + 1);
        assert_close(by_x, by_y, 0, tolerance);
        assert_close(by_w, by_y, 0, tolerance);
    }
}

static void col2im_is_the_adjoint_of_im2col(void **state) {
    (void)state;
    Rng rng = rng_seed(6);
    for (int i = 0; i < 50; i++) {
        ConvDims d = random_dims(&rng);
        size_t x_size = (size_t)(d.c * d.h * d.w);
        size_t size = (size_t)(d.c * d.kh * d.kw * d.oh * d.ow);
        real *x = normal(&rng, x_size), *columns = ARENA_NEW(arena, real, size);
        real *other = normal(&rng, size), *back = ARENA_NEW(arena, real, x_size);
        im2col(&d, x, columns);
        col2im(&d, other, back);
        double by_columns = 0, by_x = 0, absolute = 0;
        for (size_t j = 0; j < size; j++) {
            by_columns += (double)columns[j] * (double)other[j];
            absolute += fabs((double)columns[j] * (double)other[j]);
        }
        for (size_t j = 0; j < x_size; j++)
            by_x += (double)x[j] * (double)back[j];
        assert_close(by_x, by_columns, 0, 100 * (double)REAL_EPSILON * (absolute + 1));
    }
}

/* A convolution is w times the column matrix: same products, same order, same bits. */
static void im2col_turns_convolution_into_a_product(void **state) {
    (void)state;
    Rng rng = rng_seed(7);
    for (int i = 0; i < 20; i++) {
        ConvDims d = random_dims(&rng);
        d.n = 1;
        ConvCase s = conv_case(&rng, d);
        s.b = NULL;
        int rows = d.c * d.kh * d.kw, positions = d.oh * d.ow;
        real *columns = ARENA_NEW(arena, real, (size_t)(rows * positions));
        real *y = ARENA_NEW(arena, real, s.y_size);
        im2col(&d, s.x, columns);
        GemmDims g = {false, false, false,     d.o,      positions,
                      rows,  rows,  positions, positions};
        kernels_ref.gemm(&g, s.w, columns, y);
        assert_same_bits(conv_results(&kernels_ref, &s), y, s.y_size);
    }
}

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

static void number_of_threads_does_not_change_a_convolution(void **state) {
    (void)state;
    Rng rng = rng_seed(8);
    ConvCase s = conv_case(&rng, (ConvDims){2, 37, 19, 31, 21, 3, 3, 1, 1, 19, 31, 0});
    real *expected = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        threads_of_round(round);
        real *results = conv_results(&kernels_gemm, &s);
        if (round == 0) expected = results;
        assert_same_bits(results, expected, s.y_size + s.x_size + s.w_size);
    }
}

/* ---- The table ---- */

static void tables_are_found_by_name(void **state) {
    (void)state;
    assert_ptr_equal(kernels_find("ref"), &kernels_ref);
    assert_ptr_equal(kernels_find("gemm"), &kernels_gemm);
    assert_ptr_equal(kernels_find("fast"), &kernels_fast);
    assert_null(kernels_find("faster"));
    assert_ptr_equal(kernels, &kernels_fast);
}

static void set_no_threads(void *count) {
    threads_set(*(int *)count);
}

static void less_than_one_thread_is_refused(void **state) {
    (void)state;
    int none = 0;
    assert_check_fails(set_no_threads, &none, "0 threads");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(product_of_two_by_two_matrices),
        TEST(fast_product_has_the_bits_of_the_triple_loop),
        TEST(every_vector_width_gives_the_same_bits),
        TEST(convolution_of_three_by_three_with_two_by_two),
        TEST(padding_is_zero),
        TEST(fast_convolution_has_the_bits_of_the_seven_loops),
        TEST(bands_and_slabs_leave_no_seam),
        TEST(gradients_of_a_convolution_are_its_adjoints),
        TEST(col2im_is_the_adjoint_of_im2col),
        TEST(im2col_turns_convolution_into_a_product),
        TEST(number_of_threads_does_not_change_a_convolution),
        TEST(tables_are_found_by_name),
        TEST(less_than_one_thread_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
