#include "io/deflate.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/check.h"
#include "tensor/no_memory.h"
#include "tensor/threads.h"

static voidpf take(voidpf context, uInt items, uInt size) {
    (void)context;
    const unsigned long long bytes = (unsigned long long)items * size;
    if (bytes > SIZE_MAX) no_memory(SIZE_MAX);
    return memory_take((size_t)bytes);
}

static void give(voidpf context, voidpf block) {
    (void)context;
    free(block);
}

void inflate_begin(z_stream *z, int format) {
    z->zalloc = take;
    z->zfree = give;
    const int ready = inflateInit2(z, format);
    CHECK(ready == Z_OK, "zlib: %d", ready);
}

/* Fast, and within 1 % of the size of zlib's usual level 6. */
#define LEVEL 4

/* The rows of a PNG file are differences of neighbours, in which hardly more than runs of
 * one value repeats. To look for these alone takes a third of the time, and packs better,
 * because the codes are not made for chance repetitions of three bytes. */
static int strategy_of(int format) {
    return format == DEFLATE_ZLIB ? Z_RLE : Z_DEFAULT_STRATEGY;
}

/* What is packed at once. Its length does not depend on the number of threads. */
#define PIECE ((size_t)128 << 10)
#define WINDOW ((size_t)32 << 10) /* how far zlib looks back */
#define MARK 64 /* bytes for the end of a piece, and of its blocks that are only stored */

typedef struct DeflatedPiece {
    unsigned char *packed;
    size_t size; /* packed */
} DeflatedPiece;

static size_t pieces_of(size_t size) {
    return size ? (size + PIECE - 1) / PIECE : 1;
}

static size_t piece_room(size_t size) {
    return compressBound((uLong)size) + MARK;
}

/* Piece i as a part of a raw stream. It may repeat what stands before it, and ends at a
 * whole byte. */
static DeflatedPiece pack_piece(const unsigned char *data, size_t size, int format,
                                size_t i) {
    const size_t start = i * PIECE, left = size - start,
                 count = left < PIECE ? left : PIECE;
    const size_t before = start < WINDOW ? start : WINDOW;
    const bool last = count == left;
    DeflatedPiece p = {memory_take(piece_room(count)), piece_room(count)};
    z_stream z = {.zalloc = take, .zfree = give};
    const int ready =
        deflateInit2(&z, LEVEL, Z_DEFLATED, DEFLATE_RAW, 8, strategy_of(format));
    CHECK(ready == Z_OK, "zlib: %d", ready);
    if (before) deflateSetDictionary(&z, data + start - before, (uInt)before);
    z.next_in = (unsigned char *)(uintptr_t)data + start, z.avail_in = (uInt)count;
    z.next_out = p.packed, z.avail_out = (uInt)p.size;
    const int done = deflate(&z, last ? Z_FINISH : Z_SYNC_FLUSH);
    CHECK(done == (last ? Z_STREAM_END : Z_OK) && z.avail_in == 0 && z.avail_out > 0,
          "zlib: %d", done);
    p.size -= z.avail_out;
    deflateEnd(&z);
    return p;
}

static unsigned char *store(unsigned char *at, const void *bytes, size_t count) {
    memcpy(at, bytes, count);
    return at + count;
}

size_t deflate_room(size_t size) {
    return pieces_of(size) * piece_room(size < PIECE ? size : PIECE);
}

size_t deflate_bytes(const void *data, size_t size, int format, unsigned char *out) {
    static const unsigned char header[2] = {0x78, 0x9C}; /* RFC 1950: window, level */
    const size_t count = pieces_of(size);
    unsigned char *end = out;
    CHECK(size <= UINT_MAX, "%zu bytes", size);
    DeflatedPiece *piece = memory_take(count * sizeof *piece);
#pragma omp parallel for schedule(static, 1) num_threads(threads_over(size))
    for (size_t i = 0; i < count; i++)
        piece[i] = pack_piece(data, size, format, i);
    if (format == DEFLATE_ZLIB) end = store(end, header, sizeof header);
    for (size_t i = 0; i < count; i++) {
        end = store(end, piece[i].packed, piece[i].size);
        free(piece[i].packed);
    }
    free(piece);
    if (format == DEFLATE_ZLIB) {
        const uLong sum = adler32_z(1, data, size);
        for (int shift = 24; shift >= 0; shift -= 8)
            *end++ = (unsigned char)(sum >> shift & 0xFF);
    }
    return (size_t)(end - out);
}
