/* Block sizes follow the caches, and no result does. */
#include "tensor/kernels/cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "tensor/kernels/kernels.h"
#include "tests/kernels.h"

#define KIB ((size_t)1024)

/* Everything below assumes other caches than the machine has, and puts those back. */
static int end_with_own_caches(void **state) {
    cache_assume(cache_sizes());
    return end(state);
}

/* ---- Sizes ---- */

/* A packed block of A has MC columns of KC = 256 elements. */
static size_t packed_bytes(const CacheBlocks *b) {
    return (size_t)b->mc * 256 * sizeof(real);
}

static void blocks_fill_their_part_of_the_caches(void **state) {
    (void)state;
    const CacheBlocks b = cache_blocks_for((CacheSizes){32 * KIB, 512 * KIB});
    /* Half of the second level each for A and B, twice as much as it for a band of columns. */
    assert_int_equal(packed_bytes(&b), 256 * KIB);
    assert_int_equal(b.nc, b.mc);
    assert_int_equal((size_t)b.columns * sizeof(real), 1024 * KIB);
    assert_int_equal((size_t)b.scatter * sizeof(real), 512 * KIB);
    /* Three lines of a forward band are three eighths of the first level: 12 KiB. */
    assert_int_equal((size_t)b.narrow_forward * 3 * sizeof(real), 12 * KIB);
    assert_int_equal((size_t)b.narrow_backward * sizeof(real), 16 * KIB);
    /* Winograd's M of 36 x 64 x 64 floats has 576 KiB; 36 x 80 x 80 have 900 KiB, more than
     * 4/3 of 512 KiB. */
    assert_int_equal(b.winograd, 64);
}

static void sizes_that_no_cache_has_give_usable_blocks(void **state) {
    (void)state;
    const CacheBlocks none = cache_blocks_for((CacheSizes){0, 0});
    const CacheBlocks huge = cache_blocks_for((CacheSizes){SIZE_MAX, SIZE_MAX});
    /* A Gram matrix packs 128 rows and columns at a time (FAST_SYMMETRIC). */
    assert_true(none.mc >= 128 && none.nc >= none.mc);
    assert_true(none.columns > 0 && none.scatter > 0);
    assert_true(none.narrow_forward > 0 && none.narrow_backward > 0);
    assert_true(none.winograd >= 32 && huge.winograd <= CACHE_MAX_WINOGRAD);
    /* Nothing above what 1 MiB gives: the packed blocks are in every thread's workspace. */
    assert_int_equal(packed_bytes(&huge), 512 * KIB);
}

static void the_machine_has_caches(void **state) {
    (void)state;
    const CacheSizes sizes = cache_sizes();
    assert_true(sizes.l1 >= 4 * KIB && sizes.l1 <= sizes.l2);
}

/* Writes a file of Linux's description of a cache, a line of text, below the root. */
static void put(const char *root, int index, const char *name, const char *text) {
    char line[400];
    snprintf(line, sizeof line,
             "d=%s/sys/devices/system/cpu/cpu0/cache/index%d; mkdir -p $d && "
             "echo '%s' >$d/%s",
             root, index, text, name);
    assert_int_equal(system(line), 0);
}

/* The order of a real machine: data and instructions of level 1, then level 2. */
static void caches_are_read_from_linux(void **state) {
    (void)state;
    char root[] = "/tmp/stylegrad-cache-XXXXXX", line[64];
    static const char *const caches[][3] = {{"1", "Instruction", "64K"},
                                            {"1", "Data", "48K"},
                                            {"2", "Unified", "1280K"},
                                            {"3", "Unified", "none"}};
    static const char *const names[] = {"level", "type", "size"};
    assert_non_null(mkdtemp(root));
    assert_int_equal(cache_size_in_sys(root, 1), 0);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++)
            put(root, i, names[k], caches[i][k]);
    put(root, 4, "level", "4");
    put(root, 5, "level", "5");
    put(root, 5, "type", "Unified");
    assert_int_equal(cache_size_in_sys(root, 1), 48 * KIB);
    assert_int_equal(cache_size_in_sys(root, 2), 1280 * KIB);
    assert_int_equal(cache_size_in_sys(root, 3), 0); /* no number */
    assert_int_equal(cache_size_in_sys(root, 4), 0); /* no type */
    assert_int_equal(cache_size_in_sys(root, 5), 0); /* no size */
    put(root, 0, "level", ""); /* the first one without a level is the end */
    assert_int_equal(cache_size_in_sys(root, 1), 0);
    snprintf(line, sizeof line, "rm -r %s", root);
    assert_int_equal(system(line), 0);
}

/* ---- Results ---- */

static const CacheSizes assumed[] = {
    {16 * KIB, 256 * KIB}, {32 * KIB, 512 * KIB}, {128 * KIB, 1024 * KIB}};
