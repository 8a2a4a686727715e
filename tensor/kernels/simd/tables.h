/* What fused.c and exact.c define for each width of vector register, for code.c. */
#ifndef TENSOR_KERNELS_SIMD_TABLES_H
#define TENSOR_KERNELS_SIMD_TABLES_H

#include "tensor/kernels/simd/fma.h"
#include "tensor/kernels/simd/lines.h"
#include "tensor/kernels/simd/narrow.h"
#include "tensor/kernels/simd/pool.h"
#include "tensor/kernels/simd/sums.h"
#include "tensor/kernels/simd/weight.h"
#include "tensor/kernels/simd/winograd.h"

#define SIMD_TABLES(width)                                                               \
    extern const FmaKernel simd_fma_##width;                                             \
    extern const WeightKernel simd_weight_##width;                                       \
    extern const NarrowCode simd_narrow_##width;                                         \
    extern const WinogradCode simd_winograd_##width;                                     \
    extern const LineCode simd_lines_##width;                                            \
    extern const PoolCode simd_pool_##width;                                             \
    extern const SumCode simd_sums_##width

SIMD_TABLES(128);
#ifdef SIMD_WIDER
SIMD_TABLES(256);
SIMD_TABLES(512);
#endif

#endif
