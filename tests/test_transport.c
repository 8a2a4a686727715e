/* The map that carries one covariance matrix to another, at sizes around its groups of 32
 * columns. */
#include "losses/transport.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

enum { MOST = 65 };

typedef double Matrix[MOST * MOST];

static void multiply(int n, const double *a, const double *b, double *c) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
}

/* Symmetric; its diagonal is larger than all the rest of a row, so it is positive. */
static void covariance(int n, int seed, double *c) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            const double off = ((i * 7 + j * 11 + seed) % 13 - 6) / (8.0 * n);
            c[i * n + j] = c[j * n + i] = i == j ? 1 + (i + seed) % 3 : off;
        }
}

static void assert_same(int n, const double *a, const double *b, const char *what) {
    for (int i = 0; i < n * n; i++)
        if (!(fabs(a[i] - b[i]) <= 1e-10))
            fail_msg("%s of %d: element %d is %.17g, not %.17g", what, n, i, a[i], b[i]);
}

/* The map M from C to P is symmetric, and M C M = P; the map back has M P M = C. */
static void the_map_carries_one_covariance_to_the_other(void **state) {
    (void)state;
    static const int sizes[] = {1, 2, 8, 31, 32, 33, 64, MOST};
    static Matrix c, p, a, b, u, map, turned, product, carried;
    for (int k = 0; k < 8; k++) {
        const int n = sizes[k];
        double *workspace = malloc(transport_workspace(n) * sizeof *workspace);
        covariance(n, 1, c);
        covariance(n, 2, p);
        memcpy(a, c, sizeof a);
        memcpy(b, p, sizeof b);
        Transport t = {n, a, b, u};
        assert_true(isfinite(transport_trace(&t, 1e-3, workspace)));
        for (int back = 0; back < 2; back++) {
            (back ? transport_map_back : transport_map)(&t, map, workspace);
            for (int i = 0; i < n * n; i++)
                turned[i] = map[i % n * n + i / n];
            multiply(n, map, back ? p : c, product);
            multiply(n, product, map, carried);
            assert_same(n, map, turned, "a map");
            assert_same(n, carried, back ? c : p, "what a map carries");
        }
        free(workspace);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_carries_one_covariance_to_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
