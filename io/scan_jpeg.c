#include <string.h>

#include "io/picture.h"

/* A JPEG is a row of segments: 0xFF, a marker, and mostly a length and data. */
enum {
    SOF0 = 0xC0, /* frame header, baseline; SOF1 extended, SOF2 progressive */
    SOF2 = 0xC2,
    SOF15 = 0xCF,
    DHT = 0xC4, /* three markers among the SOFs that are none */
    JPG = 0xC8,
    DAC = 0xCC,
    RST0 = 0xD0, /* RST0 .. RST7 stand inside the compressed data */
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA, /* compressed data follows */
    APP1 = 0xE1,
    TEM = 0x01
};

/* One bit per 8 x 8 block of one channel is the least that a picture takes, which is 512
 * pixels per byte; twice that is refused. */
#define PIXELS_PER_BYTE 1024

static unsigned read_16(const unsigned char *p, bool little) {
    return little ? p[0] | (unsigned)p[1] << 8 : p[1] | (unsigned)p[0] << 8;
}

static uint32_t read_32(const unsigned char *p, bool little) {
    uint32_t first = read_16(p, little), second = read_16(p + 2, little);
    return little ? first | second << 16 : second | first << 16;
}

/* The orientation in an EXIF block, which is a small TIFF file: byte order, the place of
 * a directory, and there entries of 12 bytes: tag, type, count, value. 1 when unsaid. */
static int exif_orientation(const unsigned char *data, size_t size) {
    if (size < 14 || memcmp(data, "Exif\0", 6)) return 1;
    const unsigned char *tiff = data + 6;
    size -= 6;
    bool little = tiff[0] == 'I';
    size_t place = read_32(tiff + 4, little);
    if (place > size - 2) return 1;
    unsigned entries = read_16(tiff + place, little);
    for (place += 2; entries > 0 && size - place >= 12; entries--, place += 12) {
        if (read_16(tiff + place, little) != 0x0112) continue;
        unsigned value = read_16(tiff + place + 8, little);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

static bool is_frame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG &&
           marker != DAC;
}

/* Huffman tables: a byte of kind and number, 16 counts of codes by length, one byte for
 * each code. The decoder has room for 256 codes and does not look. */
static bool huffman_tables_fit(const unsigned char *data, size_t size) {
    while (size) {
        size_t codes = 0;
        for (size_t i = 1; i <= 16 && i < size; i++)
            codes += data[i];
        if (codes > 256 || size < 17 + codes) return false;
        data += 17 + codes;
        size -= 17 + codes;
    }
    return true;
}

static const char *scan_segment(int marker, const unsigned char *data, size_t size,
                                PictureFacts *facts) {
    if (marker == APP1 && facts->orientation == 1)
        facts->orientation = exif_orientation(data, size);
    if (marker == DHT && !huffman_tables_fit(data, size))
        return "a Huffman table is too long";
    if (!is_frame(marker)) return NULL;
    if (marker > SOF2) return "a lossless or arithmetic JPEG";
    if (facts->w || facts->h) return "it holds two pictures in one";
    if (size < 6) return "its header is too short";
    facts->h = read_16(data + 1, false);
    facts->w = read_16(data + 3, false);
    return NULL;
}

/* First place at or after `at` where a marker stands: 0xFF and something that is neither
 * part of the compressed data nor filling. The size of the file when there is none. */
static size_t next_marker(const FileBytes *file, size_t at) {
    for (; at + 1 < file->size; at++) {
        int byte = file->data[at + 1];
        if (file->data[at] == 0xFF && byte != 0 && byte != 0xFF &&
            !(byte >= RST0 && byte <= RST7))
            return at;
    }
    return file->size;
}

const char *jpeg_scan(const FileBytes *file, PictureFacts *facts) {
    bool data_seen = false;
    for (size_t at = 2;;) {
        at = next_marker(file, at);
        if (at == file->size) return "its end is missing";
        int marker = file->data[at + 1];
        at += 2;
        if (marker == EOI) break;
        if (marker == SOI || marker == TEM) continue;
        size_t room = file->size - at;
        size_t length = room >= 2 ? read_16(file->data + at, false) : 2;
        if (length > room) return "its end is missing";
        if (length < 2) return "a segment has no length";
        const char *problem =
            scan_segment(marker, file->data + at + 2, length - 2, facts);
        if (problem) return problem;
        data_seen |= marker == SOS;
        at += length;
    }
    if (!data_seen) return "it holds no picture";
    if ((uint64_t)facts->w * (uint64_t)facts->h / PIXELS_PER_BYTE > file->size)
        return "it holds too little data for its size";
    return NULL;
}
