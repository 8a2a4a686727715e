/* Convolutions with windows of 6x6 and 9x9 by Winograd's algorithm against the direct sum:
 * the error is bounded, and neither threads nor caches nor a ReLU change a bit. */
#include "tensor/kernels/fast/large.h"

#include <math.h>

#include "tensor/kernels/cache.h"
#include "tensor/kernels/relu_signs.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

static size_t x_size(const ConvDims *d) {
    return (size_t)(d->n * d->c * d->h * d->w);
}

static size_t y_size(const ConvDims *d) {
    return (size_t)(d->n * d->o * d->oh * d->ow);
}

/* One convolution; dx begins with numbers in it. */
typedef struct Case {
    ConvDims d;
    const real *x, *w, *b, *dy, *dx;
    bool add;
} Case;

static ConvDims dims(int n, int c, int h, int w, int o, int side, int pad) {
    return (ConvDims){.n = n,
                      .c = c,
                      .h = h,
                      .w = w,
                      .o = o,
                      .kh = side,
                      .kw = side,
                      .stride = 1,
                      .pad = pad,
                      .oh = h + 2 * pad - side + 1,
                      .ow = w + 2 * pad - side + 1};
}

static Case random_case(Rng *rng, ConvDims d) {
    Case s = {.d = d, .add = rng_below(rng, 2)};
    s.x = normal(rng, x_size(&d)), s.dx = normal(rng, x_size(&d));
    s.w = normal(rng, (size_t)(d.o * d.c * d.kh * d.kw));
    s.b = rng_below(rng, 3) ? normal(rng, (size_t)d.o) : NULL;
    s.dy = normal(rng, y_size(&d));
    return s;
}

/* y and then dx, which large_forward leaves as it is. */
static real *result(const Case *s) {
    const ConvDims *d = &s->d;
    real *y = ARENA_NEW(arena, real, y_size(d) + x_size(d)), *dx = y + y_size(d);
    memcpy(dx, s->dx, x_size(d) * sizeof(real));
    if (large_suits(d)) {
        large_forward(d, s->x, s->w, s->b, y, NULL, scratch_of(large_workspace(d)));
        return y;
    }
    void *workspace = scratch_of(large_few_workspace(d));
    large_few_forward(d, s->x, s->w, s->b, y, workspace);
    large_few_backward_data(d, s->dy, s->w, dx, s->add, workspace);
    return y;
}

/* For numbers of size 1 the outputs have the size of the square root of their terms. The
 * bound is that of test_winograd.c. */
static void assert_near(const real *got, const real *expected, size_t n, int terms) {
    for (size_t i = 0; i < n; i++)
        assert_close(got[i], expected[i], 0, 400 * (double)REAL_EPSILON * sqrt(terms));
}

static void compare_with_reference(Rng *rng, ConvDims d) {
    assert_true(large_suits(&d) != large_few_suits(&d));
    const Case s = random_case(rng, d);
    const real *got = result(&s);
    real *y = ARENA_NEW(arena, real, y_size(&d)), *dx = copy(s.dx, x_size(&d));
    kernels_ref.conv2d_forward(&d, s.x, s.w, s.b, y, NULL);
    assert_near(got, y, y_size(&d), d.kh * d.kw * d.c);
    if (large_few_suits(&d))
        kernels_ref.conv2d_backward_data(&d, s.dy, s.w, dx, s.add, NULL);
    assert_near(got + y_size(&d), dx, x_size(&d), d.kh * d.kw * d.o);
}

static ConvDims random_dims(Rng *rng, bool few) {
    ConvDims d;
    do {
        const int side = rng_below(rng, 2) ? 6 : 9;
        const int many = between(rng, 16, 35), less = side == 6 ? 4 : between(rng, 2, 4);
        d = dims(between(rng, 1, 3), few ? many : less, between(rng, 1, 29),
                 between(rng, 1, 29), few ? less : many, side, between(rng, 0, side - 1));
    } while (d.oh < 1 || d.ow < 1 || d.n * d.oh * d.ow < 64);
    return d;
}

static void every_shape_agrees_with_the_reference(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 60; i++)
        compare_with_reference(&rng, random_dims(&rng, i % 2));
    compare_with_reference(&rng, dims(1, 3, 1, 64, 16, 9, 4));
    compare_with_reference(&rng, dims(1, 16, 64, 1, 3, 9, 4));
    compare_with_reference(&rng, dims(2, 3, 40, 52, 16, 9, 0));
    compare_with_reference(&rng, dims(2, 16, 40, 52, 3, 9, 0));
}

