/* The weight gradient of kernels_fast: its error against long double is within the
 * rounding error of its sums, on awkward sizes, in every vector width; it has the same
 * bits on any number of threads; and it adds. */
#include "tensor/kernels/fast/weight.h"

#include <math.h>

#include "tensor/kernels/channel_sum.h"
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

#define MAX_WORK 1500000.0 /* products of one case */

/* One set of sizes and its arrays; dw begins with numbers in it. */
typedef struct WeightCase {
    ConvDims d;
    size_t w_size;
    real *x, *dy, *dw;
} WeightCase;

static double work(const ConvDims *d) {
    return (double)d->n * d->o * d->oh * d->ow * d->c * d->kh * d->kw;
}

/* 1x1 to 37x53 pixels, 1 to 70 channels, windows of 1, 3, 5. */
static ConvDims random_dims(Rng *rng) {
    ConvDims d;
    do {
        const bool small = rng_below(rng, 2);
        d = (ConvDims){.n = between(rng, 1, 3),
                       .c = between(rng, 1, small ? 70 : 20),
                       .o = between(rng, 1, small ? 70 : 20),
                       .h = between(rng, 1, small ? 9 : 37),
                       .w = between(rng, 1, small ? 9 : 53),
                       .kh = 1 + 2 * between(rng, 0, 2),
                       .kw = 1 + 2 * between(rng, 0, 2),
                       .stride = between(rng, 1, 2),
                       .pad = between(rng, 0, 2)};
        d.oh = (d.h + 2 * d.pad - d.kh) / d.stride + 1;
        d.ow = (d.w + 2 * d.pad - d.kw) / d.stride + 1;
    } while (d.h + 2 * d.pad < d.kh || d.w + 2 * d.pad < d.kw || work(&d) > MAX_WORK);
    return d;
}

static WeightCase weight_case(Rng *rng, ConvDims d) {
    WeightCase s = {.d = d, .w_size = (size_t)(d.o * d.c * d.kh * d.kw)};
    s.x = normal(rng, (size_t)(d.n * d.c * d.h * d.w));
    s.dy = normal(rng, (size_t)(d.n * d.o * d.oh * d.ow));
    s.dw = normal(rng, s.w_size);
    return s;
}

/* dw after version i; workspace begins as NaN. */
static real *result(int i, const WeightCase *s) {
    real *workspace = scratch_of(fast_weight_workspace(&s->d));
    real *dw = copy(s->dw, s->w_size);
    fast_weight_by(i, &s->d, s->x, s->dy, dw, workspace);
    return dw;
}

/* The sum of one weight, and the sum of the absolute values of its terms. */
static long double exact(const WeightCase *s, int o, int c, int u, int v,
                         long double *absolute) {
    const ConvDims *d = &s->d;
    long double sum = 0;
    *absolute = 0;
    for (int n = 0; n < d->n; n++)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                const int y = i * d->stride + u - d->pad, x = j * d->stride + v - d->pad;
                if (y < 0 || y >= d->h || x < 0 || x >= d->w) continue;
                const long double term =
                    (long double)s->x[((n * d->c + c) * d->h + y) * d->w + x] *
                    (long double)s->dy[((n * d->o + o) * d->oh + i) * d->ow + j];
                sum += term;
                *absolute += fabsl(term);
            }
    return sum;
}

/* A sum in order of r terms is off by at most r epsilon / 2 of their absolute values. The
 * longest has 256 positions or one row; 111 rows make as many bands, and 16 pieces. */
static void check_sums(const WeightCase *s, const real *got, const long double *sum,
                       const long double *absolute) {
    const long double bound = (256 + 111 + 16 + 3) * (long double)REAL_EPSILON / 2;
    for (size_t k = 0; k < s->w_size; k++) {
        const long double before = (long double)s->dw[k];
        const long double error = fabsl((long double)got[k] - before - sum[k]);
        assert_true(error <= bound * (absolute[k] + fabsl(before)));
    }
}

/* Winograd: an error that is small beside all weights together. In units of epsilon and
 * of the root mean square, measured 5 on average and 31 at worst. */
