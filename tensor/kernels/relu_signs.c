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

/* Fewer than four elements as a vector, and back. Code without branches: signs are hard to
 * predict. */
static inline void few_read(const real *x, ptrdiff_t count, Four *to) {
    if (count == 1) *to = (Four){x[0]};
    if (count == 2) *to = (Four){x[0], x[1]};
    if (count == 3) *to = (Four){x[0], x[1], x[2]};
}

static inline void few_write(const Four *x, ptrdiff_t count, real *to) {
    to[0] = (*x)[0];
    if (count > 1) to[1] = (*x)[1];
    if (count > 2) to[2] = (*x)[2];
}

/* Bit k + `byte` of lane k is set when element k is positive or NaN. */
static inline void four_forward(Four *x, int byte, Mask *all) {
    const Mask kept = ~(Mask)(*x <= 0);
    *all |= (kept & (Mask){1, 2, 4, 8}) << byte;
    *x = (Four)((Mask)*x & kept);
}

static inline uint32_t bits_of(const Mask *all) {
    return (uint32_t)((*all)[0] | (*all)[1] | (*all)[2] | (*all)[3]);
}

/* The ReLU of 4 or 16 elements; the bits of elements 4 q .. 4 q + 3 are in byte q. */
static inline uint32_t bytes_forward(const real *x, real *y, const int count) {
    Mask all = {0};
    for (int i = 0; i < count; i += 4) {
        Four x4 = *(const LooseFour *)(x + i);
        four_forward(&x4, 2 * i, &all);
        *(LooseFour *)(y + i) = x4;
    }
    return bits_of(&all);
}

static inline uint32_t few_relu(const real *x, real *y, ptrdiff_t count) {
    Mask all = {0};
    Four few = {0};
    few_read(x, count, &few);
    four_forward(&few, 0, &all);
    few_write(&few, count, y);
    return bits_of(&all);
}

static inline void write_bytes(uint8_t *signs, uint32_t bits, const int count) {
    for (int q = 0; q < count; q++)
        signs[q] = (uint8_t)(bits >> 8 * q);
}

/* `count` columns of a row, or of two rows that are `below` apart, and their bits. */
static inline void columns_relu(const real *x, real *y, ptrdiff_t below, bool two,
                                const int count, uint8_t *signs) {
    uint32_t bits = bytes_forward(x, y, count);
    if (two) bits |= bytes_forward(x + below, y + below, count) << 4;
    write_bytes(signs, bits, count / 4);
}

/* A pair of rows, or a last one alone. */
static void pair_forward(ptrdiff_t w, const real *x, real *y, bool two, uint8_t *signs) {
    ptrdiff_t j = 0;
    for (; j + 16 <= w; j += 16)
        columns_relu(x + j, y + j, w, two, 16, signs + j / 4);
    for (; j + 4 <= w; j += 4)
        columns_relu(x + j, y + j, w, two, 4, signs + j / 4);
    if (j == w) return;
    uint32_t bits = few_relu(x + j, y + j, w - j);
    if (two) bits |= few_relu(x + w + j, y + w + j, w - j) << 4;
    write_bytes(signs + j / 4, bits, 1);
}

/* dx = dy where its bit is 1; with `add`, dx = before + that, where `before` is dx, or 0
 * over dy. */
typedef struct Back {
    bool add;
    Mask bit;    /* of each lane */
    Mask before; /* all bits, or none over dy */
} Back;

/* dx, from dy and the dx before. */
static inline void four_backward(const Back *b, unsigned signs, const Four *dy,
                                 Four *dx) {
    const Mask kept = (((Mask){0} + (Lane)signs) & b->bit) != 0;
    const Four y = (Four)((Mask)*dy & kept);
    const Four before = (Four)((Mask)*dx & b->before);
    *dx = b->add ? before + y : y;
}

static inline void row_backward(ptrdiff_t w, const uint8_t *signs, const Back *b,
                                const real *dy, real *dx) {
    ptrdiff_t j = 0;
    for (; j + 4 <= w; j += 4) {
        const Four dy4 = *(const LooseFour *)(dy + j);
        Four dx4 = *(const LooseFour *)(dx + j);
        four_backward(b, signs[j / 4], &dy4, &dx4);
        *(LooseFour *)(dx + j) = dx4;
    }
    if (j == w) return;
    Four rest = {0}, result = {0};
    few_read(dy + j, w - j, &rest);
    few_read(dx + j, w - j, &result);
    four_backward(b, signs[j / 4], &rest, &result);
    few_write(&result, w - j, dx + j);
}

/* No two pairs of rows share a byte, so the pairs can be split among threads. */
void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const real *x,
                        real *y, uint8_t *signs) {
    const ptrdiff_t down = relu_signs_down(h), across = relu_signs_across(w);
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t pair = 0; pair < planes * down; pair++) {
        const ptrdiff_t i = 2 * (pair % down), first = (pair / down * h + i) * w;
        pair_forward(w, x + first, y + first, i + 1 < h, signs + pair * across);
    }
}

static inline void backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w,
                            const uint8_t *signs, const bool add, const real *dy,
                            real *dx) {
    const ptrdiff_t down = relu_signs_down(h), across = relu_signs_across(w);
    const Mask before = (Mask){0} - !(dx == dy);
    const Back upper = {add, {1, 2, 4, 8}, before};
    const Back lower = {add, {16, 32, 64, 128}, before};
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)(planes * h * w)))
    for (ptrdiff_t pair = 0; pair < planes * down; pair++) {
        const ptrdiff_t i = 2 * (pair % down), first = (pair / down * h + i) * w;
        row_backward(w, signs + pair * across, &upper, dy + first, dx + first);
        if (i + 1 == h) continue;
        row_backward(w, signs + pair * across, &lower, dy + first + w, dx + first + w);
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
