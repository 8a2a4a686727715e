/* An image whose border of `mirror` pixels is its mirror image, which does not repeat the
 * edge: 3 2 [1 2 3 4] 3 2 with mirror 2. */
#ifndef TENSOR_MIRROR_H
#define TENSOR_MIRROR_H

#include <stddef.h>

/* The position in 0 .. side - 1 that i shows; -1 beyond the border. */
static inline ptrdiff_t mirror_source(ptrdiff_t i, ptrdiff_t side, ptrdiff_t mirror) {
    if (i < -mirror || i >= side + mirror) return -1;
    if (i < 0) return -i;
    return i < side ? i : 2 * (side - 1) - i;
}

#endif
