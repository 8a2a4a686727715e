/* The chunks of a PNG that describe its pixels: the orientation and the colours.
 */
#include <string.h>

#include "io/deflate.h"
#include "io/exif.h"
#include "io/image_decode.h"

#define MAX_PROFILE ((size_t)8 << 20) /* bytes; the largest in use have 3 million */
#define MAX_EXIF ((size_t)1 << 20)
#define EXIF_KEY "Raw profile type exif" /* ImageMagick's and ExifTool's name for it */

static uint32_t big_endian(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Unpacks at most `most` bytes. It counts them first, so that a small file cannot
 * allocate much memory. False when there are more, none, or the data is damaged. */
static bool unpack(Arena *arena, const unsigned char *data, size_t size, size_t most,
                   FileBytes *out) {
    unsigned char piece[4096] = {0};
    for (int pass = 0; pass < 2; pass++) {
        z_stream z = {.next_in = (unsigned char *)(uintptr_t)data,
                      .avail_in = (uInt)size};
        inflate_begin(&z, DEFLATE_ZLIB);
        int status = Z_OK;
        while (status == Z_OK && z.total_out <= most) {
            z.next_out = pass ? out->data + z.total_out : piece;
            z.avail_out = pass ? (uInt)(out->size - z.total_out) : sizeof piece;
            status = inflate(&z, pass ? Z_FINISH : Z_NO_FLUSH);
        }
        const size_t total = z.total_out;
        inflateEnd(&z);
        if (status != Z_STREAM_END || total == 0 || total > most) return false;
        if (!pass) *out = (FileBytes){arena_alloc(arena, total), total};
    }
    return true;
}

/* A name that ends in 0, a method that is 0, and the packed profile. */
static void read_iccp(Arena *scratch, const unsigned char *data, size_t size,
                      ImageFacts *facts) {
    const unsigned char *end = memchr(data, 0, size);
    const size_t start = end ? (size_t)(end - data) + 2 : size;
    if (start >= size || end[1] != 0 ||
        !unpack(scratch, data + start, size - start, MAX_PROFILE, &facts->colours.icc))
        facts->colours.problem = "its colour profile is damaged";
}

static void read_chrm(const unsigned char *data, size_t size, ImageFacts *facts) {
    if (size != 32) return;
    for (int i = 0; i < 8; i++)
        facts->colours.xy[i / 2][i % 2] = big_endian(data + 4 * i) / 1e5;
    facts->colours.bounded = true;
}

static int digit(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "\nexif\n     124\n" and lines of hexadecimal digits. */
static void read_hexadecimal(Arena *scratch, FileBytes text, ImageFacts *facts) {
    const unsigned char *at = text.data, *end = text.data + text.size;
    for (int lines = 0; lines < 3 && at < end; at++)
        lines += *at == '\n';
    unsigned char *bytes = arena_alloc(scratch, text.size / 2 + 1);
    size_t digits = 0;
    for (; at < end; at++) {
        const int value = digit(*at | 0x20);
        if (value < 0) continue;
        bytes[digits / 2] = (unsigned char)(bytes[digits / 2] << 4 | value);
        digits++;
    }
    facts->orientation = exif_orientation(bytes, digits / 2);
}

/* tEXt and zTXt: a key that ends in 0; in zTXt a byte for the method, and packed text. */
static void read_text(Arena *scratch, bool packed, const unsigned char *data, size_t size,
                      ImageFacts *facts) {
    const size_t key = sizeof EXIF_KEY, start = key + packed;
    if (size <= start || memcmp(data, EXIF_KEY, key) != 0) return;
    facts->exif = true; /* so that a thousand such chunks are not unpacked */
    FileBytes text = {(unsigned char *)(uintptr_t)data + start, size - start};
    if (!packed || unpack(scratch, data + start, size - start, MAX_EXIF, &text))
        read_hexadecimal(scratch, text, facts);
}

void png_scan_chunk(Arena *scratch, const char *type, const unsigned char *data,
                    size_t size, ImageFacts *facts) {
    ColourFacts *colours = &facts->colours;
    if (!memcmp(type, "iCCP", 4) && !colours->icc.size && !colours->problem)
        read_iccp(scratch, data, size, facts);
    if (!memcmp(type, "cHRM", 4)) read_chrm(data, size, facts);
    if (!memcmp(type, "gAMA", 4) && size == 4 && big_endian(data))
        colours->gamma = 1e5 / big_endian(data);
    if (!memcmp(type, "sRGB", 4)) colours->srgb = true;
    if (!memcmp(type, "cICP", 4) && size == 4) {
        colours->coded = true;
        memcpy(colours->code, data, 4);
    }
    if (facts->exif) return;
    if (!memcmp(type, "eXIf", 4)) {
        facts->exif = true;
        facts->orientation = exif_orientation(data, size);
    }
    if (!memcmp(type, "tEXt", 4)) read_text(scratch, false, data, size, facts);
    if (!memcmp(type, "zTXt", 4)) read_text(scratch, true, data, size, facts);
}
