#include "transfer/input.h"

#include <string.h>

#include "io/image.h"
#include "io/npy.h"

static bool is_npy(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".npy") == 0;
}

static bool read_npy(Arena *arena, const char *path, Tensor *out, Error *err) {
    NamedTensor read;
    if (!npy_read(arena, path, &read, err)) return false;
    *out = read.tensor;
    Shape s = out->shape;
    if (s.n != 1 || s.c != 3 || read.rank < 3)
        return error_set(err, "%s: a picture is (3,h,w) or (1,3,h,w), this is %s", path,
                         SHAPE(s));
    if (!tensor_finite(*out))
        return error_set(err, "%s: holds NaN or infinity; a picture is RGB in [0,1]",
                         path);
    return true;
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
    if (is_npy(path)) return read_npy(arena, path, out, err);
    if (!read_photograph(arena, path, out, err)) return false;
    if (longer_side == 0) return true;
    Shape fit = image_fit(out->shape, longer_side);
    if (!large_enough(fit, path, " after scaling", err)) return false;
    *out = image_resize(arena, *out, fit.h, fit.w);
    return true;
}

bool input_picture_sized(Arena *arena, const char *path, Shape size, Tensor *out,
                         Error *err) {
    if (is_npy(path)) {
        if (!read_npy(arena, path, out, err)) return false;
        if (shape_equal(out->shape, size)) return true;
        return error_set(err, "%s: is %s, the content picture %s; they must be equal",
                         path, SHAPE(out->shape), SHAPE(size));
    }
    if (!read_photograph(arena, path, out, err)) return false;
    *out = image_resize(arena, *out, size.h, size.w);
    return true;
}
