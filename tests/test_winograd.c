/* Winograd convolution against the direct sum: the error is bounded, and nothing else
 * differs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/fast/winograd_plan.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/arena.h"

static real *normal(Rng *rng, size_t n, double deviation) {
    real *x = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(deviation * rng_normal(rng));
    return x;
}

static ConvDims dims(int n, int c, int o, int h, int w, int pad) {
    return (ConvDims){n, c, h, w, o, 3, 3, 1, pad, h + 2 * pad - 2, w + 2 * pad - 2, 0};
}

static size_t x_size(const ConvDims *d) {
    return (size_t)(d->n * d->c * d->h * d->w);
}

static size_t y_size(const ConvDims *d) {
    return (size_t)(d->n * d->o * d->oh * d->ow);
}

static size_t w_size(const ConvDims *d) {
    return (size_t)(d->o * d->c * 9);
}

/* Scratch begins as NaN: nothing in it may be taken for granted. */
static void *workspace_for(const ConvDims *d) {
    size_t bytes = winograd_workspace(d);
    real *workspace = arena_alloc(arena, bytes);
    for (size_t i = 0; i < bytes / sizeof(real); i++)
        workspace[i] = (real)NAN;
    return workspace;
}

/* ---- Error ---- */

/* Output (o, i, j) of image 0 with padding 1, in more digits than real has. */
static long double exact(const ConvDims *d, const real *x, const real *w, int o, int i,
                         int j) {
    long double sum = 0;
    for (int c = 0; c < d->c; c++)
        for (int u = 0; u < 3; u++)
            for (int v = 0; v < 3; v++) {
                int a = i + u - 1, b = j + v - 1;
                if (a < 0 || b < 0 || a >= d->h || b >= d->w) continue;
                sum += (long double)w[(o * d->c + c) * 9 + u * 3 + v] *
                       (long double)x[(c * d->h + a) * d->w + b];
            }
    return sum;
}

#ifdef REAL_DOUBLE
#define ERROR_BOUND 1e-14
#else
#define ERROR_BOUND 1.5e-6
#endif

/* Error relative to the root mean square of the output: its own root mean square, and the
 * worst, ten times that. The points can do 1.3e-6 and 1.1e-5 at 512 channels. */
static void error_stays_below_its_bound(void **state) {
    (void)state;
    const int channels[] = {64, 256, 512};
    Rng rng = rng_seed(1);
    for (int t = 0; t < 3; t++) {
        ConvDims d = dims(1, channels[t], 24, 22, 23, 1);
        real *x = normal(&rng, x_size(&d), 1), *y = ARENA_NEW(arena, real, y_size(&d));
        for (size_t i = 0; i < x_size(&d); i++)
            x[i] = x[i] > 0 ? x[i] : 0;
        real *w = normal(&rng, w_size(&d), sqrt(2.0 / (9 * d.c)));
        winograd_forward(&d, x, w, NULL, y, NULL, workspace_for(&d));
        double squares = 0, errors = 0, worst = 0;
        for (int o = 0; o < d.o; o++)
            for (int i = 0; i < d.oh; i++)
                for (int j = 0; j < d.ow; j++) {
                    long double e = exact(&d, x, w, o, i, j);
                    double error =
                        (double)((long double)y[(o * d.oh + i) * d.ow + j] - e);
                    squares += (double)(e * e), errors += error * error;
                    worst = fmax(worst, fabs(error));
                }
        assert_true(sqrt(errors / squares) <= ERROR_BOUND);
        assert_true(worst / sqrt(squares / (double)y_size(&d)) <= 10 * ERROR_BOUND);
    }
}

/* ---- Every shape ---- */

/* Against the reference, for numbers of size 1 and sums of `terms` of them: an error
 * bound of 10 times the above, because single outputs vary. */
static void assert_near(const real *got, const real *expected, size_t n, double terms) {
    for (size_t i = 0; i < n; i++)
        assert_close(got[i], expected[i], 0, 400 * (double)REAL_EPSILON * sqrt(terms));
}

static void compare_with_reference(Rng *rng, ConvDims d) {
    real *x = normal(rng, x_size(&d), 1), *w = normal(rng, w_size(&d), 1);
    real *b = rng_below(rng, 4) ? normal(rng, (size_t)d.o, 1) : NULL;
    real *dy = normal(rng, y_size(&d), 1);
    real *y = normal(rng, y_size(&d), 1), *y_ref = ARENA_NEW(arena, real, y_size(&d));
    const bool add = rng_below(rng, 3) > 0;
    real *dx = normal(rng, x_size(&d), 1), *dx_ref = ARENA_NEW(arena, real, x_size(&d));
    memcpy(dx_ref, dx, x_size(&d) * sizeof(real));
    winograd_forward(&d, x, w, b, y, NULL, workspace_for(&d));
    winograd_backward_data(&d, dy, w, dx, add, workspace_for(&d));
    kernels_ref.conv2d_forward(&d, x, w, b, y_ref, NULL);
    kernels_ref.conv2d_backward_data(&d, dy, w, dx_ref, add, NULL);
    assert_near(y, y_ref, y_size(&d), 9 * d.c);
    assert_near(dx, dx_ref, x_size(&d), 9 * d.o);
}

