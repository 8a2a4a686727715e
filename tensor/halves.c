#include "tensor/halves.h"

#include <math.h>
#include <string.h>

#include "tensor/threads.h"

#define BLOCK ((size_t)4096)               /* numbers that are rounded at a time */
#define PARTS ((size_t)64)                 /* whose largest number is found at a time */
#define FRACTION 23                        /* bits of the fraction of a float */
#define CUT 13                             /* of them are cut */
#define REBIAS (UINT32_C(112) << FRACTION) /* between the exponents of float and half */
#define LEAST UINT32_C(0x38800000) /* 2^-14, the smallest half with all its bits */
#define INFINITE UINT32_C(0x7f800000)
#define TOP 14       /* the largest becomes at least 2^TOP and less than 2^(TOP + 1) */
#define LOWEST (-99) /* the power of two of the largest; less is as good as 0 */

static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint16_t narrow(float x) {
    const uint32_t bits = bits_of(x), size = bits & 0x7fffffff;
    const uint32_t even = (size >> CUT) & 1; /* ties go to the even neighbour */
    const uint32_t rounded = (size - REBIAS + 0xfff + even) >> CUT;
    return (uint16_t)((bits >> 16 & 0x8000) | (size < LEAST ? 0 : rounded));
}

static inline float widen(uint16_t half) {
    const uint32_t size = half & 0x7fff;
    const uint32_t bits = size ? (size << CUT) + REBIAS : 0;
    return float_of((uint32_t)(half & 0x8000) << 16 | bits);
}

/* The bits of the largest |x|; those of a NaN are larger than those of all numbers. */
static uint32_t largest(size_t n, const real *x) {
    uint32_t part[PARTS], most = 0;
#pragma omp parallel for num_threads(threads_over(n))
    for (size_t p = 0; p < PARTS; p++) {
        uint32_t largest_so_far = 0;
        for (size_t i = n * p / PARTS; i < n * (p + 1) / PARTS; i++) {
            const uint32_t size = bits_of((float)x[i]) & 0x7fffffff;
            largest_so_far = size > largest_so_far ? size : largest_so_far;
        }
        part[p] = largest_so_far;
    }
    for (size_t p = 0; p < PARTS; p++)
        most = part[p] > most ? part[p] : most;
    return most;
}

/* The number of bits between a float of this size and 2^TOP. */
static int shift_of(uint32_t size) {
    int power = (int)(size >> FRACTION) - 127;
    return TOP - (power < LOWEST ? LOWEST : power);
}

static void narrow_block(real *x, size_t n, size_t block, float scale) {
    uint16_t halves[BLOCK] = {0};
    const size_t start = block * BLOCK, count = n - start < BLOCK ? n - start : BLOCK;
    for (size_t i = 0; i < count; i++)
        halves[i] = narrow(scale * (float)x[start + i]);
    memcpy((char *)x + start * sizeof(uint16_t), halves, count * sizeof(uint16_t));
}

/* The halves of blocks s to 2 s - 1 go where the numbers of earlier blocks were: so all of
 * these can be rounded at the same time. */
Halves halves_narrow(size_t n, real *x) {
    const uint32_t most = largest(n, x);
    const int shift = most < INFINITE ? shift_of(most) : 0;
    const float scale = ldexpf(1, shift);
    const size_t blocks = (n + BLOCK - 1) / BLOCK;
    for (size_t start = 0, end = 1; start < blocks; start = end, end = 2 * start) {
        const size_t stop = end < blocks ? end : blocks;
#pragma omp parallel for num_threads(threads_over((stop - start) * BLOCK))               \
    schedule(static)
        for (size_t block = start; block < stop; block++)
            narrow_block(x, n, block, scale);
    }
    return (Halves){(const uint16_t *)(const void *)x,
                    most < INFINITE ? (real)ldexpf(1, -shift) : (real)NAN};
}

void halves_widen(Halves halves, size_t start, size_t count, real *out) {
    for (size_t i = 0; i < count; i++)
        out[i] = halves.unit * (real)widen(halves.bits[start + i]);
}
