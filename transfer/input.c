#include "transfer/input.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "io/image.h"
#include "io/npy.h"

bool input_is_tensor(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".npy") == 0;
}

/* The result of an optimiser is near [0,1], with few elements far outside. */
#define NEAR_LOW (-0.25)
#define NEAR_HIGH 1.25
#define FAR_LOW (-8.0) /* nothing that was meant to be in [0,1] is beyond these */
#define FAR_HIGH 9.0

/* Refuses numbers that mean something else than RGB in [0,1]. */
static bool check_range(Tensor x, const char *path, Error *err) {
    const size_t size = shape_size(x.shape);
    double low = 0, high = 0;
    size_t off = 0;
    for (size_t i = 0; i < size; i++) {
        const double v = (double)x.data[i];
        low = v < low ? v : low, high = v > high ? v : high;
        off += v < NEAR_LOW || v > NEAR_HIGH;
    }
    if (low < FAR_LOW || high > FAR_HIGH)
        return error_set(err,
                         "%s: holds numbers from %g to %g, an image is RGB in [0,1]; "
                         "divide it by what means white there (x / 255.0) and save it "
                         "again",
                         path, low, high);
    if (2 * off > size)
        return error_set(err,
                         "%s: most of its numbers, from %g to %g, are outside of [0,1], "
                         "as if it were prepared for a network; save RGB in [0,1], "
                         "x * deviation + mean",
                         path, low, high);
    return true;
}

const char *input_other_range(Tensor image) {
    const size_t size = shape_size(image.shape);
    const double slack = 0.01; /* of rounding and of an optimiser */
    double low = 0, high = 0;
    size_t below = 0, above = 0;
    for (size_t i = 0; i < size; i++) {
        const double v = (double)image.data[i];
        low = v < low ? v : low, high = v > high ? v : high;
        below += v<-slack, above += v> 1 + slack;
    }
    if (low >= -1 - slack && high <= 1 + slack && 10 * below > size)
        return "[-1,1]; save (x + 1) / 2";
    if (low >= -slack && high <= 2 + slack && 10 * above > size)
        return "[0,2]; save x / 2";
    return NULL;
}

/* Whole numbers to [0,1], as an image file would have them. */
static bool scale_numbers(Tensor x, NumberKind kind, const char *path, Error *err) {
    double largest;
    switch (kind) {
    case NUMBER_U8:
        largest = UINT8_MAX;
        break;
    case NUMBER_U16:
        largest = UINT16_MAX;
        break;
    case NUMBER_I32:
    case NUMBER_I64:
        return error_set(err,
                         "%s: holds whole numbers of type %s, of which nothing says what "
                         "means white; save x.astype('uint8') for 0 to 255, or x / 255.0",
                         path, number_name(kind));
    default:
        return check_range(x, path, err);
    }
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] = (real)((double)x.data[i] / largest);
    return true;
}

static bool read_npy(Arena *arena, const char *path, Tensor *out, Error *err) {
    NamedTensor read;
    NumberKind kind;
    if (!npy_read_kind(arena, path, &read, &kind, err)) return false;
    *out = read.tensor;
    Shape s = out->shape;
    if (s.n != 1 || s.c != 3 || read.rank < 3)
        return error_set(err, "%s: an image is (3,h,w) or (1,3,h,w), this is %s%s", path,
                         SHAPE(s),
                         s.w == 3 && read.rank == 3 ? "; save x.transpose(2, 0, 1)" : "");
    if (!tensor_finite(*out))
        return error_set(err, "%s: holds NaN or infinity; an image is RGB in [0,1]",
                         path);
    return scale_numbers(*out, kind, path, err);
}

static bool read_photograph(Arena *arena, const char *path, Tensor *out, Error *err) {
    if (!image_read(arena, path, out, err)) return false;
    const Shape s = out->shape;
    if (input_large_enough(s)) return true;
    return error_set(
        err,
        "%s: is %d x %d pixels; each side needs at least %d; enlarge or crop "
        "the image first",
        path, s.w, s.h, MIN_IMAGE_SIDE);
}

bool input_image(Arena *arena, const char *path, int longer_side, Tensor *out,
                 Error *err) {
    return input_image_of(arena, path, longer_side, SIDE_LONGER, out, err);
}

bool input_image_of(Arena *arena, const char *path, int size, SizeOf of, Tensor *out,
                    Error *err) {
    Shape fit;
    if (input_is_tensor(path)) return read_npy(arena, path, out, err);
    if (!read_photograph(arena, path, out, err)) return false;
    if (size == 0) return true;
    if (!input_fit_check(out->shape, size, of, path, &fit, err)) return false;
    *out = image_resize(arena, *out, fit.h, fit.w);
    return true;
}

bool input_shape(const char *path, Shape *out, Error *err) {
    Tensor image;
    Arena *arena = arena_new();
    const bool good = input_image(arena, path, 0, &image, err);
    if (good) *out = image.shape;
    arena_free(arena);
    return good;
}

bool input_shape_of(const char *path, int size, SizeOf of, Shape *out, Error *err) {
    return input_shape(path, out, err) &&
           (input_is_tensor(path) || input_fit_check(*out, size, of, path, out, err));
}

bool input_image_sized(Arena *arena, const char *path, Shape size, Tensor *out,
                       Error *err) {
    if (input_is_tensor(path)) {
        if (!read_npy(arena, path, out, err)) return false;
        if (shape_equal(out->shape, size)) return true;
        return error_set(err, "%s: is %s, the content image %s; they must be equal", path,
                         SHAPE(out->shape), SHAPE(size));
    }
    if (!read_photograph(arena, path, out, err)) return false;
    *out = image_resize(arena, *out, size.h, size.w);
    return true;
}
