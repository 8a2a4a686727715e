#include "app/fma.h"

#include "tensor/real.h"

#define SUMS                                                                             \
    12 /* at least latency (4 or 5 cycles) x units (2); 16 registers hold them           \
        */

/* What the sums start from. Volatile, for the compiler would make one of equal sums. */
static volatile real starts[SUMS];

/* s = s a + b, again and again: with a = 1/2 and b = 1 it settles at 2. */
#define FMA_LOOP(name, bytes, target)                                                    \
    typedef real name##_vec __attribute__((vector_size(bytes)));                         \
    target static double name(long turns, real a, real b) {                              \
        name##_vec sum[SUMS], total = {0};                                               \
        for (int i = 0; i < SUMS; i++)                                                   \
            sum[i] = (name##_vec){0} + starts[i];                                        \
        for (long t = 0; t < turns; t++)                                                 \
            for (int i = 0; i < SUMS; i++)                                               \
                sum[i] = sum[i] * a + b;                                                 \
        for (int i = 0; i < SUMS; i++)                                                   \
            total += sum[i];                                                             \
        volatile real sink = total[0];                                                   \
        (void)sink;                                                                      \
        return 2.0 * SUMS * (bytes / sizeof(real)) * (double)turns;                      \
    }

FMA_LOOP(fma_128, 16, )

#if defined(__x86_64__)

FMA_LOOP(fma_256, 32, __attribute__((target("avx2,fma"))))
FMA_LOOP(fma_512, 64, __attribute__((target("avx512f"))))

static int width(void) {
    if (__builtin_cpu_supports("avx512f")) return 512;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 256 : 128;
}

static double run(long turns, real a, real b) {
    int bits = width();
    return (bits == 512 ? fma_512 : bits == 256 ? fma_256 : fma_128)(turns, a, b);
}

const char *fma_vector(void) {
    int bits = width();
    return bits == 512 ? "avx512f" : bits == 256 ? "avx2" : "128 bits";
}

#else

static double run(long turns, real a, real b) {
    return fma_128(turns, a, b);
}

const char *fma_vector(void) {
    return "128 bits";
}

#endif

double fma_run(long turns) {
    volatile real a = (real)0.5, b = 1; /* unknown to the compiler */
    return run(turns, a, b);
}
