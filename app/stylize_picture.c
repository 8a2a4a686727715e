#include "app/stylize_picture.h"

#include <stdio.h>

#include "app/memory.h"
#include "app/memory_limit.h"
#include "tensor/no_memory.h"
#include "tensor/threads.h"
#include "transfer/colors.h"
#include "transfer/input.h"
#include "transfer/output.h"

#define USUAL_LIMIT ((size_t)2 << 30) /* bytes */

/* A photograph in either form. */
typedef struct StylizePhoto {
    int h, w;
    Tensor tensor; /* data is NULL when there are bytes only */
    ImageRgb bytes;
} StylizePhoto;

/* A file in its own size stays in bytes. */
static bool read_photo(const StylizeWay *way, Arena *arena, const StylizePicture *how,
                       const char *path, StylizePhoto *out, Error *err) {
    Error small;
    *out = (StylizePhoto){0};
    if (how->size == 0 && !input_is_tensor(path)) {
        if (!image_read_rgb(arena, path, &out->bytes, err)) return false;
        out->h = out->bytes.h;
        out->w = out->bytes.w;
    } else {
        if (!input_image(arena, path, how->size, &out->tensor, err)) return false;
        out->h = out->tensor.shape.h;
        out->w = out->tensor.shape.w;
    }
    return way->takes(out->h, out->w, &small) ||
           error_set(err, "%s: %s", path, small.text);
}

static uint8_t byte_of(real value) {
    const double v = (double)value;
    return (uint8_t)(255 * (v < 0 ? 0 : v > 1 ? 1 : v) + 0.5);
}

static ImageRgb bytes_like(Arena *arena, const StylizePhoto *photo) {
    const size_t pixels = (size_t)photo->h * (size_t)photo->w;
    return (ImageRgb){photo->w, photo->h, arena_alloc(arena, 3 * pixels)};
}

static void make_bytes(Arena *arena, StylizePhoto *photo) {
    if (photo->bytes.rgb) return;
    photo->bytes = bytes_like(arena, photo);
    const size_t pixels = (size_t)photo->h * (size_t)photo->w;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < pixels; i++)
            photo->bytes.rgb[3 * i + c] = byte_of(photo->tensor.data[c * pixels + i]);
}

static Tensor tensor_of(Arena *arena, const ImageRgb *bytes) {
    real value[UINT8_MAX + 1];
    Tensor out = tensor_alloc(arena, (Shape){1, 3, bytes->h, bytes->w});
    const size_t pixels = (size_t)bytes->h * (size_t)bytes->w;
    for (int i = 0; i <= UINT8_MAX; i++)
        value[i] = (real)((double)i / UINT8_MAX);
#pragma omp parallel for schedule(static) num_threads(threads_over(3 * pixels))
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < 3; c++)
            out.data[c * pixels + i] = value[bytes->rgb[3 * i + c]];
    return out;
}

/* ---- Whole ---- */

static size_t limit_of(const StylizePicture *how) {
    return how->memory_limit ? how->memory_limit : USUAL_LIMIT;
}

/* Bytes of the process with the tape, the photograph and the picture. */
static size_t whole_bytes(const StylizeWay *way, int h, int w) {
    return memory_now() + way->bytes(way->with, h, w) +
           3 * sizeof(real) * (size_t)h * (size_t)w;
}

static bool paint_whole(const StylizeWay *way, Arena *arena, const StylizePicture *how,
                        const StylizePhoto *photo, const char *out, Error *err) {
    Tensor picture,
        rgb = photo->tensor.data ? photo->tensor : tensor_of(arena, &photo->bytes);
    if (!way->paint(way->with, rgb, &picture, err)) return false;
    if (how->keep_colors) picture = colors_recombine(arena, picture, rgb);
    return output_image(out, picture, err);
}

/* ---- In parts ---- */

/* The side of parts that fits, from what was said or 512 on; 0 when none does. */
static int tile_that_fits(const StylizeWay *way, const StylizePicture *how, size_t images,
                          size_t *bytes) {
    const int least = way->unit > STYLIZE_LEAST_TILE ? way->unit : STYLIZE_LEAST_TILE;
    int tile = how->tile ? how->tile : STYLIZE_TILE;
    for (;; tile = tile / 2 / way->unit * way->unit) {
        *bytes = memory_now() + images + way->part_bytes(way->with, tile);
        if (*bytes <= limit_of(how) || how->tile) return tile;
        if (tile / 2 < least) return tile;
    }
}

static bool paint_parts(const StylizeWay *way, Arena *arena, const StylizePicture *how,
                        StylizePhoto *photo, const char *out, Error *err) {
    char what[64];
    size_t bytes;
    const size_t image = 3 * (size_t)photo->h * (size_t)photo->w;
    const int tile = tile_that_fits(way, how, 2 * image, &bytes);
    snprintf(what, sizeof what, "%d x %d pixels in parts of %d", photo->w, photo->h,
             tile);
    const MemoryNeed need = {memory_now(), bytes, what, "a smaller --tile needs less"};
    if (!memory_limit_allows(how->memory_limit, &need, err)) return false;
    make_bytes(arena, photo);
    const ImageRgb picture = bytes_like(arena, photo);
    const StylizeParts parts = {tile, how->exact ? 0 : STYLIZE_SAMPLES, how->keep_colors};
    if (!way->paint_parts(way->with, &photo->bytes, &picture, &parts, err)) return false;
    return input_is_tensor(out) ? output_image(out, tensor_of(arena, &picture), err)
                                : image_write_rgb(out, &picture, err);
}

static bool paint_photo(const StylizeWay *way, Arena *arena, const StylizePicture *how,
                        const char *in, const char *out, Error *err) {
    StylizePhoto photo;
    if (!read_photo(way, arena, how, in, &photo, err)) return false;
    const bool whole =
        how->tile == 0 && whole_bytes(way, photo.h, photo.w) <= limit_of(how);
    return whole ? paint_whole(way, arena, how, &photo, out, err)
                 : paint_parts(way, arena, how, &photo, out, err);
}

bool stylize_picture(const StylizeWay *way, const StylizePicture *how, const char *in,
                     const char *out, Error *err) {
    const MemoryUse before = memory_for(in, NULL);
    Arena *arena = arena_new();
    const bool good = paint_photo(way, arena, how, in, out, err);
    arena_free(arena);
    memory_for_again(before);
    return good;
}
