#include "transfer/start.h"

#include "transfer/space.h"

Tensor start_noise(Arena *arena, const Recipe *r, const Network *network,
                   Tensor content) {
    const Noise *noise = &r->noise;
    const Space space = noise->kind == NOISE_UNIT ? SPACE_UNIT : r->space;
    const Normalize own = space_of(r, network, space);
    const double share = noise->share;
    Rng rng = rng_seed(r->seed);
    Tensor x = space_converted(arena, content, space_unit, own);
    for (size_t i = 0; i < shape_size(x.shape); i++) {
        double drawn = noise->kind == NOISE_NORMAL ? noise->deviation * rng_normal(&rng)
                                                   : rng_uniform(&rng);
        if (noise->kind == NOISE_UNIFORM)
            drawn = noise->low + (noise->high - noise->low) * drawn;
        x.data[i] = (real)(share * drawn + (1 - share) * (double)x.data[i]);
    }
    return space_converted(arena, x, own, space_unit);
}
