/* Sums over arrays against the plain loop in double, and every version and number of
 * threads gives the same bits. */
#include "tensor/kernels/sums.h"

#include <math.h>
#include <string.h>

#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"
#include "tests/arena.h"

static real *normal(Rng *rng, size_t n) {
    real *x = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
    return x;
}

typedef struct Sums {
    double products, squared, absolute, after_add, changed;
} Sums;

static Sums sums_of(size_t n, const real *a, const real *b) {
    real *y = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        y[i] = a[i];
    Sums s = {sum_products(n, a, b), sum_squared_differences(n, a, b),
              sum_absolute_differences(n, a, b), sum_products_after_add(n, 0.5, b, y, a),
              0};
    for (size_t i = 0; i < n; i++)
        s.changed += (double)y[i];
    return s;
}

static Sums by_plain_loops(size_t n, const real *a, const real *b) {
    Sums s = {0};
    for (size_t i = 0; i < n; i++) {
        double p = (double)a[i], q = (double)b[i];
        real changed = a[i] + (real)0.5 * b[i];
        s.products += p * q;
        s.squared += (p - q) * (p - q);
        s.absolute += fabs(p - q);
        s.after_add += (double)changed * p;
        s.changed += (double)changed;
    }
    return s;
}

static void assert_near(double a, double b, size_t n) {
    assert_close(a, b, 0, 1e-13 * (double)(n + 1));
}

static void sums_are_those_of_the_plain_loops(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    const size_t sizes[] = {0, 1, 2, 15, 16, 17, 31, 255, 1023, 2047, 2049, 40001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t n = sizes[i];
        const real *a = normal(&rng, n), *b = normal(&rng, n);
        Sums fast = sums_of(n, a, b), plain = by_plain_loops(n, a, b);
        assert_near(fast.products, plain.products, n);
        assert_near(fast.squared, plain.squared, n);
        assert_near(fast.absolute, plain.absolute, n);
        assert_near(fast.after_add, plain.after_add, n);
        assert_near(fast.changed, plain.changed, n);
    }
}

static void number_of_threads_does_not_change_a_sum(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    const size_t n = 123457;
    const real *a = normal(&rng, n), *b = normal(&rng, n);
    threads_set(1);
    Sums one = sums_of(n, a, b);
    for (int threads = 2; threads <= 5; threads++) {
        threads_set(threads);
        Sums many = sums_of(n, a, b);
        assert_memory_equal(&one, &many, sizeof one);
    }
}

static void every_version_gives_the_same_bits(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    for (size_t n = 0; n < 70; n++) {
        const real *a = normal(&rng, n), *b = normal(&rng, n);
        double first[4];
        for (int i = 0; simd_code(i); i++) {
            const SumCode *code = simd_code(i)->sums;
            real *y = ARENA_NEW(arena, real, n);
            double sums[4] = {code->products(n, a, b), code->squared_differences(n, a, b),
                              code->absolute_differences(n, a, b),
                              code->products_after_add(n, (real)0.3, a, y, b)};
            if (i == 0) memcpy(first, sums, sizeof sums);
            assert_memory_equal(sums, first, sizeof sums);
        }
    }
}

static void a_nan_anywhere_shows_in_every_sum(void **state) {
    (void)state;
    Rng rng = rng_seed(4);
    for (size_t place = 0; place < 35; place++) {
        real *a = normal(&rng, 35);
        const real *b = normal(&rng, 35);
        a[place] = (real)NAN;
        Sums s = sums_of(35, a, b);
        assert_true(isnan(s.products) && isnan(s.squared) && isnan(s.absolute) &&
                    isnan(s.after_add));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sums_are_those_of_the_plain_loops),
        TEST(number_of_threads_does_not_change_a_sum),
        TEST(every_version_gives_the_same_bits),
        TEST(a_nan_anywhere_shows_in_every_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
