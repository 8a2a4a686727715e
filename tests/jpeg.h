/* JPEG files written by a test: 16 x 16 pixels of one colour, and segments inserted into
 * existing files. */
#ifndef TESTS_JPEG_H
#define TESTS_JPEG_H

#include <string.h>

#include "io/file.h"
#include "tests/arena.h"

/* The file with these bytes after its first marker. */
static inline FileBytes jpeg_insert(FileBytes jpeg, const void *bytes, size_t size) {
    FileBytes out = {arena_alloc(arena, jpeg.size + size), jpeg.size + size};
    memcpy(out.data, jpeg.data, 2);
    memcpy(out.data + 2, bytes, size);
    memcpy(out.data + 2 + size, jpeg.data + 2, jpeg.size - 2);
    return out;
}

/* Appends `count` bits, the highest first. */
static inline void jpeg_bits(unsigned char *data, size_t *at, unsigned bits, int count) {
    for (int i = count - 1; i >= 0; i--, (*at)++)
        if (bits >> i & 1) data[*at / 8] |= (unsigned char)(0x80 >> *at % 8);
}

/* Four channels of 16 x 16 equal samples, no marker that says what they are. With a
 * quantiser of 8 a block's first number is sample - 128. Its Huffman code here is the
 * number of its bits in 4 bits, then those bits, less 1 when negative; a 0 ends the
 * block. The other three blocks of a channel differ by 0, which has no bits. */
static inline FileBytes jpeg_of_four(const uint8_t samples[4]) {
    static const unsigned char frame[] = {0xFF, 0xC0, 0, 20,   8,    0, 16,   0,
                                          16,   4,    1, 0x11, 0,    2, 0x11, 0,
                                          3,    0x11, 0, 4,    0x11, 0};
    static const unsigned char scan[] = {0xFF, 0xDA, 0, 14, 4, 1, 0,  2,
                                         0,    3,    0, 4,  0, 0, 63, 0};
    unsigned char quantiser[69] = {0xFF, 0xDB, 0, 67};
    unsigned char first[30] = {0xFF, 0xC4, 0, 28, 0, 0, 0, 0, 9};
    unsigned char others[22] = {0xFF, 0xC4, 0, 20, 0x10, 1};
    unsigned char data[32] = {0};
    size_t bits = 0;
    memset(quantiser + 5, 8, 64);
    for (unsigned char i = 0; i < 9; i++)
        first[21 + i] = i;
    for (int c = 0; c < 4; c++) {
        int value = samples[c] - 128, size = 0;
        while ((value < 0 ? -value : value) >> size)
            size++;
        jpeg_bits(data, &bits, (unsigned)size, 4);
        jpeg_bits(data, &bits, (unsigned)(value < 0 ? value + (1 << size) - 1 : value),
                  size);
        jpeg_bits(data, &bits, 0, 1);
    }
    jpeg_bits(data, &bits, 0, 30);
    jpeg_bits(data, &bits, 0, 30);
    FileBytes out = {arena_alloc(arena, 512), 0};
    const struct {
        const void *bytes;
        size_t size;
    } parts[] = {{"\xFF\xD8", 2},         {quantiser, sizeof quantiser},
                 {frame, sizeof frame},   {first, sizeof first},
                 {others, sizeof others}, {scan, sizeof scan},
                 {data, (bits + 7) / 8},  {"\xFF\xD9", 2}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        memcpy(out.data + out.size, parts[i].bytes, parts[i].size);
        out.size += parts[i].size;
    }
    return out;
}

/* The progressive file with its first scan, which begins every block anew, repeated until
 * there are `scans`. */
static inline FileBytes jpeg_with_scans(FileBytes jpeg, int scans) {
    size_t first = 0, next = 0;
    int there = 0;
    for (size_t i = 0; i + 1 < jpeg.size; i++) {
        const unsigned char marker = jpeg.data[i + 1];
        if (jpeg.data[i] != 0xFF || marker == 0) continue;
        if (first && !next) next = i;
        if (marker == 0xDA && ++there == 1) first = i;
    }
    assert_true(first > 0 && next > first && scans >= there);
    const size_t length = next - first;
    FileBytes out = jpeg;
    for (int i = there; i < scans; i++) {
        FileBytes more = {arena_alloc(arena, out.size + length), out.size + length};
        memcpy(more.data, out.data, next);
        memcpy(more.data + next, jpeg.data + first, length);
        memcpy(more.data + next + length, out.data + next, out.size - next);
        out = more;
    }
    return out;
}

#endif