/* Caches decide how high a band is: 16 rows of an image of 70 with the smallest ones. */
static void threads_and_caches_do_not_change_a_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    const ConvDims sizes[] = {dims(2, 3, 45, 61, 16, 9, 4),
                              dims(2, 16, 70, 261, 3, 9, 4)};
    const CacheSizes caches[] = {{32768, 524288}, {16384, 262144}, {131072, 1048576}};
    for (int t = 0; t < 2; t++) {
        const Case s = random_case(&rng, sizes[t]);
        const real *first = NULL;
        for (int i = 0; i < 3; i++) {
            threads_set(i + 1);
            cache_assume(caches[i]);
            const real *y = result(&s);
            if (i == 0) first = y;
            assert_same_bits(y, first, y_size(&s.d) + x_size(&s.d));
        }
    }
    cache_assume(cache_sizes());
}

static void relu_follows_at_once(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    const ConvDims d = dims(2, 3, 19, 22, 17, 9, 4);
    const Case s = random_case(&rng, d);
    const size_t bytes = relu_signs_size((ptrdiff_t)d.n * d.o, d.oh, d.ow);
    uint8_t *signs = ARENA_NEW(arena, uint8_t, bytes),
            *expected_signs = ARENA_NEW(arena, uint8_t, bytes);
    real *y = ARENA_NEW(arena, real, y_size(&d)), *expected = copy(y, y_size(&d));
    void *workspace = scratch_of(large_workspace(&d));
    large_forward(&d, s.x, s.w, s.b, y, signs, workspace);
    large_forward(&d, s.x, s.w, s.b, expected, NULL, workspace);
    relu_signs_forward((ptrdiff_t)d.n * d.o, d.oh, d.ow, expected, expected,
                       expected_signs);
    assert_same_bits(y, expected, y_size(&d));
    real *kept = normal(&rng, y_size(&d)), *kept_too = copy(kept, y_size(&d));
    relu_signs_backward((ptrdiff_t)d.n * d.o, d.oh, d.ow, signs, kept, kept);
    relu_signs_backward((ptrdiff_t)d.n * d.o, d.oh, d.ow, expected_signs, kept_too,
                        kept_too);
    assert_same_bits(kept, kept_too, y_size(&d));
}

/* In both directions. */
static void the_table_takes_them(void **state) {
    (void)state;
    Rng rng = rng_seed(4);
    const ConvDims sizes[] = {dims(1, 3, 20, 22, 16, 9, 4), dims(1, 16, 20, 22, 3, 9, 4)};
    for (int t = 0; t < 2; t++) {
        const Case s = random_case(&rng, sizes[t]);
        const ConvDims *d = &s.d;
        real *y = ARENA_NEW(arena, real, y_size(d)), *dx = copy(s.dx, x_size(d));
        void *workspace = scratch_of(kernels_fast.conv2d_workspace(d));
        kernels_fast.conv2d_forward(d, s.x, s.w, s.b, y, workspace);
        assert_same_bits(y, result(&s), y_size(d));
        if (t == 0) continue;
        kernels_fast.conv2d_backward_data(d, s.dy, s.w, dx, s.add, workspace);
        assert_same_bits(dx, result(&s) + y_size(d), x_size(d));
    }
}

static void other_sizes_are_not_theirs(void **state) {
    (void)state;
    const ConvDims others[] = {
        dims(1, 3, 20, 20, 15, 9, 4),              /* few to few */
        dims(1, 1, 20, 20, 16, 9, 4),              /* nine channels with all shifts */
        dims(1, 5, 20, 20, 16, 9, 4),              /* more than few */
        dims(1, 3, 20, 20, 16, 7, 3),              /* no blocks of 3x3 */
        dims(1, 3, 20, 20, 16, 3, 1),              /* one block: winograd.h */
        dims(1, 3, 20, 20, 16, 9, 9),              /* outputs beside the image */
        dims(1, 3, 7, 9, 16, 9, 4),                /* 63 outputs */
        {1, 3, 20, 20, 16, 9, 9, 2, 4, 10, 10, 0}, /* with gaps */
        {1, 3, 20, 20, 16, 9, 6, 1, 4, 20, 23, 0}, /* oblong */
    };
    for (size_t t = 0; t < sizeof others / sizeof *others; t++) {
        ConvDims back = others[t];
        back.c = others[t].o, back.o = others[t].c;
        assert_false(large_suits(&others[t]));
        assert_false(large_few_suits(&back));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_agrees_with_the_reference),
        TEST(threads_and_caches_do_not_change_a_bit),
        TEST(relu_follows_at_once),
        TEST(the_table_takes_them),
        TEST(other_sizes_are_not_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
