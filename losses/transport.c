#include "losses/transport.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "losses/dense.h"
#include "tensor/threads.h"

static size_t size_of(int n) {
    return (size_t)n * (size_t)n;
}

size_t transport_workspace(int n) {
    return 3 * size_of(n) + dense_workspace(n);
}

/* C = A^T A in place, A upper triangular. In exact arithmetic no pivot is below the
 * smallest eigenvalue; a smaller one is a rounding error. */
static void cholesky(int n, double least, double *c) {
    const size_t side = (size_t)n;
    for (size_t k = 0; k < side; k++) {
        double *row = c + k * side;
        const double pivot = row[k] < least ? least : row[k], root = sqrt(pivot);
        row[k] = root;
        for (size_t j = k + 1; j < side; j++)
            row[j] /= root;
#pragma omp parallel for schedule(static, 8)                                             \
    num_threads(threads_over((side - k) * (side - k) / 2))
        for (size_t i = k + 1; i < side; i++)
            for (size_t j = i; j < side; j++)
                c[i * side + j] -= row[i] * row[j];
        memset(c + k * side, 0, k * sizeof *c);
    }
}

static void transpose(int n, const double *from, double *to) {
    const size_t side = (size_t)n;
    for (size_t i = 0; i < side; i++)
        for (size_t j = 0; j < side; j++)
            to[j * side + i] = from[i * side + j];
}

/* An upper bound of the largest singular value: the root of the largest sum of a row
 * times that of a column. */
static double largest_singular(int n, const double *a, double *columns) {
    double row_most = 0, column_most = 0;
    memset(columns, 0, (size_t)n * sizeof *columns);
    for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            const double x = fabs(a[i * n + j]);
            sum += x;
            columns[j] += x;
        }
        row_most = fmax(row_most, sum);
    }
    for (int j = 0; j < n; j++)
        column_most = fmax(column_most, columns[j]);
    return sqrt(row_most * column_most);
}

/* x = its orthogonal factor, for singular values from l to 1; false if it has not
 * converged. */
static bool orthogonalise(int n, double l, double *x, double *workspace) {
    const size_t size = size_of(n);
    double *t = workspace, *next = t + size, *panels = next + size;
    bool arrived = false;
    for (int step = 0; step < TRANSPORT_MAX_STEPS && !arrived; step++) {
        dense_multiply_transposed(n, x, x, t, DENSE_HALF, panels);
        for (int i = 0; i < n; i++)
            t[i * n + i] -= 1;
        arrived = dense_norm(size, t) / sqrt(n) <= TRANSPORT_RESIDUAL;
        const double kk = arrived ? 1 : 3 / (1 + l + l * l), k = sqrt(kk);
        /* k (3 I - k^2 X^T X) / 2, where t is X^T X - I */
        for (size_t i = 0; i < size; i++)
            t[i] *= -k * kk / 2;
        for (int i = 0; i < n; i++)
            t[i * n + i] += k * (3 - kk) / 2;
        dense_multiply(n, x, t, next, DENSE_ALL, panels);
        memcpy(x, next, size * sizeof *x);
        l = fmin(k * l * (3 - kk * l * l) / 2, 1);
    }
    return arrived;
}

double transport_trace(Transport *t, double least, double *workspace) {
    const int n = t->n;
    const size_t size = size_of(n);
    double *product = workspace, *room = workspace + size, *panels = room + 2 * size;
    cholesky(n, least, t->a);
    cholesky(n, least, t->b);
    transpose(n, t->b, t->u);
    dense_multiply(n, t->a, t->u, product, DENSE_ALL, panels);
    const double length = largest_singular(n, product, panels);
    for (size_t i = 0; i < size; i++)
        t->u[i] = product[i] / length;
    return orthogonalise(n, fmin(least / length, 1), t->u, room)
               ? dense_dot(size, t->u, product)
               : (double)NAN;
}

/* map = R^(-1) map for upper triangular R, from the last row up; each thread has some
 * columns of the map. */
static void solve(int n, const double *r, double *map) {
    enum { COLUMNS = 32 };
    const size_t side = (size_t)n;
#pragma omp parallel for schedule(static) num_threads(threads_for((double)n *n *n / 2))
    for (size_t first = 0; first < side; first += COLUMNS) {
        const size_t end = first + COLUMNS < side ? first + COLUMNS : side;
        for (size_t i = side; i-- > 0;) {
            for (size_t j = first; j < end; j++)
                map[i * side + j] /= r[i * side + i];
            for (size_t k = 0; k < i; k++)
                for (size_t j = first; j < end; j++)
                    map[k * side + j] -= r[k * side + i] * map[i * side + j];
        }
    }
}

void transport_map(const Transport *t, double *map, double *workspace) {
    dense_multiply(t->n, t->u, t->b, map, DENSE_ALL, workspace);
    solve(t->n, t->a, map);
}

void transport_map_back(const Transport *t, double *map, double *workspace) {
    dense_multiply_transposed(t->n, t->u, t->a, map, DENSE_ALL, workspace);
    solve(t->n, t->b, map);
}
