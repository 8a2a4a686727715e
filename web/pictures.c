/* The pictures of the page, as bytes, and as the tensors that are painted. */
#include <stdlib.h>

#include "io/image.h"
#include "tensor/no_memory.h"
#include "transfer/input.h"
#include "web/play.h"

static struct {
    uint8_t *rgba;
    int w, h;
} pictures[PLAY_PICTURES];

static const char *const names[PLAY_PICTURES] = {"the photograph", "the painting",
                                                 "the first picture"};

uint8_t *PLAY_EXPORT(play_picture)(int which, int w, int h) {
    if (which < 0 || which >= PLAY_PICTURES) {
        error_set(&play_err, "there is no picture %d", which);
        return NULL;
    }
    if (w < 1 || h < 1 || w > PLAY_MOST_PICTURE || h > PLAY_MOST_PICTURE) {
        error_set(&play_err, "%s has %d x %d pixels; a page takes up to %d x %d",
                  names[which], w, h, PLAY_MOST_PICTURE, PLAY_MOST_PICTURE);
        return NULL;
    }
    free(pictures[which].rgba);
    pictures[which].rgba = memory_take((size_t)4 * (size_t)w * (size_t)h);
    pictures[which].w = w;
    pictures[which].h = h;
    return pictures[which].rgba;
}

static bool is_there(int which) {
    return pictures[which].rgba || error_set(&play_err, "choose %s first", names[which]);
}

static Shape shape_of(int which) {
    return (Shape){1, 3, pictures[which].h, pictures[which].w};
}

bool play_picture_shape(int which, int size, SizeOf of, Shape *out) {
    if (!is_there(which)) return false;
    const Shape from = shape_of(which);
    if (!input_large_enough(from))
        return error_set(&play_err,
                         "%s is %d x %d pixels; each side needs at least %d; choose a "
                         "larger picture",
                         names[which], from.w, from.h, MIN_IMAGE_SIDE);
    if (!input_fit_check(from, size, of, names[which], out, &play_err)) return false;
    return image_longest(*out) <= PLAY_MOST_PICTURE ||
           error_set(&play_err,
                     "%s would be %d x %d pixels; choose a smaller size, or a picture "
                     "that is less narrow",
                     names[which], out->w, out->h);
}

/* The bytes of a picture that is there, RGB in [0, 1]. */
static Tensor decoded(Arena *arena, int which) {
    const Tensor out = tensor_alloc(arena, shape_of(which));
    const size_t plane = (size_t)out.shape.h * (size_t)out.shape.w;
    for (size_t i = 0; i < plane; i++)
        for (size_t c = 0; c < 3; c++)
            out.data[c * plane + i] =
                (real)((double)pictures[which].rgba[4 * i + c] / 255);
    return out;
}

bool play_picture_fitted(Arena *arena, int which, Shape shape, Tensor *out) {
    if (!is_there(which)) return false;
    const MemoryUse before = memory_for(names[which], NULL);
    Arena *scratch = arena_new();
    *out = image_resize(arena, decoded(scratch, which), shape.h, shape.w);
    arena_free(scratch);
    memory_for_again(before);
    return true;
}

bool play_picture_sized(Arena *arena, int which, int size, SizeOf of, Tensor *out) {
    Shape shape;
    return play_picture_shape(which, size, of, &shape) &&
           play_picture_fitted(arena, which, shape, out);
}

void play_bytes(Tensor image, uint8_t *rgba) {
    const size_t plane = (size_t)image.shape.h * (size_t)image.shape.w;
    for (size_t i = 0; i < plane; i++) {
        for (size_t c = 0; c < 3; c++) {
            const double v = (double)image.data[c * plane + i];
            const double within = v > 1 ? 1 : v > 0 ? v : 0;
            rgba[4 * i + c] = (uint8_t)(255 * within + 0.5);
        }
        rgba[4 * i + 3] = 255;
    }
}
