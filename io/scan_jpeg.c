#include <string.h>

#include "io/exif.h"
#include "io/image.h"
#include "io/image_decode.h"
#include "io/limits.h"

/* A JPEG is a sequence of segments: 0xFF, a marker, and for most markers a length and
 * data. */
enum {
    SOF0 = 0xC0, /* frame header, baseline; SOF1 extended, SOF2 progressive */
    SOF2 = 0xC2,
    SOF15 = 0xCF,
    DHT = 0xC4, /* three markers in the range of SOFs that are not SOFs */
    JPG = 0xC8,
    DAC = 0xCC,
    RST0 = 0xD0, /* RST0 .. RST7 occur inside the compressed data */
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA, /* compressed data follows */
    APP1 = 0xE1,
    APP2 = 0xE2,
    APP14 = 0xEE,
    TEM = 0x01
};

/* An image takes at least one bit for an 8 x 8 block of one channel: 512 pixels per
 * byte. More than twice that is refused. */
#define PIXELS_PER_BYTE 1024

/* A scan takes time for every pixel even if it has almost no data. Encoders write about
 * ten; Chrome's decoder has a limit of a hundred, too. */
#define MAX_SCANNED (20 * (uint64_t)IMAGE_LARGEST_AREA) /* scans times pixels */

#define ICC_PARTS 255 /* a profile is split into parts, because segments end at 64 KB */
#define ICC_MAGIC "ICC_PROFILE"

/* The results of reading the segments. */
typedef struct Walk {
    ImageFacts *facts;
    int scans, channels;
    bool adobe;
    int parts;                     /* parts that the profile has */
    FileBytes part[ICC_PARTS + 1]; /* from 1 */
} Walk;

static unsigned read_16(const unsigned char *p) {
    return p[1] | (unsigned)p[0] << 8;
}

static bool is_frame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG &&
           marker != DAC;
}

/* Huffman tables: a byte of kind and number, 16 counts of codes by length, one byte for
 * each code. The decoder has room for 256 codes and does not check. */
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

/* "ICC_PROFILE", 0, the number of this part from 1, the number of all, and the bytes. */
static void scan_profile(Walk *walk, const unsigned char *data, size_t size) {
    const size_t header = sizeof ICC_MAGIC + 2;
    if (size < header || memcmp(data, ICC_MAGIC, sizeof ICC_MAGIC) != 0) return;
    const int number = data[header - 2], parts = data[header - 1];
    if (number < 1 || number > parts || (walk->parts && walk->parts != parts))
        walk->facts->colours.problem = "its colour profile is damaged";
    walk->parts = parts;
    if (number < 1 || number > parts) return;
    if (!walk->part[number].data)
        walk->part[number] =
            (FileBytes){(unsigned char *)(uintptr_t)data + header, size - header};
}

/* Joins the parts of the profile. */
static void join_profile(Arena *scratch, Walk *walk) {
    FileBytes *icc = &walk->facts->colours.icc;
    for (int i = 1; i <= walk->parts; i++) {
        if (!walk->part[i].data)
            walk->facts->colours.problem = "a part of its colour profile is missing";
        icc->size += walk->part[i].size;
    }
    if (walk->parts && !icc->size)
        walk->facts->colours.problem = "its colour profile is damaged";
    if (walk->facts->colours.problem) return;
    icc->data = arena_alloc(scratch, icc->size);
    for (int i = 1, at = 0; i <= walk->parts; at += (int)walk->part[i].size, i++)
        memcpy(icc->data + at, walk->part[i].data, walk->part[i].size);
}

static const char *scan_frame(Walk *walk, int marker, const unsigned char *data,
                              size_t size) {
    ImageFacts *facts = walk->facts;
    if (marker > SOF2) return "a lossless or arithmetic JPEG";
    if (facts->w || facts->h) return "it holds two pictures in one";
    if (size < 6) return "its header is too short";
    facts->h = read_16(data + 1);
    facts->w = read_16(data + 3);
    walk->channels = data[5];
    return NULL;
}

static const char *scan_segment(Walk *walk, int marker, const unsigned char *data,
                                size_t size) {
    if (marker == APP1 && !walk->facts->exif && size > 6 && !memcmp(data, "Exif\0", 6)) {
        walk->facts->exif = true;
        walk->facts->orientation = exif_orientation(data, size);
    }
    if (marker == APP2) scan_profile(walk, data, size);
    if (marker == APP14) walk->adobe |= size >= 12 && !memcmp(data, "Adobe", 6);
    if (marker == DHT && !huffman_tables_fit(data, size))
        return "a Huffman table is too long";
    if (marker == SOS && ++walk->scans > JPEG_MAX_SCANS)
        return "it has too many progressive scans, more than the " LIMIT_TEXT(
            JPEG_MAX_SCANS) " of JPEG_MAX_SCANS in io/limits.h";
    return is_frame(marker) ? scan_frame(walk, marker, data, size) : NULL;
}

/* The first position at or after `at` of a marker: 0xFF and a byte that is neither part
 * of the compressed data nor padding. The size of the file when there is none. */
static size_t next_marker(const FileBytes *file, size_t at) {
    for (; at + 1 < file->size; at++) {
        int byte = file->data[at + 1];
        if (file->data[at] == 0xFF && byte != 0 && byte != 0xFF &&
            !(byte >= RST0 && byte <= RST7))
            return at;
    }
    return file->size;
}

/* Reads all segments up to the end of the image. */
static const char *walk_segments(const FileBytes *file, Walk *walk) {
    for (size_t at = 2;;) {
        at = next_marker(file, at);
        if (at == file->size) return "its end is missing";
        int marker = file->data[at + 1];
        at += 2;
        if (marker == EOI) return NULL;
        if (marker == SOI || marker == TEM) continue;
        size_t room = file->size - at;
        size_t length = room >= 2 ? read_16(file->data + at) : 2;
        if (length > room) return "its end is missing";
        if (length < 2) return "a segment has no length";
        const char *problem = scan_segment(walk, marker, file->data + at + 2, length - 2);
        if (problem) return problem;
        at += length;
    }
}

const char *jpeg_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts) {
    Walk walk = {.facts = facts};
    const char *problem = walk_segments(file, &walk);
    if (problem) return problem;
    if (!walk.scans) return "it contains no image";
    const uint64_t pixels = (uint64_t)facts->w * (uint64_t)facts->h;
    if (pixels / PIXELS_PER_BYTE > file->size)
        return "it holds too little data for its size";
    if (pixels * (uint64_t)walk.scans > MAX_SCANNED)
        return "it has too many progressive scans for its size";
    const bool cmyk = walk.channels == 4;
    facts->bare_cmyk = cmyk && !walk.adobe;
    if (cmyk)
        facts->colours = (ColourFacts){.problem = NULL}; /* stb has converted it to RGB */
    else
        join_profile(scratch, &walk);
    return NULL;
}

FileBytes jpeg_mark_cmyk(Arena *scratch, const FileBytes *file) {
    /* Its length, the name, a version, two fields of flags, and 0: no YCCK. */
    static const unsigned char segment[] = {0xFF, APP14, 0,   14, 'A', 'd', 'o', 'b',
                                            'e',  0,     100, 0,  0,   0,   0,   0};
    const size_t start = 2, size = sizeof segment;
    FileBytes marked = {arena_alloc(scratch, file->size + size), file->size + size};
    memcpy(marked.data, file->data, start);
    memcpy(marked.data + start, segment, size);
    memcpy(marked.data + start + size, file->data + start, file->size - start);
    return marked;
}
