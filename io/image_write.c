#include <limits.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "io/image.h"
#include "io/image_decode.h"
#include "tensor/check.h"
#include "tensor/threads.h"

static const struct {
    const char *ending;
    ImageFormat format;
    int largest_side; /* the largest side that the format can store */
} endings[] = {
    {".png", IMAGE_PNG, INT_MAX},      {".jpg", IMAGE_JPEG, UINT16_MAX},
    {".jpeg", IMAGE_JPEG, UINT16_MAX}, {".bmp", IMAGE_BMP, INT_MAX},
    {".ppm", IMAGE_PPM, INT_MAX},
};
enum { ENDINGS = sizeof endings / sizeof endings[0] };

/* Index of the path's ending, in either case; -1 and an error when there is none. */
static int find_ending(const char *path, Error *err) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    for (int i = 0; dot && dot != name && i < ENDINGS; i++)
        if (strcasecmp(dot, endings[i].ending) == 0) return i;
    error_set(err,
              "cannot write %s: an image's name ends in .png, .jpg, .jpeg, .bmp or .ppm; "
              "choose one of them",
              path);
    return -1;
}

/* Whether the format takes an image of that many pixels and values. */
static bool check_size(const char *path, int w, int h, size_t size, int ending,
                       Error *err) {
    const int largest_side = endings[ending].largest_side;
    if (size <= INT_MAX / 2 && h <= largest_side && w <= largest_side) return true;
    return error_set(err,
                     "cannot write %s: %d x %d pixels are too many for this format; "
                     "make the image smaller",
                     path, w, h);
}

static bool check_image(const char *path, Tensor image, int ending, Error *err) {
    Shape s = image.shape;
    CHECK(s.n == 1 && (s.c == 3 || s.c == 1),
          "image_write of %s: not (1,3,h,w) or (1,1,h,w)", SHAPE(s));
    size_t size = shape_size(s);
    if (!check_size(path, s.w, s.h, size, ending, err)) return false;
    for (size_t i = 0; i < size; i++)
        if (isnan(image.data[i]))
            return error_set(
                err,
                "cannot write %s: the image contains NaN; lower the learning "
                "rate",
                path);
    return true;
}

void image_bytes(Tensor image, uint8_t *bytes) {
    size_t channels = (size_t)image.shape.c, size = shape_size(image.shape);
    size_t plane = size / channels;
#pragma omp parallel for schedule(static) num_threads(threads_over(size))
    for (size_t i = 0; i < plane; i++)
        for (size_t c = 0; c < channels; c++) {
            const double v = (double)image.data[c * plane + i];
            bytes[i * channels + c] = (uint8_t)(255 * (v > 0 ? v < 1 ? v : 1 : 0) + 0.5);
        }
}

static bool write_picture(Arena *scratch, const char *path, int ending,
                          const DecodedImage *picture, Error *err) {
    const FileBytes file = stb_encode(scratch, endings[ending].format, picture);
    return file_write(path, file.data, file.size, err);
}

bool image_write(const char *path, Tensor image, Error *err) {
    int ending = find_ending(path, err);
    if (ending < 0) return false;
    if (!check_image(path, image, ending, err)) return false;
    Arena *scratch = arena_new();
    uint8_t *bytes = arena_alloc(scratch, shape_size(image.shape));
    image_bytes(image, bytes);
    DecodedImage picture = {.w = image.shape.w,
                            .h = image.shape.h,
                            .channels = image.shape.c,
                            .largest = UINT8_MAX,
                            .narrow = bytes};
    const bool ok = write_picture(scratch, path, ending, &picture, err);
    arena_free(scratch);
    return ok;
}

bool image_write_rgb(const char *path, const ImageRgb *image, Error *err) {
    const int ending = find_ending(path, err);
    const size_t size = 3 * (size_t)image->w * (size_t)image->h;
    if (ending < 0 || !check_size(path, image->w, image->h, size, ending, err))
        return false;
    const DecodedImage picture = {.w = image->w,
                                  .h = image->h,
                                  .channels = 3,
                                  .largest = UINT8_MAX,
                                  .narrow = image->rgb};
    Arena *scratch = arena_new();
    const bool ok = write_picture(scratch, path, ending, &picture, err);
    arena_free(scratch);
    return ok;
}

bool image_write_check(const char *path, Error *err) {
    return find_ending(path, err) >= 0 && file_write_check(path, err);
}
