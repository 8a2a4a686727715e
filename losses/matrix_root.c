#include "losses/matrix_root.h"

#include <math.h>
#include <string.h>

#include "tensor/kernels.h"
#include "tensor/sums.h"

enum { STEPS = 12 };

/* C = A B */
static void multiply(int n, const real *a, const real *b, real *c) {
    kernels->gemm(&(GemmDims){.m = n, .n = n, .k = n, .lda = n, .ldb = n, .ldc = n}, a, b,
                  c);
}

/* a = (3 I - a) / 2 */
static void three_minus(int n, real *a) {
    const size_t rows = (size_t)n;
    for (size_t i = 0; i < rows * rows; i++)
        a[i] = ((i % (rows + 1) == 0 ? 3 : 0) - a[i]) / 2;
}

static void identity(int n, real *a) {
    const size_t rows = (size_t)n;
    memset(a, 0, rows * rows * sizeof *a);
    for (size_t i = 0; i < rows; i++)
        a[i * (rows + 1)] = 1;
}

/* to = k from */
static void scale(size_t size, double k, const real *from, real *to) {
    for (size_t i = 0; i < size; i++)
        to[i] = (real)(k * (double)from[i]);
}

static double length_of(size_t size, const real *a) {
    return sqrt(sum_products(size, a, a));
}

void matrix_root(int n, const real *a, real *root, real *scratch) {
    const size_t size = (size_t)n * (size_t)n, bytes = size * sizeof *a;
    real *z = scratch, *t = z + size, *product = t + size;
    const double length = length_of(size, a);
    if (length == 0) {
        memset(root, 0, bytes);
        return;
    }
    scale(size, 1 / length, a, root);
    identity(n, z);
    for (int step = 0; step < STEPS; step++) {
        multiply(n, z, root, t);
        three_minus(n, t);
        multiply(n, root, t, product);
        memcpy(root, product, bytes);
        multiply(n, t, z, product);
        memcpy(z, product, bytes);
    }
    scale(size, sqrt(length), root, root);
}

/* R / |R| goes to I by r = r (3 I - r^2) / 2; the factors together are |R| R^-1. */
void matrix_root_slope(int n, const real *root, real *slope, real *scratch) {
    const size_t size = (size_t)n * (size_t)n, bytes = size * sizeof *root;
    real *r = scratch, *t = r + size, *product = t + size;
    const double length = length_of(size, root);
    identity(n, slope);
    if (length == 0) return;
    scale(size, 1 / length, root, r);
    for (int step = 0; step < STEPS; step++) {
        multiply(n, r, r, t);
        three_minus(n, t);
        multiply(n, slope, t, product);
        memcpy(slope, product, bytes);
        multiply(n, r, t, product);
        memcpy(r, product, bytes);
    }
    scale(size, 1 / length, slope, slope);
}
