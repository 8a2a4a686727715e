/* All vector code of one width of vector register, and the best one for this processor.
 *
 *     const SimdCode *code = simd_best();
 *     code->fma->product(depth, u, v, vector, vecs, c, ldc, false);
 *
 * fma, weight, narrow and winograd may fuse a product and a sum into one rounding, so
 * widths differ in the last bits; pool and sums have the same bits in all of them. One
 * width always gives the same bits. */
#ifndef TENSOR_KERNELS_SIMD_CODE_H
#define TENSOR_KERNELS_SIMD_CODE_H

#include "tensor/kernels/simd/fma.h"
#include "tensor/kernels/simd/narrow.h"
#include "tensor/kernels/simd/pool.h"
#include "tensor/kernels/simd/sums.h"
#include "tensor/kernels/simd/weight.h"
#include "tensor/kernels/simd/winograd.h"

typedef struct SimdCode {
    const FmaKernel *fma;
    const WeightKernel *weight;
    const NarrowCode *narrow;
    const WinogradCode *winograd;
    const PoolCode *pool;
    const SumCode *sums;
} SimdCode;

/* Version number i, from 0 for the narrowest, or NULL after the last that this processor
 * can run. */
const SimdCode *simd_code(int i);

/* The widest, which is the fastest for long loops. */
const SimdCode *simd_best(void);

/* The widest whose vectors have at most `count` elements; the narrowest if none has. */
const SimdCode *simd_filled_by(ptrdiff_t count);

#endif
