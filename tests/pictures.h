/* Images that need no file, for tests. */
#ifndef TESTS_PICTURES_H
#define TESTS_PICTURES_H

#include "tests/arena.h"

/* (1,3,h,w), every number anew from 0.1 to 0.9. */
static inline Tensor random_image(uint64_t seed, int h, int w) {
    Rng rng = rng_seed(seed);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0.1, 0.9);
    return x;
}

#endif