/* dx begins with numbers in it, which must survive or not. */
static void every_shape_agrees_with_the_reference(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    threads_set(2);
    compare_with_reference(&rng, dims(1, 16, 70, 1, 1, 1));
    compare_with_reference(&rng, dims(1, 33, 17, 37, 53, 1));
    compare_with_reference(&rng, dims(1, 17, 18, 3, 3, 0));
    for (int i = 0; i < 40; i++) {
        int pad = (int)rng_below(&rng, 3), least = pad ? 1 : 3;
        int n = 1 + (int)rng_below(&rng, 3), h = least + (int)rng_below(&rng, 20);
        int w = least + (int)rng_below(&rng, 20), c = 1 + (int)rng_below(&rng, 40);
        compare_with_reference(&rng, dims(n, c, 1 + (int)rng_below(&rng, 40), h, w, pad));
    }
}

/* More than one block of tiles and of output channels, more than one slab of 128 input
 * channels, with either side made whole. */
static void blocks_and_slabs_leave_no_seam(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    compare_with_reference(&rng, dims(1, 16, 150, 45, 47, 1));
    compare_with_reference(&rng, dims(1, 150, 70, 9, 9, 1));
    compare_with_reference(&rng, dims(3, 70, 150, 21, 19, 0));
}

/* ---- Threads and vectors ---- */

/* Units of the blocks that thread t of `threads` gets from a static schedule. */
static ptrdiff_t share(ptrdiff_t size, ptrdiff_t unit, ptrdiff_t blocks, int threads,
                       int t) {
    const ptrdiff_t first =
        winograd_block_start(size, unit, blocks, blocks * t / threads);
    const ptrdiff_t end =
        winograd_block_start(size, unit, blocks, blocks * (t + 1) / threads);
    return ceil_div(end - first, unit);
}

static void check_blocks(ptrdiff_t size, ptrdiff_t unit, ptrdiff_t blocks,
                         ptrdiff_t width) {
    assert_int_equal(winograd_block_start(size, unit, blocks, 0), 0);
    assert_int_equal(winograd_block_start(size, unit, blocks, blocks), size);
    ptrdiff_t widest = 0;
    for (ptrdiff_t i = 0; i < blocks; i++) {
        const ptrdiff_t first = winograd_block_start(size, unit, blocks, i);
        const ptrdiff_t end = winograd_block_start(size, unit, blocks, i + 1);
        assert_true(end > first && first % unit == 0);
        widest = max_of(widest, ceil_to(end - first, unit));
    }
    assert_int_equal(widest, width);
    assert_true(width <= CACHE_MAX_WINOGRAD);
}

/* The layers of VGG-19 at 512, 256 and 224 pixels, where tiles or channels are split. */
static void threads_get_equal_shares(void **state) {
    (void)state;
    static const int shapes[][2] = {{64, 512}, {256, 128}, {256, 56}, {512, 64},
                                    {512, 32}, {512, 28},  {512, 16}, {17, 33}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int threads = 1; threads <= 3; threads++) {
            const int c = shapes[i][0], side = shapes[i][1];
            const ConvDims d = dims(1, c, c, side, side, 1);
            threads_set(threads);
            const Winograd g = winograd_plan_forward(&d);
            check_blocks(g.tiles, g.tile_unit, g.tile_blocks, g.tile_block);
            check_blocks(g.out, g.code->rows, g.out_blocks, g.out_block);
            const bool tiles = g.filters_whole;
            const ptrdiff_t size = tiles ? g.tiles : g.out;
            const ptrdiff_t unit = tiles ? g.tile_unit : g.code->rows;
            const ptrdiff_t blocks = tiles ? g.tile_blocks : g.out_blocks;
            if (blocks < ceil_div(size, unit)) assert_int_equal(blocks % threads, 0);
            for (int t = 0; t < threads; t++)
                assert_true(labs((long)(share(size, unit, blocks, threads, t) -
                                        share(size, unit, blocks, threads, 0))) <= 1);
        }
}

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(4);
    const ConvDims cases[] = {dims(1, 40, 36, 61, 45, 1), dims(2, 36, 150, 13, 11, 1)};
    for (int t = 0; t < 2; t++) {
        ConvDims d = cases[t];
        real *x = normal(&rng, x_size(&d), 1), *w = normal(&rng, w_size(&d), 1);
        real *dy = normal(&rng, y_size(&d), 1), *first = NULL;
        for (int threads = 1; threads <= 3; threads++) {
            threads_set(threads);
            real *y = ARENA_NEW(arena, real, y_size(&d) + x_size(&d));
            winograd_forward(&d, x, w, NULL, y, NULL, workspace_for(&d));
            winograd_backward_data(&d, dy, w, y + y_size(&d), false, workspace_for(&d));
            if (threads == 1) first = y;
            assert_same_bits(y, first, y_size(&d) + x_size(&d));
        }
    }
}

