#include <limits.h>

#include "tensor/kernels/simd/simd.h"

int simd_limit = INT_MAX;

#ifdef SIMD_WIDER

static int widest_here(void) {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
    bool avx512 = __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
    return avx512 ? 2 : 1;
}

#else

static int widest_here(void) {
    return 0;
}

#endif

int simd_widest(void) {
    const int here = widest_here();
    return here < simd_limit ? here : simd_limit;
}
