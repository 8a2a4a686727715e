#include "transfer/start.h"

#include "io/image.h"
#include "tensor/check.h"
#include "transfer/pixel_space.h"

Tensor start_noise(Arena *arena, const Recipe *r, const Network *network,
                   Tensor content) {
    const Noise *noise = &r->start.noise;
    const Space space = noise->kind == NOISE_UNIT ? SPACE_UNIT : r->pixels.space;
    const Normalize own = pixel_space_of(r, network, space);
    const double share = noise->share;
    Rng rng = rng_seed(r->seed);
    Tensor x = pixel_space_converted(arena, content, pixel_space_unit, own);
    for (size_t i = 0; i < shape_size(x.shape); i++) {
        double drawn = noise->kind == NOISE_NORMAL ? noise->deviation * rng_normal(&rng)
                                                   : rng_uniform(&rng);
        if (noise->kind == NOISE_UNIFORM)
            drawn = noise->low + (noise->high - noise->low) * drawn;
        x.data[i] = (real)(share * drawn + (1 - share) * (double)x.data[i]);
    }
    return pixel_space_converted(arena, x, own, pixel_space_unit);
}

static Tensor image_of(Arena *arena, const Recipe *r, const Network *network,
                       const Scene *scene, Tensor given, Start start) {
    const Shape size = scene->content.shape;
    switch (start) {
    case START_CONTENT:
        return tensor_clone(arena, scene->content);
    case START_NOISE:
        return start_noise(arena, r, network, scene->content);
    case START_STYLE:
        return image_resize(arena, scene->style[0].image, size.h, size.w);
    case START_STYLIZED:
    case START_FILE:
        break;
    }
    CHECK(given.data && shape_equal(given.shape, size), "start: the given image is %s",
          SHAPE(given.shape));
    return given;
}

Tensor start_image(Arena *arena, const Recipe *r, const Network *network,
                   const Scene *scene, Tensor given, Start with, double blend) {
    Tensor a = image_of(arena, r, network, scene, given, r->start.from);
    if (blend == 0) return a;
    Tensor b = image_of(arena, r, network, scene, given, with);
    Tensor x = tensor_alloc(arena, a.shape);
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] = (real)((1 - blend) * (double)a.data[i] + blend * (double)b.data[i]);
    return x;
}
