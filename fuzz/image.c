#include "fuzz/image.h"

#include <string.h>

#include "io/image_decode.h"

static bool read_image(Arena *arena, FileBytes file, Error *err) {
    Tensor out;
    return image_read_bytes(arena, "file", &file, &out, err);
}

static bool read_mask(Arena *arena, FileBytes file, Error *err) {
    Tensor out;
    return image_read_mask_bytes(arena, "file", &file, &out, err);
}

int fuzz_image(const char *start, size_t length, const uint8_t *data, size_t size) {
    if (size < length || memcmp(data, start, length) != 0) return -1;
    fuzz_reader(read_image, data, size);
    fuzz_reader(read_mask, data, size);
    return 0;
}
