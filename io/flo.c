#include "io/flo.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "io/limits.h"
#include "io/number.h"
#include "tensor/check.h"
#include "tensor/text.h"

enum { HEADER = 12, PIXEL = 8 }; /* bytes */
static const char mark[] = "PIEH";

/* The size that the header states, or what is wrong with the file. */
static bool read_header(FileBytes file, Shape *shape, Error *why) {
    if (file.size < HEADER || memcmp(file.data, mark, 4) != 0)
        return error_set(why, "is no .flo file, which begins with PIEH and has a width "
                              "and a height; choose another file");
    const uint64_t w = bytes_load(file.data + 4, 4), h = bytes_load(file.data + 8, 4);
    if (w < 1 || h < 1 || w > IMAGE_LARGEST_SIDE || h > IMAGE_LARGEST_SIDE ||
        w * h > IMAGE_LARGEST_AREA)
        return error_set(
            why,
            "says that it is %" PRIu64 " x %" PRIu64 " pixels, and a flow has 1 to "
            "%d on each side and at most %d together; choose another file" OR_RAISE(
                IMAGE_LARGEST_AREA),
            w, h, IMAGE_LARGEST_SIDE, IMAGE_LARGEST_AREA);
    const uint64_t size = HEADER + PIXEL * w * h;
    if (file.size != size)
        return error_set(why,
                         "has %zu bytes, and %" PRIu64 " x %" PRIu64 " pixels take "
                         "%" PRIu64 ", so it was cut short or damaged; get it again",
                         file.size, w, h, size);
    *shape = (Shape){1, 2, (int)h, (int)w};
    return true;
}

static bool decode(Arena *arena, FileBytes file, Tensor *flow, Error *why) {
    Shape shape;
    if (!read_header(file, &shape, why)) return false;
    const size_t plane = (size_t)shape.h * (size_t)shape.w;
    *flow = tensor_alloc(arena, shape);
    for (size_t k = 0; k < 2 * plane; k++) {
        const double x = number_load(NUMBER_F32, file.data + HEADER + 4 * k);
        if (isnan(x))
            return error_set(why, "holds NaN, which is no flow; compute it again");
        flow->data[k % 2 * plane + k / 2] = (real)x;
    }
    return true;
}

bool flo_read_bytes(Arena *arena, FileBytes file, const char *where, Tensor *flow,
                    Error *err) {
    Error why;
    return decode(arena, file, flow, &why) ||
           error_set(err, "%s: %s", SHOWN(where), why.text);
}

bool flo_read(Arena *arena, const char *path, Tensor *flow, Error *err) {
    FileBytes file;
    Arena *own = arena_new();
    const size_t most = HEADER + (size_t)PIXEL * IMAGE_LARGEST_AREA;
    const bool good = file_read(own, path, most, &file, err) &&
                      flo_read_bytes(arena, file, path, flow, err);
    arena_free(own);
    return good;
}

bool flo_write(const char *path, Tensor flow, Error *err) {
    const Shape s = flow.shape;
    CHECK(s.n == 1 && s.c == 2, "a flow is (1,2,h,w), not %s", SHAPE(s));
    const size_t plane = (size_t)s.h * (size_t)s.w, size = HEADER + PIXEL * plane;
    Arena *own = arena_new();
    unsigned char *bytes = ARENA_NEW(own, unsigned char, size);
    memcpy(bytes, mark, 4);
    bytes_store(bytes + 4, 4, (uint64_t)s.w);
    bytes_store(bytes + 8, 4, (uint64_t)s.h);
    for (size_t k = 0; k < 2 * plane; k++)
        number_store(NUMBER_F32, bytes + HEADER + 4 * k,
                     (double)flow.data[k % 2 * plane + k / 2]);
    const bool good = file_write(path, bytes, size, err);
    arena_free(own);
    return good;
}
