/* As many multiply-adds as the processor can do: the roof under which every kernel works.
 *
 *     double flop = fma_run(100000);       divide by the seconds it took
 *
 * Twelve independent sums keep the units busy while each waits for its own last result.
 * The loop is compiled once for each width of vector register; the widest that this
 * processor has is taken. */
#ifndef TENSOR_KERNELS_SIMD_PEAK_H
#define TENSOR_KERNELS_SIMD_PEAK_H

/* Does `turns` turns of the loop and returns the number of floating-point operations; a
 * multiply-add counts as two. */
double fma_run(long turns);

/* What the loop uses: "avx512f", "avx2", "sse2", "neon", elsewhere "128 bits". */
const char *fma_vector(void);

#endif