static void check_winograd(const WeightCase *s, const real *got, const long double *sum) {
    long double square = 0, errors = 0, worst = 0;
    for (size_t k = 0; k < s->w_size; k++) {
        const long double expected = (long double)s->dw[k] + sum[k];
        const long double error = fabsl((long double)got[k] - expected);
        square += expected * expected, errors += error * error;
        if (error > worst) worst = error;
    }
    const long double unit =
        sqrtl(square / (long double)s->w_size) * (long double)REAL_EPSILON;
    assert_true(sqrtl(errors / (long double)s->w_size) <= 8 * unit);
    assert_true(worst <= 60 * unit);
}

static void check_case(const WeightCase *s) {
    const ConvDims *d = &s->d;
    long double *sum = ARENA_NEW(arena, long double, s->w_size);
    long double *absolute = ARENA_NEW(arena, long double, s->w_size);
    for (size_t k = 0; k < s->w_size; k++) {
        const int tap = (int)k % (d->kh * d->kw), oc = (int)k / (d->kh * d->kw);
        sum[k] = exact(s, oc / d->c, oc % d->c, tap / d->kw, tap % d->kw, &absolute[k]);
    }
    for (int i = 0; simd_code(i); i++) {
        const real *got = result(i, s);
        if (winograd_suits(d))
            check_winograd(s, got, sum);
        else
            check_sums(s, got, sum, absolute);
    }
}

static void awkward_sizes_stay_within_the_rounding_of_their_sums(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    threads_set(2);
    for (int i = 0; i < 40; i++) {
        WeightCase s = weight_case(&rng, random_dims(&rng));
        check_case(&s);
    }
}

/* Winograd's sizes: tiles that reach beyond every edge, all paddings, whole images in a
 * chunk, some rows of tiles, and a row longer than a chunk (258 columns: 65 tiles);
 * blocks of 64 channels with a rest; more images than fit into a piece. */
static void winograd_stays_within_its_bound(void **state) {
    (void)state;
    const ConvDims sizes[] = {{3, 16, 37, 53, 16, 3, 3, 1, 1, 37, 53, 0},
                              {1, 17, 11, 260, 19, 3, 3, 1, 0, 9, 258, 0},
                              {1, 70, 9, 10, 67, 3, 3, 1, 2, 11, 12, 0},
                              {40, 16, 3, 2, 33, 3, 3, 1, 1, 3, 2, 0},
                              {2, 31, 6, 43, 18, 3, 3, 1, 2, 8, 45, 0}};
    Rng rng = rng_seed(6);
    threads_set(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        WeightCase s = weight_case(&rng, sizes[i]);
        assert_true(winograd_suits(&s.d));
        check_case(&s);
    }
}

/* Several blocks of 64 channels with a rest, several bands, more pieces than one. */
static void block_boundaries_cause_no_error(void **state) {
    (void)state;
    const ConvDims sizes[] = {{1, 70, 5, 7, 70, 3, 3, 1, 1, 5, 7, 0},
                              {1, 70, 9, 12, 70, 3, 1, 2, 1, 5, 7, 0},
                              {3, 2, 37, 53, 3, 3, 3, 1, 1, 37, 53, 0},
                              {2, 3, 37, 53, 5, 5, 5, 2, 2, 19, 27, 0},
                              {1, 1, 1, 300, 1, 1, 1, 1, 0, 1, 300, 0},
                              {40, 1, 2, 2, 33, 3, 3, 1, 1, 2, 2, 0}};
    Rng rng = rng_seed(2);
    threads_set(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        WeightCase s = weight_case(&rng, sizes[i]);
        check_case(&s);
    }
}

