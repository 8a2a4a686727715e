#include "transfer/input.h"

#include <stdint.h>
#include <string.h>

#include "io/image.h"
#include "io/npy.h"

bool input_is_tensor(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".npy") == 0;
}

/* What an optimiser leaves lies around [0,1], with few numbers far off. */
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
                         "%s: holds numbers from %g to %g, a picture is RGB in [0,1]; "
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
        return error_set(err, "%s: a picture is (3,h,w) or (1,3,h,w), this is %s%s", path,
                         SHAPE(s),
                         s.w == 3 && read.rank == 3 ? "; save x.transpose(2, 0, 1)" : "");
    if (!tensor_finite(*out))
        return error_set(err, "%s: holds NaN or infinity; a picture is RGB in [0,1]",
                         path);
    return scale_numbers(*out, kind, path, err);
}

static bool large_enough(Shape s, const char *path, const char *when, Error *err) {
    if (s.h >= PICTURE_SIDE_LEAST && s.w >= PICTURE_SIDE_LEAST) return true;
    return error_set(err, "%s: is %d x %d pixels%s; each side needs at least %d", path,
                     s.w, s.h, when, PICTURE_SIDE_LEAST);
}

static bool read_photograph(Arena *arena, const char *path, Tensor *out, Error *err) {
    return image_read(arena, path, out, err) && large_enough(out->shape, path, "", err);
}

bool input_picture(Arena *arena, const char *path, int longer_side, Tensor *out,
                   Error *err) {
    return input_picture_of(arena, path, longer_side, SIDE_LONGER, out, err);
}

/* The side that is to have the given size. */
static int side_of(Shape s, SizeOf of) {
    switch (of) {
    case SIDE_LONGER:
        return s.h > s.w ? s.h : s.w;
    case SIDE_SHORTER:
        return s.h < s.w ? s.h : s.w;
    case SIDE_HEIGHT:
        return s.h;
    case SIDE_WIDTH:
        break;
    }
    return s.w;
}

/* A side of `length` pixels when that of `of` pixels gets `size`, rounded. */
static int64_t scaled(int length, int size, int of) {
    const int64_t side = (2 * (int64_t)length * size + of) / (2 * (int64_t)of);
    return side > 1 ? side : 1;
}

bool input_picture_of(Arena *arena, const char *path, int size, SizeOf of, Tensor *out,
                      Error *err) {
    if (input_is_tensor(path)) return read_npy(arena, path, out, err);
    if (!read_photograph(arena, path, out, err)) return false;
    if (size == 0) return true;
    const Shape s = out->shape;
    const int side = side_of(s, of);
    const int64_t h = scaled(s.h, size, side), w = scaled(s.w, size, side);
    if (h > PICTURE_SIDE_MOST || w > PICTURE_SIDE_MOST)
        return error_set(err, "%s: would be %lld x %lld pixels; choose a smaller size",
                         path, (long long)w, (long long)h);
    const Shape fit = {s.n, s.c, (int)h, (int)w};
    if (!large_enough(fit, path, " after scaling", err)) return false;
    *out = image_resize(arena, *out, fit.h, fit.w);
    return true;
}

bool input_picture_sized(Arena *arena, const char *path, Shape size, Tensor *out,
                         Error *err) {
    if (input_is_tensor(path)) {
        if (!read_npy(arena, path, out, err)) return false;
        if (shape_equal(out->shape, size)) return true;
        return error_set(err, "%s: is %s, the content picture %s; they must be equal",
                         path, SHAPE(out->shape), SHAPE(size));
    }
    if (!read_photograph(arena, path, out, err)) return false;
    *out = image_resize(arena, *out, size.h, size.w);
    return true;
}