enum { ASSUMED = sizeof assumed / sizeof *assumed };

static void *workspace_for(const ConvDims *d) {
    return arena_alloc(arena, kernels->conv2d_workspace(d) + 1);
}

/* y, dx and dw have the same bits whatever caches are assumed. */
static void check_conv2d(const ConvDims *d) {
    Rng rng = rng_seed(1);
    const size_t in = (size_t)(d->n * d->c * d->h * d->w);
    const size_t out = (size_t)(d->n * d->o * d->oh * d->ow);
    const size_t weights = (size_t)(d->o * d->c * d->kh * d->kw);
    const real *x = normal(&rng, in), *w = normal(&rng, weights);
    const real *b = normal(&rng, (size_t)d->o), *dy = normal(&rng, out);
    const real *first_y = NULL, *first_dx = NULL, *first_dw = NULL;
    for (int i = 0; i < ASSUMED; i++) {
        cache_assume(assumed[i]);
        void *workspace = workspace_for(d);
        real *y = ARENA_NEW(arena, real, out), *dx = ARENA_NEW(arena, real, in);
        real *dw = ARENA_NEW(arena, real, weights);
        kernels->conv2d_forward(d, x, w, b, y, workspace);
        kernels->conv2d_backward_data(d, dy, w, dx, false, workspace);
        kernels->conv2d_backward_weight(d, x, dy, dw, workspace);
        if (i == 0) {
            first_y = y;
            first_dx = dx;
            first_dw = dw;
        }
        assert_same_bits(y, first_y, out);
        assert_same_bits(dx, first_dx, in);
        assert_same_bits(dw, first_dw, weights);
    }
}

static ConvDims dims(int c, int o, int h, int w, int kernel, int stride, int pad) {
    return (ConvDims){.n = 1,
                      .c = c,
                      .h = h,
                      .w = w,
                      .o = o,
                      .kh = kernel,
                      .kw = kernel,
                      .stride = stride,
                      .pad = pad,
                      .oh = (h + 2 * pad - kernel) / stride + 1,
                      .ow = (w + 2 * pad - kernel) / stride + 1};
}

/* Winograd with threads that split tiles and output channels, lines, columns with stride 1
 * and 2, a matrix product, lines with stride 2, and large windows. */
static void convolutions_do_not_depend_on_caches(void **state) {
    (void)state;
    const ConvDims sizes[] = {
        dims(32, 32, 40, 40, 3, 1, 1), dims(136, 160, 20, 20, 3, 1, 1),
        dims(3, 16, 70, 70, 7, 2, 3),  dims(8, 16, 64, 32, 5, 1, 2),
        dims(80, 24, 36, 36, 3, 2, 1), dims(300, 40, 12, 12, 1, 1, 0),
        dims(24, 20, 50, 36, 3, 2, 1), dims(3, 16, 50, 40, 9, 1, 4),
        dims(16, 3, 50, 40, 9, 1, 4)};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        kernels = &kernels_fast;
        check_conv2d(&sizes[i]);
        kernels = &kernels_gemm;
        check_conv2d(&sizes[i]);
    }
}

/* More rows, columns and depth than the smallest blocks have. */
static void products_do_not_depend_on_caches(void **state) {
    (void)state;
    const GemmDims d = {.m = 300, .n = 290, .k = 600, .lda = 600, .ldb = 290, .ldc = 290};
    Rng rng = rng_seed(2);
    const real *a = normal(&rng, 300 * 600), *b = normal(&rng, 600 * 290);
    const real *first = NULL;
    for (int i = 0; i < ASSUMED; i++) {
        cache_assume(assumed[i]);
        real *c = ARENA_NEW(arena, real, 300 * 290);
        kernels_fast.gemm(&d, a, b, c);
        if (i == 0) first = c;
        assert_same_bits(c, first, 300 * 290);
    }
}

static void gram_matrices_do_not_depend_on_caches(void **state) {
    (void)state;
    enum { C = 200, M = 5000 };
    Rng rng = rng_seed(3);
    const real *f = normal(&rng, (size_t)C * M), *first = NULL;
    for (int i = 0; i < ASSUMED; i++) {
        cache_assume(assumed[i]);
        real *g = ARENA_NEW(arena, real, (size_t)C * C);
        kernels_fast.gram_forward(1, C, M, 2, f, g);
        if (i == 0) first = g;
        assert_same_bits(g, first, (size_t)C * C);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end_with_own_caches)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(blocks_fill_their_part_of_the_caches),
        TEST(sizes_that_no_cache_has_give_usable_blocks),
        TEST(the_machine_has_caches),
        TEST(caches_are_read_from_linux),
        TEST(convolutions_do_not_depend_on_caches),
        TEST(products_do_not_depend_on_caches),
        TEST(gram_matrices_do_not_depend_on_caches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
