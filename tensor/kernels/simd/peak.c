#include "tensor/kernels/simd/peak.h"

#include "tensor/kernels/simd/simd.h"

#define SUMS 12 /* at least latency (4 or 5 cycles) x units (2); 16 registers hold them */

/* What the sums start from. Volatile, for the compiler would make one of equal sums. */
static volatile real starts[SUMS];

typedef double (*FmaLoop)(long turns, real a, real b);

#define SIMD_FILE "tensor/kernels/simd/peak.inc"
#include "tensor/kernels/simd/versions.inc"

const char *fma_vector(void) {
#if defined(__x86_64__)
    static const char *const names[] = {"sse2", "avx2", "avx512f"};
    return names[simd_widest()];
#elif defined(__aarch64__)
    return "neon";
#else
    return "128 bits";
#endif
}

double fma_run(long turns) {
    static const FmaLoop *const versions[] = SIMD_VERSIONS(fma_loop);
    volatile real a = (real)0.5, b = 1; /* unknown to the compiler */
    return (*versions[simd_widest()])(turns, a, b);
}
