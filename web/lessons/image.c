/* Pictures are PPM in the page's files, whatever their names end in: a canvas decodes those
 * of the reader, and shows those of the lesson. */
#include <stdio.h>
#include <string.h>

#include "io/image.h"
#include "io/image_decode.h"

/* Bytes or numbers of 16 bits, red, green and blue, as the tensor has them. */
static Tensor tensor_of(Arena *arena, const DecodedImage *p) {
    const Tensor out = tensor_alloc(arena, (Shape){1, 3, p->h, p->w});
    const size_t plane = (size_t)p->h * (size_t)p->w;
    for (size_t i = 0; i < plane; i++)
        for (size_t c = 0; c < 3; c++) {
            const size_t at = 3 * i + c;
            const double value = p->narrow ? p->narrow[at] : p->wide[at];
            out.data[c * plane + i] = (real)(value / p->largest);
        }
    return out;
}

bool image_read(Arena *arena, const char *path, Tensor *out, Error *err) {
    FileBytes file;
    ImageFacts facts = {0};
    DecodedImage image;
    Arena *scratch = arena_new();
    const bool read = file_read(scratch, path, IMAGE_LARGEST_FILE, &file, err);
    const bool good = read && file.size > 2 && memcmp(file.data, "P6", 2) == 0 &&
                      !pnm_scan(scratch, &file, &facts) &&
                      !pnm_decode(scratch, &file, &image);
    if (good) *out = tensor_of(arena, &image);
    arena_free(scratch);
    return good || (read && error_set(err,
                                      "%s: the page has not decoded it; choose "
                                      "another picture",
                                      path));
}

FileBytes stb_encode(Arena *arena, ImageFormat format, const DecodedImage *image) {
    (void)format;
    char head[40];
    const int length = snprintf(head, sizeof head, "P%d\n%d %d\n255\n",
                                image->channels == 1 ? 5 : 6, image->w, image->h);
    const size_t pixels = (size_t)image->channels * (size_t)image->w * (size_t)image->h;
    FileBytes file = {.size = (size_t)length + pixels};
    file.data = arena_alloc(arena, file.size);
    memcpy(file.data, head, (size_t)length);
    memcpy(file.data + length, image->narrow, pixels);
    return file;
}
