#include "transfer/masks.h"

#include <stdlib.h>

#include "io/image.h"
#include "tensor/kernels/sums.h"
#include "transfer/input.h"

/* (1,3,h,w) -> (1,1,h,w) */
static Tensor grey(Arena *arena, Tensor x) {
    const size_t plane = (size_t)x.shape.h * (size_t)x.shape.w;
    Tensor y = tensor_alloc(arena, (Shape){1, 1, x.shape.h, x.shape.w});
    for (size_t i = 0; i < plane; i++)
        y.data[i] = (x.data[i] + x.data[plane + i] + x.data[2 * plane + i]) / 3;
    return y;
}

/* The same proportions, up to the rounding of one pixel. */
static bool similar(Shape mask, Shape size) {
    Shape fit = image_fit(mask, size.h > size.w ? size.h : size.w);
    return abs(fit.h - size.h) <= 1 && abs(fit.w - size.w) <= 1;
}

bool masks_read(Arena *arena, const char *path, Shape size, Tensor *out, Error *err) {
    Tensor read;
    if (input_is_tensor(path))
        return error_set(err,
                         "%s: a mask is an image file; save the array as one, with "
                         "Image.fromarray((255 * x).astype('uint8')).save('mask.png')",
                         path);
    if (!image_read_mask(arena, path, &read, err)) return false;
    if (!similar(read.shape, size))
        return error_set(err,
                         "%s: is %d x %d pixels, a mask for an image of %d x %d must "
                         "have its proportions",
                         path, read.shape.w, read.shape.h, size.w, size.h);
    *out = masks_shrink(arena, grey(arena, read), size);
    return masks_positions(*out, size) > 0 ||
           error_set(err, "%s: is black everywhere; paint the region of the style white",
                     path);
}

Tensor masks_shrink(Arena *arena, Tensor mask, Shape layer) {
    if (!mask.data || (mask.shape.h == layer.h && mask.shape.w == layer.w)) return mask;
    return image_resize(arena, mask, layer.h, layer.w);
}

double masks_positions(Tensor shrunk, Shape layer) {
    const size_t size = (size_t)layer.h * (size_t)layer.w;
    return shrunk.data ? sum_products(size, shrunk.data, shrunk.data) : (double)size;
}

Node *masks_summary(Node *features, Tensor shrunk, StyleForm form) {
    Node *seen = features;
    if (shrunk.data) seen = ag_mask(features, tape_constant(features->tape, shrunk));
    return ag_style_summary(seen, form, masks_positions(shrunk, features->shape));
}
