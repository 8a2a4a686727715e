/* Roots of matrices in twelve steps, against the same steps for each eigenvalue. */
#include "losses/matrix_root.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

enum { N = 20, SIZE = N * N };

/* Q D Q with the reflection Q = I - 2 v v^T, v = (1, 2, ... N) / |v|. */
static void with_eigenvalues(const double d[N], double a[SIZE]) {
    double square = 0;
    for (int i = 0; i < N; i++)
        square += (i + 1) * (i + 1);
    memset(a, 0, SIZE * sizeof *a);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                a[i * N + j] += ((i == k) - 2 * (i + 1) * (k + 1) / square) * d[k] *
                                ((k == j) - 2 * (k + 1) * (j + 1) / square);
}

static double norm_of(const double d[N]) {
    double square = 0;
    for (int i = 0; i < N; i++)
        square += d[i] * d[i];
    return sqrt(square);
}

static void assert_matrix(const double *a, const double *expected) {
    double largest = 0;
    for (int i = 0; i < SIZE; i++)
        largest = fmax(largest, fabs(expected[i]));
    for (int i = 0; i < SIZE; i++)
        if (!(fabs(a[i] - expected[i]) <= 1e-10 * largest))
            fail_msg("element %d is %.17g, expected %.17g", i, a[i], expected[i]);
}

/* Eigenvalues 1, 1/2, 1/4 ...: the small ones have not converged after twelve steps. For
 * each alone: y = d / |A|, z = 1; t = (3 - z y) / 2, y = y t, z = t z. */
static void a_root_is_that_of_twelve_steps(void **state) {
    (void)state;
    double d[N], root[N], a[SIZE], found[SIZE], expected[SIZE];
    double *workspace = malloc(matrix_root_workspace(N) * sizeof *workspace);
    for (int i = 0; i < N; i++)
        d[i] = pow(2, -i);
    for (int i = 0; i < N; i++) {
        double y = d[i] / norm_of(d), z = 1;
        for (int step = 0; step < 12; step++) {
            const double t = (3 - z * y) / 2;
            y *= t;
            z *= t;
        }
        root[i] = y * sqrt(norm_of(d));
    }
    with_eigenvalues(d, a);
    with_eigenvalues(root, expected);
    matrix_root(N, a, found, workspace);
    assert_matrix(found, expected);
    free(workspace);
}

/* For each eigenvalue alone: r = d / |R|, and the product of twelve (3 - r^2) / 2, over |R|,
 * where r becomes r (3 - r^2) / 2. */
static void a_slope_is_that_of_twelve_steps(void **state) {
    (void)state;
    double d[N], slope[N], root[SIZE], found[SIZE], expected[SIZE];
    double *workspace = malloc(matrix_root_workspace(N) * sizeof *workspace);
    for (int i = 0; i < N; i++)
        d[i] = pow(2, -i);
    for (int i = 0; i < N; i++) {
        double r = d[i] / norm_of(d);
        slope[i] = 1 / norm_of(d);
        for (int step = 0; step < 12; step++) {
            const double t = (3 - r * r) / 2;
            r *= t;
            slope[i] *= t;
        }
    }
    with_eigenvalues(d, root);
    with_eigenvalues(slope, expected);
    matrix_root_slope(N, root, found, workspace);
    assert_matrix(found, expected);
    free(workspace);
}

/* A matrix of norm 1 is inverted like any other; only that of 0 is left alone. */
static void a_matrix_of_norm_1_is_not_taken_for_none(void **state) {
    (void)state;
    const double c = 0.6, s = 0.8, zero[4] = {0}, unit[4] = {c, 0, 0, s};
    double found[4], workspace[1024];
    assert_true(matrix_root_workspace(2) <= 1024);
    matrix_root_slope(2, unit, found, workspace);
    assert_close(found[0], 1 / c, 1e-12, 0);
    assert_close(found[3], 1 / s, 1e-12, 0);
    matrix_root_slope(2, zero, found, workspace);
    assert_true(found[0] == 1 && found[1] == 0 && found[2] == 0 && found[3] == 1);
    matrix_root(2, zero, found, workspace);
    assert_true(found[0] == 0 && found[1] == 0 && found[2] == 0 && found[3] == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_is_that_of_twelve_steps),
        cmocka_unit_test(a_slope_is_that_of_twelve_steps),
        cmocka_unit_test(a_matrix_of_norm_1_is_not_taken_for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