/* Filter g and a row of tiles x, numbers of size 1, one input channel, one output
 * channel: the whole way through every version, against y[i,j] = sum over u,v g[u,v]
 * x[i+u,j+v]. */
static void every_vector_width_agrees(void **state) {
    (void)state;
    enum { MAX = WINOGRAD_MAX_LANES, STEP = 4 * MAX, WIDTH = STEP + 2 };
    Rng rng = rng_seed(5);
    assert_non_null(simd_code(0));
    for (int i = 0; simd_code(i); i++) {
        const WinogradCode *code = simd_code(i)->winograd;
        real *x = normal(&rng, 6 * WIDTH, 1), lines[12 * STEP], v[WINOGRAD_POINTS * MAX];
        real *g = normal(&rng, (size_t)(WINOGRAD_TAPS * code->rows), 1), out[4 * STEP];
        real u[WINOGRAD_POINTS * WINOGRAD_MAX_ROWS + MAX];
        real m[WINOGRAD_POINTS * WINOGRAD_MAX_ROWS * MAX];
        code->read(x, 6, WIDTH, 0, 0, 0, 4 * code->lanes, lines, STEP, STEP);
        code->input(lines, STEP, STEP, 1, v, MAX, 0);
        code->filter(g, WINOGRAD_TAPS, 0, code->rows, 1, false, u, WINOGRAD_MAX_ROWS);
        for (int p = 0; p < WINOGRAD_POINTS; p++)
            simd_code(i)->fma->product(1, u + p * WINOGRAD_MAX_ROWS, v + p * MAX, 0, 1,
                                       m + p * WINOGRAD_MAX_ROWS * MAX, MAX, false);
        code->output(m, WINOGRAD_MAX_ROWS * MAX, 1, (real)0.5, out, STEP, NULL);
        for (ptrdiff_t row = 0; row < 4; row++)
            for (ptrdiff_t j = 0; j < 4 * code->lanes; j++) {
                double sum = 0.5;
                for (int q = 0; q < WINOGRAD_TAPS; q++)
                    sum += (double)g[q] * (double)x[(row + q / 3) * WIDTH + j + q % 3];
                assert_close(out[row * STEP + j], sum, 0, 400 * (double)REAL_EPSILON);
            }
    }
}

/* ---- NaN, and the table ---- */

/* A NaN or an infinity at (5, 6) lies in the 6x6 inputs of the tile of rows and columns
 * 4 .. 7 alone (its neighbours' inputs end at 4 and begin at 7). */
static void nan_and_infinity_spoil_their_tile_only(void **state) {
    (void)state;
    const real bad[] = {(real)NAN, (real)INFINITY};
    Rng rng = rng_seed(6);
    ConvDims d = dims(1, 16, 16, 20, 20, 1);
    for (int t = 0; t < 2; t++) {
        real *x = normal(&rng, x_size(&d), 1), *w = normal(&rng, w_size(&d), 1);
        real *y = ARENA_NEW(arena, real, y_size(&d));
        x[(3 * d.h + 5) * d.w + 6] = bad[t];
        winograd_forward(&d, x, w, NULL, y, NULL, workspace_for(&d));
        for (int o = 0; o < d.o; o++)
            for (int i = 0; i < d.oh; i++)
                for (int j = 0; j < d.ow; j++) {
                    bool inside = i / 4 == 1 && j / 4 == 1;
                    assert_int_equal(isfinite(y[(o * d.oh + i) * d.ow + j]), !inside);
                }
    }
}

/* c = 3 of the first layer, 1x1, stride 2. */
static void small_or_strided_convolutions_go_another_way(void **state) {
    (void)state;
    const ConvDims others[] = {{1, 3, 20, 20, 16, 3, 3, 1, 1, 20, 20, 0},
                               {1, 16, 20, 20, 16, 1, 1, 1, 0, 20, 20, 0},
                               {1, 16, 21, 21, 16, 3, 3, 2, 1, 11, 11, 0}};
    for (int t = 0; t < 3; t++)
        assert_false(winograd_suits(&others[t]));
    ConvDims suits = dims(1, 16, 16, 20, 20, 1);
    assert_true(winograd_suits(&suits));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(error_stays_below_its_bound),
        TEST(every_shape_agrees_with_the_reference),
        TEST(blocks_and_slabs_leave_no_seam),
        TEST(threads_get_equal_shares),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(every_vector_width_agrees),
        TEST(nan_and_infinity_spoil_their_tile_only),
        TEST(small_or_strided_convolutions_go_another_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
