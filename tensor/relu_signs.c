#include "tensor/relu_signs.h"

#include <stdbool.h>

#include "tensor/kernels_gemm.h"

typedef real Four __attribute__((vector_size(4 * sizeof(real))));
typedef real LooseFour
    __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));
#ifdef REAL_DOUBLE
typedef int64_t Lane;
#else
typedef int32_t Lane;
#endif
typedef Lane Mask __attribute__((vector_size(4 * sizeof(real))));

size_t relu_signs_size(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w) {
    return (size_t)(planes * relu_signs_down(h) * relu_signs_across(w));
}

/* One row, whose bits begin at bit `shift`, 0 or 4, of the bytes. */
static void row_forward(ptrdiff_t w, real *y, uint8_t *signs, int shift) {
    for (ptrdiff_t j = 0; j < w; j += 4) {
        unsigned bits = 0;
        for (ptrdiff_t k = 0; k < 4 && j + k < w; k++) {
            const bool zero = y[j + k] <= 0;
            bits |= (unsigned)!zero << k;
            y[j + k] = zero ? 0 : y[j + k];
        }
        signs[j / 4] = (uint8_t)(shift ? signs[j / 4] | bits << 4 : bits);
    }
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

static int threads(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w) {
    return threads_for((double)planes * (double)h * (double)w);
}

void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, real *y,
                        uint8_t *signs) {
    const ptrdiff_t size = relu_signs_down(h) * relu_signs_across(w);
#pragma omp parallel for schedule(static) num_threads(threads(planes, h, w))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (ptrdiff_t i = 0; i < h; i++)
            row_forward(w, y + (p * h + i) * w,
                        signs + p * size + i / 2 * relu_signs_across(w), i % 2 ? 4 : 0);
}

void relu_signs_backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const uint8_t *signs,
                         const real *dy, real *dx) {
    const ptrdiff_t size = relu_signs_down(h) * relu_signs_across(w);
#pragma omp parallel for schedule(static) num_threads(threads(planes, h, w))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (ptrdiff_t i = 0; i < h; i++)
            row_backward(w, signs + p * size + i / 2 * relu_signs_across(w),
                         i % 2 ? 4 : 0, dy + (p * h + i) * w, dx + (p * h + i) * w);
}
