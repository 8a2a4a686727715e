#include "tensor/kernels/simd/fma.h"

#include <string.h>

/* One panel: panel[k width + i] = from[i across + k along], 0 where i >= known. */
static void pack_any(const real *from, ptrdiff_t across, ptrdiff_t along, ptrdiff_t known,
                     ptrdiff_t width, ptrdiff_t depth, real *panel) {
    for (ptrdiff_t k = 0; k < depth; k++)
        for (ptrdiff_t i = 0; i < width; i++)
            panel[k * width + i] = i < known ? from[i * across + k * along] : 0;
}

#define SIMD_FILE "tensor/kernels/simd/fma.inc"
#include "tensor/kernels/simd/versions.inc"

const FmaTile *fma_tile(int i) {
    static const FmaTile *const versions[] = SIMD_VERSIONS(fma_tile);
    return i <= simd_widest() ? versions[i] : NULL;
}

const FmaTile *fma_tile_best(void) {
    return fma_tile(simd_widest());
}
