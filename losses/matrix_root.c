#include "losses/matrix_root.h"

#include <math.h>
#include <string.h>

#include "losses/dense.h"

enum { STEPS = 12 };

static size_t size_of(int n) {
    return (size_t)n * (size_t)n;
}

size_t matrix_root_workspace(int n) {
    return 3 * size_of(n) + dense_workspace(n);
}

/* c = A B for polynomials of one symmetric matrix, whose products are symmetric. */
static void multiply(int n, const double *a, const double *b, double *c, double *panels) {
    dense_multiply(n, a, b, c, DENSE_HALF, panels);
}

/* a = (3 I - a) / 2 */
static void three_minus(int n, double *a) {
    const size_t rows = (size_t)n;
    for (size_t i = 0; i < rows * rows; i++)
        a[i] = ((i % (rows + 1) == 0 ? 3 : 0) - a[i]) / 2;
}

/* to = k from */
static void scale(size_t size, double k, const double *from, double *to) {
    for (size_t i = 0; i < size; i++)
        to[i] = k * from[i];
}

void matrix_root(int n, const double *a, double *root, double *workspace) {
    const size_t size = size_of(n), bytes = size * sizeof *a;
    double *z = workspace, *t = z + size, *product = t + size, *panels = product + size;
    const double length = dense_norm(size, a);
    if (length == 0) {
        memset(root, 0, bytes);
        return;
    }
    scale(size, 1 / length, a, root);
    dense_identity(n, z);
    for (int step = 0; step < STEPS; step++) {
        multiply(n, z, root, t, panels);
        three_minus(n, t);
        multiply(n, root, t, product, panels);
        memcpy(root, product, bytes);
        multiply(n, t, z, product, panels);
        memcpy(z, product, bytes);
    }
    scale(size, sqrt(length), root, root);
}

/* R / |R| goes to I by r = r (3 I - r^2) / 2; the factors together are |R| R^-1. */
void matrix_root_slope(int n, const double *root, double *slope, double *workspace) {
    const size_t size = size_of(n), bytes = size * sizeof *root;
    double *r = workspace, *t = r + size, *product = t + size, *panels = product + size;
    const double length = dense_norm(size, root);
    dense_identity(n, slope);
    if (length == 0) return;
    scale(size, 1 / length, root, r);
    for (int step = 0; step < STEPS; step++) {
        multiply(n, r, r, t, panels);
        three_minus(n, t);
        multiply(n, slope, t, product, panels);
        memcpy(slope, product, bytes);
        multiply(n, r, t, product, panels);
        memcpy(r, product, bytes);
    }
    scale(size, 1 / length, slope, slope);
}
