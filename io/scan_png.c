#include <string.h>
#include <zlib.h>

#include "io/image_decode.h"

/* A PNG is an 8-byte signature and chunks: length, type, that many bytes, CRC-32. */
#define SIGNATURE 8
#define AROUND 12 /* bytes of a chunk besides its data */

static uint32_t big_endian(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Bytes of all rows before compression, each with one byte for its filter. */
static uint64_t raw_size(const unsigned char *header, const ImageFacts *facts) {
    static const unsigned values[7] = {1, 0, 3, 1, 2, 0, 4}; /* per pixel, by type */
    uint64_t bits = header[8] * (uint64_t)values[header[9] % 7];
    return (((uint64_t)facts->w * bits + 7) / 8 + 1) * (uint64_t)facts->h;
}

static const char *scan_header(const unsigned char *chunk, uint32_t length,
                               ImageFacts *facts) {
    if (length != 13 || memcmp(chunk + 4, "IHDR", 4)) return "it does not begin as a PNG";
    facts->w = big_endian(chunk + 8);
    facts->h = big_endian(chunk + 12);
    facts->wide = chunk[16] == 16;
    return NULL;
}

const char *png_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts) {
    uint64_t compressed = 0;
    for (size_t at = SIGNATURE;;) {
        const unsigned char *chunk = file->data + at;
        if (file->size - at < AROUND) return "its end is missing";
        uint32_t length = big_endian(chunk);
        if (length > file->size - at - AROUND) return "its end is missing";
        if (crc32(0, chunk + 4, length + 4) != big_endian(chunk + 8 + length))
            return "a checksum does not fit";
        const char *problem = at == SIGNATURE ? scan_header(chunk, length, facts) : NULL;
        if (problem) return problem;
        png_scan_chunk(scratch, (const char *)chunk + 4, chunk + 8, length, facts);
        if (!memcmp(chunk + 4, "IDAT", 4)) compressed += length;
        if (!memcmp(chunk + 4, "IEND", 4)) break;
        at += AROUND + (size_t)length;
    }
    /* DEFLATE expands a byte to at most 1032 bytes. image_read limits the area only
     * later, and 2^32 x 2^32 pixels would overflow 64 bits. */
    if (facts->w > UINT16_MAX || facts->h > UINT16_MAX) return NULL;
    if (raw_size(file->data + SIGNATURE + 8, facts) / 1032 > compressed)
        return "it holds too little data for its size";
    return NULL;
}
