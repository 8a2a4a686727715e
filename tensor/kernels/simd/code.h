/* All vector code of one width of vector register, and the best one for this processor.
 *
 *     const SimdCode *code = simd_best();
 *     code->fma->product(depth, u, v, vector, vecs, c, ldc, false);
 *
 * fma, weight, narrow and winograd add products that are rounded once with the sum, where
 * the instruction set can do that, and twice elsewhere: SSE2 differs from all the others
 * in the last bits. The rest has the same bits everywhere. The order of no sum depends on
 * the width, the compiler or the number of threads. */
#ifndef TENSOR_KERNELS_SIMD_CODE_H
#define TENSOR_KERNELS_SIMD_CODE_H

#include "tensor/kernels/simd/fma.h"
#include "tensor/kernels/simd/lines.h"
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
    const LineCode *lines;
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
