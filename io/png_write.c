#include "io/png_write.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "io/deflate.h"
#include "tensor/check.h"
#include "tensor/clones.h"
#include "tensor/no_memory.h"
#include "tensor/threads.h"

#define FILTERS 5
#define HEADER 13   /* bytes of IHDR */
#define AROUND 12   /* of a chunk: length, type and checksum */
#define MOST_STEP 3 /* bytes from a pixel to the next */

static const unsigned char signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

/* ---- Rows of differences ---- */

/* Of the neighbours a (left), b (above) and c (above left), that nearest to a + b - c; the
 * first of those that are equally near. */
INLINED uint8_t nearest(int16_t a, int16_t b, int16_t c) {
    const int16_t up = (int16_t)(b - c), side = (int16_t)(a - c),
                  both = (int16_t)(up + side);
    const int16_t to_a = (int16_t)(up < 0 ? -up : up),
                  to_b = (int16_t)(side < 0 ? -side : side),
                  to_c = (int16_t)(both < 0 ? -both : both);
    const int16_t b_or_c = to_b <= to_c ? b : c;
    const int16_t least = to_b <= to_c ? to_b : to_c;
    return (uint8_t)(to_a <= least ? a : b_or_c);
}

/* All five ways to store a row. `row` and the row `above` have `step` zeros before them. */
CLONES static void difference(size_t size, size_t step, const uint8_t *restrict row,
                              const uint8_t *restrict above, uint8_t *restrict to,
                              size_t next) {
    const uint8_t *left = row - step, *corner = above - step;
    memcpy(to, row, size);
    for (size_t i = 0; i < size; i++) {
        to[next + i] = (uint8_t)(row[i] - left[i]);
        to[2 * next + i] = (uint8_t)(row[i] - above[i]);
        to[3 * next + i] = (uint8_t)(row[i] - (left[i] + above[i]) / 2);
        to[4 * next + i] = (uint8_t)(row[i] - nearest(left[i], above[i], corner[i]));
    }
}

/* Of differences from -128 to 127. */
CLONES static unsigned sum_of_sizes(size_t size, const uint8_t *difference) {
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (uint8_t)(difference[i] < 128 ? difference[i] : 256 - difference[i]);
    return sum;
}

/* Memory of one thread: two rows with zeros before them, and five rows of differences. */
typedef struct RowFilter {
    size_t size, step; /* bytes of a row and of a pixel */
    uint8_t *row, *above, *differences;
} RowFilter;

static RowFilter filter_take(const DecodedImage *p) {
    const size_t step = (size_t)p->channels, size = (size_t)p->w * step;
    RowFilter f = {size, step, memory_take(2 * (MOST_STEP + size) + FILTERS * size), 0,
                   0};
    memset(f.row, 0, 2 * (MOST_STEP + size));
    f.row += MOST_STEP;
    f.above = f.row + size + MOST_STEP;
    f.differences = f.above + size;
    return f;
}

static void filter_give(RowFilter f) {
    free(f.row - MOST_STEP);
}

/* Row y as it is stored: the number of the filter, and the differences. */
static void filter_row(RowFilter f, const DecodedImage *p, size_t y, uint8_t *to) {
    unsigned least = UINT_MAX;
    const uint8_t *best = f.differences;
    memcpy(f.row, p->narrow + y * f.size, f.size);
    if (y > 0) memcpy(f.above, p->narrow + (y - 1) * f.size, f.size);
    difference(f.size, f.step, f.row, f.above, f.differences, f.size);
    for (int i = 0; i < FILTERS; i++) {
        const uint8_t *one = f.differences + (size_t)i * f.size;
        const unsigned sum = sum_of_sizes(f.size, one);
        if (sum >= least) continue;
        least = sum, best = one, *to = (uint8_t)i;
    }
    memcpy(to + 1, best, f.size);
}

/* To be freed. Rows are filtered in order, for row 0 has only zeros above it. */
static uint8_t *filtered(const DecodedImage *p, size_t *size) {
    const size_t rows = (size_t)p->h, row = 1 + (size_t)p->w * (size_t)p->channels;
    uint8_t *all = memory_take(*size = rows * row);
#pragma omp parallel num_threads(threads_over(*size))
    {
        const RowFilter f = filter_take(p);
#pragma omp for schedule(static)
        for (size_t y = 0; y < rows; y++)
            filter_row(f, p, y, all + y * row);
        filter_give(f);
    }
    return all;
}

/* ---- The file ---- */

static unsigned char *store_word(unsigned char *to, size_t word) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (unsigned char)(word >> shift & 0xFF);
    return to;
}

/* A chunk whose `size` bytes are at to + 8 already; returns its end. */
static unsigned char *close_chunk(unsigned char *to, const char *type, size_t size) {
    memcpy(store_word(to, size), type, 4);
    return store_word(to + 8 + size, crc32_z(0, to + 4, 4 + size));
}

/* Width, height, bits of a value, kind (0: grey, 2: RGB), and the only ways to pack, to
 * filter and to order the rows. */
static unsigned char *store_header(unsigned char *to, const DecodedImage *p) {
    unsigned char *at = store_word(store_word(to + 8, (size_t)p->w), (size_t)p->h);
    const unsigned char rest[] = {8, p->channels == 3 ? 2 : 0, 0, 0, 0};
    memcpy(at, rest, sizeof rest);
    return close_chunk(to, "IHDR", HEADER);
}

FileBytes png_encode(Arena *arena, const DecodedImage *p) {
    CHECK(p->narrow && (p->channels == 1 || p->channels == 3), "%d channels",
          p->channels);
    size_t size;
    uint8_t *rows = filtered(p, &size);
    unsigned char *file =
        arena_alloc(arena, sizeof signature + HEADER + deflate_room(size) + 3 * AROUND);
    memcpy(file, signature, sizeof signature);
    unsigned char *data = store_header(file + sizeof signature, p);
    const size_t packed = deflate_bytes(rows, size, DEFLATE_ZLIB, data + 8);
    free(rows);
    unsigned char *end = close_chunk(data, "IDAT", packed);
    end = close_chunk(end, "IEND", 0);
    return (FileBytes){file, (size_t)(end - file)};
}
