#include "app/images.h"

#include <stdio.h>

#include "tensor/no_memory.h"
#include "tensor/text.h"
#include "transfer/input.h"
#include "transfer/masks.h"

ImageSize images_style_size(const Recipe *stage, const Options *options) {
    if (!options->style_size)
        return (ImageSize){recipe_style_pixels(stage), stage->size.of};
    const double side = (double)options->style_size * stage->size.pixels /
                        recipe_final_size(&options->recipe);
    return (ImageSize){side < MIN_IMAGE_SIDE ? MIN_IMAGE_SIDE : (int)(side + 0.5),
                       SIDE_LONGER};
}

void images_note_range(const char *path, Tensor image) {
    const char *looks = input_is_tensor(path) ? input_other_range(image) : NULL;
    if (looks)
        fprintf(stderr, "%s is used as RGB in [0,1], but its numbers look like %s\n",
                SHOWN(path), looks);
}

/* Below, an image is read in any case. */
#define LARGE ((size_t)16 << 20) /* bytes */

/* What is being read, and where to. */
typedef struct ImageReading {
    Arena *arena;
    const Options *options;
    const Recipe *stage;
    bool sizes_only;
    Images *out;
} ImageReading;

/* Large blocks of memory are not there before they are touched, so the tensor of an image
 * that is not read takes none. */
static bool read_or_size(const ImageReading *r, const char *path, ImageSize fit,
                         Tensor *out, Error *err) {
    Shape shape;
    if (!r->sizes_only || input_is_tensor(path))
        return input_image_of(r->arena, path, fit.pixels, fit.of, out, err);
    if (!input_shape_of(path, fit.pixels, fit.of, &shape, err)) return false;
    if (shape_size(shape) * sizeof(real) < LARGE)
        return input_image_of(r->arena, path, fit.pixels, fit.of, out, err);
    *out = tensor_alloc(r->arena, shape);
    r->out->unread += shape_size(shape) * sizeof(real);
    return true;
}

static bool read_image(const ImageReading *r, const char *path, ImageSize fit,
                       Tensor *out, Error *err) {
    const MemoryUse before = memory_for(path, NULL);
    const bool good = read_or_size(r, path, fit, out, err);
    memory_for_again(before);
    return good;
}

static bool read_style(const ImageReading *r, int i, Error *err) {
    const ImageSize fit = images_style_size(r->stage, r->options);
    Scene *scene = &r->out->scene;
    Style *style = &scene->style[i];
    const char *path = r->options->operand[1 + i], *mask = r->options->masks.path[i],
               *part = r->options->parts.path[i];
    return read_image(r, path, fit, &style->image, err) &&
           (!mask ||
            masks_read(r->arena, mask, scene->content.shape, &style->mask, err)) &&
           (!part || masks_read(r->arena, part, style->image.shape, &style->part, err));
}

/* The part of the content that a style is wanted in. */
static double area_of(const Scene *scene, int i) {
    const Tensor mask = scene->style[i].mask;
    if (!mask.data) return 1;
    const size_t size = shape_size(mask.shape);
    double sum = 0;
    for (size_t k = 0; k < size; k++)
        sum += (double)mask.data[k];
    return sum / (double)size;
}

/* Shares that add up to 1: as said, or as large as the regions, so that every pixel is
 * pulled at with the same strength. */
static void share_out(Scene *scene, const Blend *said) {
    double sum = 0;
    for (int i = 0; i < scene->styles; i++)
        sum += scene->style[i].blend = said->count ? said->share[i] : area_of(scene, i);
    for (int i = 0; i < scene->styles; i++)
        scene->style[i].blend /= sum;
}

static bool read_all(const ImageReading *r, Error *err) {
    const Options *options = r->options;
    const ImageSize size = {r->stage->size.pixels, r->stage->size.of};
    Images *out = r->out;
    *out = (Images){.scene.styles = options->operands - 1};
    if (!read_image(r, options->operand[0], size, &out->scene.content, err)) return false;
    for (int i = 0; i < out->scene.styles; i++)
        if (!read_style(r, i, err)) return false;
    share_out(&out->scene, &options->blend);
    out->photograph = out->scene.content;
    if (out->unread == 0)
        colors_prepare(r->arena, &out->scene, options->colors);
    else if (options->colors != COLORS_STYLE)
        out->unread *= 2; /* each image has a copy in other colours */
    return true;
}

bool images_read(Arena *arena, const Options *options, const Recipe *stage, Images *out,
                 Error *err) {
    return read_all(&(ImageReading){arena, options, stage, false, out}, err);
}

bool images_sizes(Arena *arena, const Options *options, const Recipe *stage, Images *out,
                  Error *err) {
    return read_all(&(ImageReading){arena, options, stage, true, out}, err);
}
