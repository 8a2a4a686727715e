/* PNG files written by a test, chunk by chunk. */
#ifndef TESTS_PNG_H
#define TESTS_PNG_H

#include <string.h>
#include <zlib.h>

#include "io/file.h"
#include "tests/arena.h"

#define MAX_PNG 65536 /* bytes of a file made here */

static inline void put_32(unsigned char *p, size_t value) {
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (24 - 8 * i));
}

static inline unsigned char *put_chunk(unsigned char *at, const char *type,
                                       const void *data, size_t size) {
    put_32(at, size);
    memcpy(at + 4, type, 4);
    memcpy(at + 8, data, size);
    put_32(at + 8 + size, crc32(0, at + 4, (uInt)size + 4));
    return at + 12 + size;
}

/* Appends a chunk to a file of at most MAX_PNG bytes. */
static inline void png_chunk(FileBytes *png, const char *type, const void *data,
                             size_t size) {
    assert_true(png->size + size + 12 <= MAX_PNG);
    png->size = (size_t)(put_chunk(png->data + png->size, type, data, size) - png->data);
}

/* Signature and header. Type 0 is grey, 2 RGB, 4 grey and alpha, 6 RGBA. */
static inline FileBytes png_begin(size_t w, size_t h, int bits, int type) {
    FileBytes png = {arena_alloc(arena, MAX_PNG), 8};
    unsigned char header[13] = {[8] = (unsigned char)bits, [9] = (unsigned char)type};
    put_32(header, w);
    put_32(header + 4, h);
    memcpy(png.data, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(&png, "IHDR", header, sizeof header);
    return png;
}

static inline size_t png_pack(unsigned char *out, size_t room, const void *data,
                              size_t size) {
    uLongf packed = (uLongf)room;
    assert_int_equal(compress(out, &packed, data, (uLong)size), Z_OK);
    return packed;
}

/* The pixels, `row` bytes in each of h rows, and the end. */
static inline FileBytes png_end(FileBytes png, const void *pixels, size_t row, size_t h) {
    unsigned char raw[4096], packed[8192];
    assert_true((row + 1) * h <= sizeof raw);
    for (size_t y = 0; y < h; y++) {
        raw[y * (row + 1)] = 0; /* no filter */
        memcpy(raw + y * (row + 1) + 1, (const char *)pixels + y * row, row);
    }
    png_chunk(&png, "IDAT", packed, png_pack(packed, sizeof packed, raw, (row + 1) * h));
    png_chunk(&png, "IEND", "", 0);
    return png;
}

#endif
