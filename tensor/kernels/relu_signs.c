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

/* The ReLU of four elements; bit k + `byte` of lane k is set when element k is kept. */
static inline void four_forward(const real *x, real *y, int byte, Mask *all) {
    const Four x4 = *(const LooseFour *)x;
    const Mask kept = ~(Mask)(x4 <= 0);
    *(LooseFour *)y = (Four)((Mask)x4 & kept);
    *all |= (kept & (Mask){1, 2, 4, 8}) << byte;
}

/* The ReLU of 4, 8, 12 or 16 elements; the bits of elements 4 q .. 4 q + 3 are in byte
 * q. */
static inline uint32_t bytes_forward(const real *x, real *y, ptrdiff_t count) {
    Mask all = {0};
    for (int q = 0; 4 * q < count; q++)
        four_forward(x + 4 * q, y + 4 * q, 8 * q, &all);
    return (uint32_t)(all[0] | all[1] | all[2] | all[3]);
}

static inline void write_bits(uint8_t *signs, unsigned bits, int shift) {
    *signs = (uint8_t)(shift ? *signs | bits << shift : bits);
}

/* One row, whose bits begin at bit `shift`, 0 or 4, of the bytes. */
static void row_forward(ptrdiff_t w, const real *x, real *y, uint8_t *signs, int shift) {
    ptrdiff_t j = 0;
    for (; j + 16 <= w; j += 16) {
        const uint32_t bits = bytes_forward(x + j, y + j, 16);
        for (int q = 0; q < 4; q++)
            write_bits(signs + j / 4 + q, bits >> 8 * q & 255, shift);
    }
    for (; j + 4 <= w; j += 4)
        write_bits(signs + j / 4, bytes_forward(x + j, y + j, 4), shift);
    if (j == w) return;
    unsigned bits = 0;
    for (ptrdiff_t k = 0; j + k < w; k++) {
        const bool zero = x[j + k] <= 0;
        bits |= (unsigned)!zero << k;
        y[j + k] = zero ? 0 : x[j + k];
    }
    write_bits(signs + j / 4, bits, shift);
}

/* dx = dy where its bit is 1; with `add`, dx = dx + that, or 0 + that over dy. */
static inline void row_backward(ptrdiff_t w, const uint8_t *signs, int shift, bool add,
                                const real *dy, real *dx) {
    const Mask bit = (Mask){1, 2, 4, 8} << shift;
    const bool over = dx == dy;
    const Mask used = (Mask){0} - !over;
    ptrdiff_t j = 0;
    for (; j + 4 <= w; j += 4) {
        const Mask all = (Mask){0} + signs[j / 4];
        const Mask dy4 = (Mask)(Four)(*(const LooseFour *)(dy + j));
        const Mask dx4 = (Mask)(Four)(*(const LooseFour *)(dx + j));
        const Four before = (Four)(dx4 & used);
        const Four kept = (Four)(dy4 & ((all & bit) != 0));
        *(LooseFour *)(dx + j) = add ? before + kept : kept;
    }
    for (ptrdiff_t k = 0; j + k < w; k++) {
        const real before = over ? 0 : dx[j + k];
        const real kept = signs[j / 4] >> (k + shift) & 1 ? dy[j + k] : 0;
        dx[j + k] = add ? before + kept : kept;
    }
}

/* No two pairs of rows share a byte, so the pairs can be split among threads. */
void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const real *x,
                        real *y, uint8_t *signs) {
    const ptrdiff_t down = relu_signs_down(h), across = relu_signs_across(w);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t pair = 0; pair < planes * down; pair++) {
        const ptrdiff_t i = 2 * (pair % down), first = (pair / down * h + i) * w;
        row_forward(w, x + first, y + first, signs + pair * across, 0);
        if (i + 1 == h) continue;
        row_forward(w, x + first + w, y + first + w, signs + pair * across, 4);
    }
}

static inline void backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w,
                            const uint8_t *signs, bool add, const real *dy, real *dx) {
    const ptrdiff_t down = relu_signs_down(h), across = relu_signs_across(w);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t pair = 0; pair < planes * down; pair++) {
        const ptrdiff_t i = 2 * (pair % down), first = (pair / down * h + i) * w;
        row_backward(w, signs + pair * across, 0, add, dy + first, dx + first);
        if (i + 1 == h) continue;
        row_backward(w, signs + pair * across, 4, add, dy + first + w, dx + first + w);
    }
}

void relu_signs_backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const uint8_t *signs,
                         const real *dy, real *dx) {
    backward(planes, h, w, signs, false, dy, dx);
}

/* Rows of the flat layout. */
enum { LENGTH = 1024 };

size_t relu_signs_flat_size(size_t n) {
    return relu_signs_size(1, (ptrdiff_t)(n / LENGTH), LENGTH) +
           relu_signs_size(1, 1, (ptrdiff_t)(n % LENGTH));
}

void relu_signs_flat_forward(size_t n, const real *x, real *y, uint8_t *signs) {
    const ptrdiff_t rows = (ptrdiff_t)(n / LENGTH), rest = (ptrdiff_t)(n % LENGTH);
    relu_signs_forward(1, rows, LENGTH, x, y, signs);
    relu_signs_forward(1, 1, rest, x + rows * LENGTH, y + rows * LENGTH,
                       signs + relu_signs_size(1, rows, LENGTH));
}

void relu_signs_flat_add(size_t n, const uint8_t *signs, const real *dy, real *dx) {
    const ptrdiff_t rows = (ptrdiff_t)(n / LENGTH), rest = (ptrdiff_t)(n % LENGTH);
    backward(1, rows, LENGTH, signs, true, dy, dx);
    backward(1, 1, rest, signs + relu_signs_size(1, rows, LENGTH), true,
             dy + rows * LENGTH, dx + rows * LENGTH);
}