/* With the same error on average: a few epsilon of the root mean square. */
static void the_error_is_no_larger_than_that_of_the_reference(void **state) {
    (void)state;
    const ConvDims d = {3, 9, 20, 20, 17, 3, 3, 1, 1, 20, 20, 0};
    Rng rng = rng_seed(3);
    WeightCase s = weight_case(&rng, d);
    real *loops = copy(s.dw, s.w_size);
    kernels_ref.conv2d_backward_weight(&d, s.x, s.dy, loops, NULL);
    for (int i = 0; simd_code(i); i++) {
        const real *got = result(i, &s);
        double difference = 0, size = 0;
        for (size_t k = 0; k < s.w_size; k++) {
            difference += pow((double)got[k] - (double)loops[k], 2);
            size += pow((double)loops[k], 2);
        }
        assert_true(sqrt(difference / size) < 10 * (double)REAL_EPSILON);
    }
}

static void threads_do_not_change_a_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(4);
    for (int i = 0; i < 20; i++) {
        const ConvDims winograd = {7, 16, 9, 13, 17, 3, 3, 1, 1, 9, 13, 0};
        WeightCase s = weight_case(&rng, i == 0 ? winograd : random_dims(&rng));
        threads_set(1);
        real *expected = result(0, &s);
        for (int threads = 2; threads <= 3; threads++) {
            threads_set(threads);
            assert_same_bits(result(0, &s), expected, s.w_size);
        }
    }
}

/* x = 1 2   dy = 5 6, window 1x2:  dw = 1*5 + 3*6, 2*5 + 4*6, on top of 100 and 200 */
/*     3 4                                                                           */
static void the_gradient_is_added_to_dw(void **state) {
    (void)state;
    const real x[] = {1, 2, 3, 4}, dy[] = {5, 6}, expected[] = {123, 234};
    const ConvDims d = {1, 1, 2, 2, 1, 1, 2, 1, 0, 2, 1, 0};
    real dw[] = {100, 200};
    fast_weight(&d, x, dy, dw, arena_alloc(arena, fast_weight_workspace(&d)));
    assert_all_close(dw, expected, 2, 0);
}

/* Two images of two channels: 1 2 3 | 4 5 6 and 10 20 30 | 40 50 60. */
static void channel_sums_run_over_all_pictures(void **state) {
    (void)state;
    const real x[] = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
    const real expected[] = {1066, 2165};
    real sum[] = {1000, 2000};
    channel_sum(2, 2, 3, x, sum);
    assert_all_close(sum, expected, 2, 0);
}

/* 5000 numbers: long enough for lanes and a rest; in float, ones add up exactly. */
static void channel_sums_do_not_depend_on_threads(void **state) {
    (void)state;
    enum { CHANNELS = 19, SIZE = 5003 };
    Rng rng = rng_seed(5);
    real *x = normal(&rng, 2 * CHANNELS * SIZE), one[CHANNELS] = {0}, two[CHANNELS] = {0};
    threads_set(1);
    channel_sum(2, CHANNELS, SIZE, x, one);
    threads_set(2);
    channel_sum(2, CHANNELS, SIZE, x, two);
    assert_same_bits(one, two, CHANNELS);
    for (int c = 0; c < CHANNELS; c++) {
        long double sum = 0, absolute = 0;
        for (int i = 0; i < 2 * SIZE; i++) {
            real value = x[(i / SIZE * CHANNELS + c) * SIZE + i % SIZE];
            sum += (long double)value, absolute += fabsl((long double)value);
        }
        assert_true(fabsl((long double)one[c] - sum) <=
                    64 * (long double)REAL_EPSILON * absolute);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            awkward_sizes_stay_within_the_rounding_of_their_sums, begin, end),
        cmocka_unit_test_setup_teardown(block_boundaries_cause_no_error, begin, end),
        cmocka_unit_test_setup_teardown(winograd_stays_within_its_bound, begin, end),
        cmocka_unit_test_setup_teardown(the_error_is_no_larger_than_that_of_the_reference,
                                        begin, end),
        cmocka_unit_test_setup_teardown(threads_do_not_change_a_bit, begin, end),
        cmocka_unit_test_setup_teardown(the_gradient_is_added_to_dw, begin, end),
        cmocka_unit_test_setup_teardown(channel_sums_run_over_all_pictures, begin, end),
        cmocka_unit_test_setup_teardown(channel_sums_do_not_depend_on_threads, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
