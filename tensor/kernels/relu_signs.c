#include "tensor/kernels/relu_signs.h"

#include <stdbool.h>

#include "tensor/kernels/simd/simd.h"
#include "tensor/threads.h"

typedef real Four __attribute__((vector_size(4 * sizeof(real))));
typedef real LooseFour
    __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));
typedef Lane Mask __attribute__((vector_size(4 * sizeof(real))));

size_t relu_signs_size(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w) {
    return (size_t)(planes * relu_signs_down(h) * relu_signs_across(w));
}

/* Four numbers through the ReLU; bit k + `byte` of lane k is set when number k is kept.
 */
static inline void four_forward(real *y, int byte, Mask *all) {
    const Four y4 = *(const LooseFour *)y;
    const Mask kept = ~(Mask)(y4 <= 0);
    *(LooseFour *)y = (Four)((Mask)y4 & kept);
    *all |= (kept & (Mask){1, 2, 4, 8}) << byte;
}

/* The bits of the pieces of `numbers` = 4, 8, 12 or 16: those of piece q in byte q. */
static inline uint32_t pieces_forward(real *y, ptrdiff_t numbers) {
    Mask all = {0};
    for (int q = 0; 4 * q < numbers; q++)
        four_forward(y + 4 * q, 8 * q, &all);
    return (uint32_t)(all[0] | all[1] | all[2] | all[3]);
}

static inline void write_bits(uint8_t *signs, unsigned bits, int shift) {
    *signs = (uint8_t)(shift ? *signs | bits << shift : bits);
}

/* One row, whose bits begin at bit `shift`, 0 or 4, of the bytes. */
static void row_forward(ptrdiff_t w, real *y, uint8_t *signs, int shift) {
    ptrdiff_t j = 0;
    for (; j + 16 <= w; j += 16) {
        const uint32_t bits = pieces_forward(y + j, 16);
        for (int q = 0; q < 4; q++)
            write_bits(signs + j / 4 + q, bits >> 8 * q & 255, shift);
    }
    for (; j + 4 <= w; j += 4)
        write_bits(signs + j / 4, pieces_forward(y + j, 4), shift);
    if (j == w) return;
    unsigned bits = 0;
    for (ptrdiff_t k = 0; j + k < w; k++) {
        const bool zero = y[j + k] <= 0;
        bits |= (unsigned)!zero << k;
        y[j + k] = zero ? 0 : y[j + k];
    }
    write_bits(signs + j / 4, bits, shift);
}

static void row_backward(ptrdiff_t w, const uint8_t *signs, int shift, const real *dy,
                         real *dx) {
    const Mask bit = (Mask){1, 2, 4, 8} << shift;
    ptrdiff_t j = 0;
    for (; j + 4 <= w; j += 4) {
        const Mask all = (Mask){0} + signs[j / 4];
        const Mask dy4 = (Mask)(Four)(*(const LooseFour *)(dy + j));
        *(LooseFour *)(dx + j) = (Four)(dy4 & ((all & bit) != 0));
    }
    for (ptrdiff_t k = 0; j + k < w; k++)
        dx[j + k] = signs[j / 4] >> (k + shift) & 1 ? dy[j + k] : 0;
}

void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, real *y,
                        uint8_t *signs) {
    const ptrdiff_t size = relu_signs_down(h) * relu_signs_across(w);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (ptrdiff_t i = 0; i < h; i++)
            row_forward(w, y + (p * h + i) * w,
                        signs + p * size + i / 2 * relu_signs_across(w), i % 2 ? 4 : 0);
}

void relu_signs_backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const uint8_t *signs,
                         const real *dy, real *dx) {
    const ptrdiff_t size = relu_signs_down(h) * relu_signs_across(w);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (ptrdiff_t i = 0; i < h; i++)
            row_backward(w, signs + p * size + i / 2 * relu_signs_across(w),
                         i % 2 ? 4 : 0, dy + (p * h + i) * w, dx + (p * h + i) * w);
}
