#include "losses/dense.h"

#include <math.h>
#include <string.h>

#include "losses/dense_simd.h"
#include "tensor/threads.h"

static int panels_of(int n) {
    return (n + DENSE_WIDTH - 1) / DENSE_WIDTH;
}

size_t dense_panels(int n, int depth) {
    return (size_t)panels_of(n) * DENSE_WIDTH * (size_t)depth;
}

size_t dense_workspace(int n) {
    return 2 * dense_panels(n, n);
}

void dense_pack(int n, int depth, const double *from, size_t row, size_t column,
                double *panels) {
    const int count = panels_of(n);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)n *(size_t)depth))
    for (int p = 0; p < count; p++) {
        double *panel = panels + (size_t)p * DENSE_WIDTH * (size_t)depth;
        for (int k = 0; k < depth; k++)
            for (int i = 0; i < DENSE_WIDTH; i++) {
                const int r = p * DENSE_WIDTH + i;
                *panel++ = r < n ? from[(size_t)r * row + (size_t)k * column] : 0;
            }
    }
}

/* Copies a tile to c. Of a symmetric product the elements above the diagonal
 * are copied to both sides of it. */
static void put(int n, int row, int column, const double *tile, DensePart part, bool add,
                double *c) {
    for (int i = row; i < n && i < row + DENSE_WIDTH; i++)
        for (int j = column; j < n && j < column + DENSE_WIDTH; j++) {
            double *at = &c[(size_t)i * (size_t)n + (size_t)j];
            const double sum = tile[(i - row) * DENSE_WIDTH + j - column];
            if (part == DENSE_HALF && j < i) continue;
            *at = add ? *at + sum : sum;
            if (part == DENSE_HALF) c[(size_t)j * (size_t)n + (size_t)i] = *at;
        }
}

void dense_product(int n, int depth, const double *a, const double *b, DensePart part,
                   bool add, double *c) {
    const int count = panels_of(n);
    const size_t panel = (size_t)DENSE_WIDTH * (size_t)depth;
    const DenseCode *code = dense_code_best();
    /* Short rows of a half are paired with long ones, so that threads have equal work. */
#pragma omp parallel for schedule(static, 1) num_threads(threads_for((double)n *n *depth))
    for (int j = 0; j < count; j++)
        for (int i = 0; i < count; i++) {
            double tile[DENSE_WIDTH * DENSE_WIDTH];
            if (part == DENSE_HALF && j < i) continue;
            code->tile(depth, a + (size_t)i * panel, b + (size_t)j * panel, tile);
            put(n, i * DENSE_WIDTH, j * DENSE_WIDTH, tile, part, add, c);
        }
}

static void multiply(int n, const double *a, size_t row, size_t column, const double *b,
                     double *c, DensePart part, double *workspace) {
    double *left = workspace, *right = left + dense_panels(n, n);
    dense_pack(n, n, a, row, column, left);
    dense_pack(n, n, b, 1, (size_t)n, right);
    dense_product(n, n, left, right, part, false, c);
}

void dense_multiply(int n, const double *a, const double *b, double *c, DensePart part,
                    double *workspace) {
    multiply(n, a, (size_t)n, 1, b, c, part, workspace);
}

void dense_multiply_transposed(int n, const double *a, const double *b, double *c,
                               DensePart part, double *workspace) {
    multiply(n, a, 1, (size_t)n, b, c, part, workspace);
}

/* Four partial sums, which are added at the end. */
double dense_dot(size_t size, const double *a, const double *b) {
    double sum[4] = {0};
    for (size_t i = 0; i < size; i++)
        sum[i % 4] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double dense_norm(size_t size, const double *a) {
    return sqrt(dense_dot(size, a, a));
}

void dense_identity(int n, double *a) {
    memset(a, 0, (size_t)n * (size_t)n * sizeof *a);
    for (size_t i = 0; i < (size_t)n; i++)
        a[i * ((size_t)n + 1)] = 1;
}

double dense_trace(int n, const double *a) {
    double sum = 0;
    for (size_t i = 0; i < (size_t)n; i++)
        sum += a[i * ((size_t)n + 1)];
    return sum;
}
