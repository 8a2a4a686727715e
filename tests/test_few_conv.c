/* Convolutions to few channels against the direct sum: the error is bounded, and does not
 * depend on threads. */
#include <math.h>

#include "tensor/kernels/fast/few.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

typedef struct Case {
    ConvDims d;
    size_t xs, ws, ys; /* numbers in x, w, y */
    real *x, *w, *b, *dy, *dx, *dw;
    bool add;
} Case;

static Case random_case(Rng *rng, ConvDims d) {
    d.oh = d.h + 2 * d.pad - d.kh + 1;
    d.ow = d.w + 2 * d.pad - d.kw + 1;
    Case s = {.d = d, .add = rng_below(rng, 2) > 0};
    s.xs = (size_t)(d.n * d.c * d.h * d.w);
    s.ws = (size_t)(d.o * d.c * d.kh * d.kw);
    s.ys = (size_t)(d.n * d.o * d.oh * d.ow);
    s.x = normal(rng, s.xs), s.w = normal(rng, s.ws), s.dy = normal(rng, s.ys);
    s.dx = normal(rng, s.xs), s.dw = normal(rng, s.ws);
    s.b = rng_below(rng, 4) ? normal(rng, (size_t)d.o) : NULL;
    return s;
}

static ConvDims random_dims(Rng *rng) {
    ConvDims d = {.n = between(rng, 1, 3),
                  .c = between(rng, 5, 20),
                  .h = between(rng, 1, 24),
                  .w = between(rng, 1, 24),
                  .o = between(rng, 1, 4),
                  .stride = 1};
    do {
        d.kh = d.kw = between(rng, 2, 9);
        d.pad = between(rng, 0, d.kh - 1);
    } while (d.h + 2 * d.pad < d.kh || d.w + 2 * d.pad < d.kw);
    return d;
}

static void *workspace_for(const ConvDims *d) {
    return scratch_of(few_workspace(d));
}

/* y, then dx, then dw; from `of` or, when it is NULL, by few.h. */
static real *results(const Case *s, const Kernels *of) {
    real *y = ARENA_NEW(arena, real, s->ys + s->xs + s->ws);
    real *dx = y + s->ys, *dw = dx + s->xs;
    memcpy(dx, s->dx, s->xs * sizeof(real));
    memcpy(dw, s->dw, s->ws * sizeof(real));
    if (of) {
        of->conv2d_forward(&s->d, s->x, s->w, s->b, y, NULL);
        of->conv2d_backward_data(&s->d, s->dy, s->w, dx, s->add, NULL);
        of->conv2d_backward_weight(&s->d, s->x, s->dy, dw, NULL);
    } else {
        few_forward(&s->d, s->x, s->w, s->b, y, workspace_for(&s->d));
        few_backward_data(&s->d, s->dy, s->w, dx, s->add, workspace_for(&s->d));
        few_backward_weight(&s->d, s->x, s->dy, dw, workspace_for(&s->d));
    }
    return y;
}

/* A sum of r products is off by at most (r + 2) epsilon / 2 times the sum of their
 * absolute values, which the reference makes from absolute values; it is off itself. */
static void compare_with_reference(Rng *rng, ConvDims d) {
    const Case s = random_case(rng, d);
    assert_true(few_suits(&s.d));
    Case positive = s;
    positive.x = absolute(s.x, s.xs), positive.dx = absolute(s.dx, s.xs);
    positive.w = absolute(s.w, s.ws), positive.dw = absolute(s.dw, s.ws);
    positive.dy = absolute(s.dy, s.ys);
    positive.b = s.b ? absolute(s.b, (size_t)d.o) : NULL;
    const real *got = results(&s, NULL), *expected = results(&s, &kernels_ref);
    const real *all = results(&positive, &kernels_ref);
    for (size_t i = 0; i < s.ys + s.xs + s.ws; i++) {
        const double window = d.kh * d.kw;
        const double terms = 2 + (i < s.ys          ? window * d.c
                                  : i < s.ys + s.xs ? window * d.o
                                                    : (double)d.n * s.d.oh * s.d.ow);
        assert_close(got[i], expected[i], 0,
                     terms * (double)REAL_EPSILON * (double)all[i]);
    }
}

static void every_shape_agrees_with_the_reference(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 100; i++)
        compare_with_reference(&rng, random_dims(&rng));
    compare_with_reference(&rng, (ConvDims){1, 16, 40, 52, 3, 9, 9, 1, 0, 0, 0, 0});
    compare_with_reference(&rng, (ConvDims){1, 16, 1, 1, 3, 9, 9, 1, 4, 0, 0, 0});
}

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    const Case s = random_case(&rng, (ConvDims){2, 16, 61, 45, 3, 9, 9, 1, 4, 0, 0, 0});
    const real *first = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        threads_set(threads);
        const real *y = results(&s, NULL);
        if (threads == 1) first = y;
        assert_same_bits(y, first, s.ys + s.xs + s.ws);
    }
}

static void the_table_takes_them_for_few_outputs_only(void **state) {
    (void)state;
    const ConvDims others[] = {
        {1, 16, 20, 20, 5, 9, 9, 1, 4, 20, 20, 0},   /* more outputs */
        {1, 4, 20, 20, 3, 9, 9, 1, 4, 20, 20, 0},    /* few inputs: narrow.h */
        {1, 16, 20, 20, 3, 1, 1, 1, 0, 20, 20, 0},   /* a matrix product */
        {1, 16, 20, 20, 3, 11, 11, 1, 5, 20, 20, 0}, /* larger windows, */
        {1, 16, 20, 20, 3, 3, 5, 1, 1, 20, 18, 0},   /* oblong ones, */
        {1, 16, 20, 20, 3, 3, 3, 2, 1, 10, 10, 0},   /* with gaps, */
        {1, 16, 20, 20, 3, 3, 3, 1, 3, 24, 24, 0},   /* beside the image */
    };
    for (size_t t = 0; t < sizeof others / sizeof *others; t++)
        assert_false(few_suits(&others[t]));
    Rng rng = rng_seed(3);
    const Case s = random_case(&rng, (ConvDims){1, 16, 20, 20, 3, 7, 7, 1, 3, 0, 0, 0});
    const size_t bytes = kernels_fast.conv2d_workspace(&s.d);
    assert_true(bytes >= few_workspace(&s.d));
    real *y = ARENA_NEW(arena, real, s.ys + s.xs + s.ws), *dx = y + s.ys, *dw = dx + s.xs;
    memcpy(dx, s.dx, s.xs * sizeof(real));
    memcpy(dw, s.dw, s.ws * sizeof(real));
    void *workspace = arena_alloc(arena, bytes);
    kernels_fast.conv2d_forward(&s.d, s.x, s.w, s.b, y, workspace);
    kernels_fast.conv2d_backward_data(&s.d, s.dy, s.w, dx, s.add, workspace);
    kernels_fast.conv2d_backward_weight(&s.d, s.x, s.dy, dw, workspace);
    assert_same_bits(y, results(&s, NULL), s.ys + s.xs + s.ws);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_shape_agrees_with_the_reference),
        TEST(number_of_threads_does_not_change_a_bit),
        TEST(the_table_takes_them_for_few_outputs_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
