#include "io/image_decode.h"

static uint32_t read_32(const unsigned char *p) {
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* A BMP is a header of 14 bytes with the offset of the pixels, a second one with the
 * size, and rows padded to multiples of 4 bytes. A negative height says that rows start
 * at the top. */
const char *bmp_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts) {
    (void)scratch;
    const unsigned char *p = file->data;
    if (file->size < 54) return "its end is missing";
    bool old = read_32(p + 14) == 12; /* sizes of 16 bits */
    facts->w = old ? p[18] | p[19] << 8 : (int32_t)read_32(p + 18);
    facts->h = old ? p[20] | p[21] << 8 : (int32_t)read_32(p + 22);
    if (facts->h < 0) facts->h = -facts->h;
    uint64_t bits = old ? p[24] : p[28];
    if (facts->w < 0 || facts->w > UINT16_MAX || facts->h > UINT16_MAX) return NULL;
    uint64_t row = ((uint64_t)facts->w * bits + 31) / 32 * 4;
    if (read_32(p + 10) + row * (uint64_t)facts->h > file->size)
        return "its end is missing";
    return NULL;
}
