/* One matrix product as the blocked kernels take it: C = or += A B on matrices of any
 * strides. The gemm of the contract (GemmDims), the blocks of a convolution and the tiles
 * of a Gram matrix all become such products.
 *
 *     Product p = {.m = m, .n = n, .k = k, .a = {a, k, 1}, .b = {b, n, 1},
 *                  .c = c, .ldc = n}; */
#ifndef TENSOR_KERNELS_PRODUCT_H
#define TENSOR_KERNELS_PRODUCT_H

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/kernels.h"

/* A matrix in memory: element (i, k) is data[i row + k column]. A transposed matrix is
 * the same memory with `row` and `column` exchanged. */
typedef struct Operand {
    const real *data;
    ptrdiff_t row, column;
} Operand;

/* The operand that begins at element (i, k). */
static inline Operand operand_at(Operand a, ptrdiff_t i, ptrdiff_t k) {
    a.data += i * a.row + k * a.column;
    return a;
}

typedef struct Product {
    ptrdiff_t m, n, k;
    Operand a, b;     /* (m, k) and (k, n) */
    real *c;          /* (m, n) */
    ptrdiff_t ldc;    /* leading dimension: from one row of C to the next */
    bool add;         /* C += A B; otherwise C = bias + A B */
    const real *bias; /* one element for each row, or NULL for zeros */
} Product;

/* op(A) or op(B) of a GemmDims: lda and ldb are leading dimensions. */
static inline Operand operand_of(const real *data, ptrdiff_t leading, bool transposed) {
    if (transposed) return (Operand){data, 1, leading};
    return (Operand){data, leading, 1};
}

static inline Product product_of(const GemmDims *d, const real *a, const real *b,
                                 real *c) {
    return (Product){.m = d->m,
                     .n = d->n,
                     .k = d->k,
                     .a = operand_of(a, d->lda, d->transpose_a),
                     .b = operand_of(b, d->ldb, d->transpose_b),
                     .c = c,
                     .ldc = d->ldc,
                     .add = d->accumulate};
}

/* The product of one block, on one thread. */
typedef void (*MultiplyBlock)(const Product *p);

/* A product without elements: it takes its workspace and gives it back, see workspace.h. */
static inline void product_reserve(MultiplyBlock multiply) {
    multiply(&(Product){.add = true});
}

/* At most `rows` rows from `top` on and `columns` columns from `left` on. */
static inline Product product_part(const Product *p, ptrdiff_t top, ptrdiff_t rows,
                                   ptrdiff_t left, ptrdiff_t columns) {
    Product q = *p;
    q.m = min_of(rows, p->m - top);
    q.n = min_of(columns, p->n - left);
    q.a = operand_at(p->a, top, 0);
    q.b = operand_at(p->b, 0, left);
    q.c += top * p->ldc + left;
    if (q.bias) q.bias += top;
    return q;
}

#endif
