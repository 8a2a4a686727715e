/* Every vector operation at every length around its lanes and parts, for every position;
 * nothing after the end is read or written. */
#include "optim/vector.h"

#include <math.h>

#include "tests/test.h"

enum { MAX = 64 * 37 + 5, GUARD = 80 };
static const size_t lengths[] = {0,  1,  2,   15,   16,      17, 31,
                                 33, 64, 100, 1023, 64 * 16, MAX};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

/* n small numbers, exact in any sum, and after them elements that must not be touched. */
static void fill(real *x, size_t n, int seed) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)((int)(i * 7 + (size_t)seed * 5) % 23 - 11) / 64;
    for (size_t i = n; i < n + GUARD; i++)
        x[i] = 1000;
}

static void assert_guarded(const real *x, size_t n) {
    for (size_t i = n; i < n + GUARD; i++)
        assert_close(x[i], 1000, 0, 0);
}

/* The largest is -1/4, then 1/4, at each place in turn; all others are 1/8 at most. */
static void the_largest_element_is_found_at_every_position(void **state) {
    (void)state;
    static real x[MAX + GUARD];
    for (int k = 0; k < LENGTHS; k++) {
        const size_t n = lengths[k];
        fill(x, n, 1);
        for (size_t i = 0; i < n; i++)
            x[i] *= (real)0.5;
        for (size_t i = 0; i < n; i++) {
            const real before = x[i];
            x[i] = (real)(i % 2 ? 0.25 : -0.25);
            assert_close(vector_max_abs(n, x), 0.25, 0, 0);
            x[i] = before;
        }
        assert_true(vector_max_abs(n, x) < 0.125);
    }
    assert_close(vector_max_abs(0, x), 0, 0, 0);
}

static void a_nan_is_found_at_every_position(void **state) {
    (void)state;
    static real x[MAX + GUARD];
    for (int k = 0; k < LENGTHS; k++) {
        const size_t n = lengths[k];
        fill(x, n, 2);
        for (size_t i = 0; i < n; i++) {
            const real before = x[i];
            x[i] = (real)NAN;
            assert_true(isnan(vector_max_abs(n, x)));
            x[i] = before;
        }
    }
}

/* Multiples of 1/64 by powers of two: no sum is rounded. */
static void sums_and_products_are_those_of_plain_loops(void **state) {
    (void)state;
    static real a[MAX + GUARD], b[MAX + GUARD], y[MAX + GUARD];
    for (int k = 0; k < LENGTHS; k++) {
        const size_t n = lengths[k];
        double dot = 0, after = 0, size = 0;
        fill(a, n, 3), fill(b, n, 4), fill(y, n, 5);
        for (size_t i = 0; i < n; i++) {
            dot += (double)(a[i] * b[i]);
            after += (double)((y[i] - a[i] / 4) * b[i]);
            size += (double)(a[i] < 0 ? -a[i] : a[i]);
        }
        assert_close(vector_dot(n, a, b), dot, 0, 0);
        assert_close(vector_sum_abs(n, a), size, 0, 0);
        assert_close(vector_add_dot(n, -0.25, a, y, b), after, 0, 0);
        assert_guarded(y, n);
    }
}

static void every_element_is_written_and_none_after_the_last(void **state) {
    (void)state;
    static real a[MAX + GUARD], b[MAX + GUARD], y[MAX + GUARD];
    for (int k = 0; k < LENGTHS; k++) {
        const size_t n = lengths[k];
        fill(a, n, 6), fill(b, n, 7), fill(y, n, 8);
        vector_scale(n, -2, a, y);
        for (size_t i = 0; i < n; i++)
            assert_close(y[i], -2 * a[i], 0, 0);
        vector_add(n, 4, b, y);
        for (size_t i = 0; i < n; i++)
            assert_close(y[i], 4 * b[i] - 2 * a[i], 0, 0);
        vector_subtract(n, a, b, y);
        for (size_t i = 0; i < n; i++)
            assert_close(y[i], a[i] - b[i], 0, 0);
        vector_copy(n, b, y);
        assert_same_bits(y, b, n + GUARD);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_element_is_found_at_every_position),
        cmocka_unit_test(a_nan_is_found_at_every_position),
        cmocka_unit_test(sums_and_products_are_those_of_plain_loops),
        cmocka_unit_test(every_element_is_written_and_none_after_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
