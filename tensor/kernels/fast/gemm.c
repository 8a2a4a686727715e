/* The product of kernels_fast on all threads. */
#include "tensor/kernels/fast/gemm.h"
#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

#define BLOCK_COLUMNS 1024 /* of C: how often each packed element of A is used */

/* A side of C in `count` blocks of `width`, a multiple of the unit except for the
 * last. */
typedef struct Split {
    ptrdiff_t width, count;
} Split;

static Split cut(ptrdiff_t size, ptrdiff_t count, ptrdiff_t unit) {
    ptrdiff_t width = (size + count - 1) / count;
    width = (width + unit - 1) / unit * unit;
    return (Split){width, (size + width - 1) / width};
}

void fast_gemm_batch(const Product *p, ptrdiff_t count, ptrdiff_t next_a,
                     ptrdiff_t next_b, ptrdiff_t next_c) {
    if (p->m == 0 || p->n == 0 || count == 0) return;
    const FmaKernel *fma = simd_best()->fma;
    const int threads =
        threads_for((double)count * (double)p->m * (double)p->n * (double)p->k);
    ptrdiff_t down = ceil_div(p->m, cache_blocks()->mc);
    ptrdiff_t across = ceil_div(p->n, BLOCK_COLUMNS);
    /* Every thread gets the same number of blocks; columns are split if they stay
     * wide. */
    if (count * down * across % threads) {
        ptrdiff_t *side = p->n >= 64 * threads ? &across : &down;
        *side = (*side + threads - 1) / threads * threads;
    }
    const Split rows = cut(p->m, down, fma->rows);
    const Split columns = cut(p->n, across, fma->lanes * fma->vecs);
    const ptrdiff_t blocks = rows.count * columns.count;
#pragma omp parallel num_threads(threads)
    {
        product_reserve(fast_gemm_block);
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < count * blocks; task++) {
            ptrdiff_t i = task / blocks, block = task % blocks;
            Product q = product_part(p, block % rows.count * rows.width, rows.width,
                                     block / rows.count * columns.width, columns.width);
            q.a.data += i * next_a, q.b.data += i * next_b, q.c += i * next_c;
            fast_gemm_block(&q);
        }
    }
}

void fast_gemm(const Product *p) {
    fast_gemm_batch(p, 1, 0, 0, 0);
}
