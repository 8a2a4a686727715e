/* The one place where stb_image and stb_image_write (Sean Barrett and others, public
 * domain) are compiled, for the functions of image.h. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "io/deflate.h"
#include "io/image.h"
#include "io/image_decode.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

/* Memory of one decode: a chain of blocks, so that all of them can be freed even if the
 * decoder leaks them, and a sum of bytes that may not exceed the budget. */
typedef struct Block {
    struct Block *previous, *next;
    size_t size;
    _Alignas(max_align_t) unsigned char bytes[];
} Block;

static _Thread_local struct {
    Block *first;
    size_t used, peak, budget; /* bytes */
} memory;

static Block *block_of(void *bytes) {
    return (Block *)(void *)((unsigned char *)bytes - offsetof(Block, bytes));
}

/* Zeroed, so that a pixel that the decoder does not write shows no old data. */
static void *memory_alloc(size_t size) {
    if (size > memory.budget - memory.used) return NULL;
    Block *block = calloc(1, sizeof(Block) + size);
    if (!block) no_memory(size);
    *block = (Block){.next = memory.first, .size = size};
    if (memory.first) memory.first->previous = block;
    memory.first = block;
    memory.used += size;
    if (memory.used > memory.peak) memory.peak = memory.used;
    return block->bytes;
}

static void memory_free(void *bytes) {
    if (!bytes) return;
    Block *block = block_of(bytes);
    if (block->next) block->next->previous = block->previous;
    *(block->previous ? &block->previous->next : &memory.first) = block->next;
    memory.used -= block->size;
    free(block);
}

static void *memory_realloc(void *bytes, size_t size) {
    void *larger = memory_alloc(size);
    if (!larger || !bytes) return larger;
    size_t old = block_of(bytes)->size;
    memcpy(larger, bytes, old < size ? old : size);
    memory_free(bytes);
    return larger;
}

/* Both headers declare functions of parts that are left out, and their JPEG code shifts
 * and adds signed integers beyond their range and relies on wrap-around. */
#pragma GCC diagnostic ignored "-Wunused-function"
#ifdef __clang__
#pragma clang attribute push(                                                            \
    __attribute__((no_sanitize("shift", "signed-integer-overflow"))),                    \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC optimize("wrapv")
#endif

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS IMAGE_LARGEST_SIDE
#define STBI_MALLOC memory_alloc
#define STBI_REALLOC memory_realloc
#define STBI_FREE memory_free
#include <stb/stb_image.h>

/* zlib compresses better than the writer's own DEFLATE. */
static unsigned char *compress_bytes(unsigned char *data, int size, int *out_size,
                                     int quality) {
    (void)quality;
    unsigned char *out = memory_take(deflate_room((size_t)size));
    const size_t length = deflate_bytes(data, (size_t)size, DEFLATE_ZLIB, out);
    CHECK(length <= INT_MAX, "%zu bytes", length);
    *out_size = (int)length;
    return out;
}

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#define STBIW_ZLIB_COMPRESS compress_bytes
#include <stb/stb_image_write.h>

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

size_t stb_budget(const ImageFacts *facts, size_t file_size) {
    size_t pixels = (size_t)facts->w * (size_t)facts->h;
    return ((size_t)1 << 20) + 4 * file_size + 24 * pixels * (facts->wide ? 2 : 1);
}

size_t stb_peak(void) {
    return memory.peak;
}

void stb_free(void) {
    while (memory.first)
        memory_free(memory.first->bytes);
}

const char *stb_decode(const FileBytes *file, bool wide, size_t budget,
                       DecodedImage *out) {
    CHECK(file->size <= INT_MAX, "%zu bytes", file->size);
    stb_free();
    memory.budget = budget;
    memory.peak = 0;
    int size = (int)file->size, w, h, channels;
    void *values = NULL;
    if (stbi_info_from_memory(file->data, size, &w, &h, &channels))
        values =
            wide
                ? (void *)stbi_load_16_from_memory(file->data, size, &w, &h, &channels, 0)
                : (void *)stbi_load_from_memory(file->data, size, &w, &h, &channels, 0);
    if (!values) return stbi_failure_reason();
    *out = (DecodedImage){.w = w, .h = h, .channels = channels};
    out->largest = wide ? UINT16_MAX : UINT8_MAX;
    out->narrow = wide ? NULL : values;
    out->wide = wide ? values : NULL;
    return NULL;
}

/* The writer passes its bytes in many parts. */
typedef struct Sink {
    unsigned char *data;
    size_t size, room;
} Sink;

static void sink_write(void *context, void *data, int size) {
    Sink *sink = context;
    if (sink->room - sink->size < (size_t)size) {
        sink->room = 2 * sink->room + (size_t)size;
        sink->data = memory_resize(sink->data, sink->room);
    }
    memcpy(sink->data + sink->size, data, (size_t)size);
    sink->size += (size_t)size;
}

static void write_ppm(Sink *sink, const DecodedImage *p) {
    char header[64];
    int length = snprintf(header, sizeof header, "P%d\n%d %d\n255\n",
                          p->channels == 1 ? 5 : 6, p->w, p->h);
    sink_write(sink, header, length);
    for (int y = 0; y < p->h; y++) {
        size_t row = (size_t)p->w * (size_t)p->channels;
        sink_write(sink, (void *)(uintptr_t)(p->narrow + (size_t)y * row), (int)row);
    }
}

/* The filter of all rows of a PNG file (RFC 2083, 6.6). The search for the best of the five
 * takes a third of the time, and saves 0.5 % of the bytes of our paintings. */
#define PAETH 4

FileBytes stb_encode(Arena *arena, ImageFormat format, const DecodedImage *p) {
    Sink sink = {0};
    int w = p->w, h = p->h, channels = p->channels, ok = 1;
    const uint8_t *bytes = p->narrow;
    stbi_write_force_png_filter = PAETH;
    if (format == IMAGE_PNG)
        ok = stbi_write_png_to_func(sink_write, &sink, w, h, channels, bytes, 0);
    else if (format == IMAGE_JPEG)
        ok = stbi_write_jpg_to_func(sink_write, &sink, w, h, channels, bytes,
                                    IMAGE_JPEG_QUALITY);
    else if (format == IMAGE_BMP)
        ok = stbi_write_bmp_to_func(sink_write, &sink, w, h, channels, bytes);
    else
        write_ppm(&sink, p);
    if (!ok) no_memory((size_t)w * (size_t)h * (size_t)channels);
    FileBytes out = {arena_alloc(arena, sink.size), sink.size};
    memcpy(out.data, sink.data, sink.size);
    free(sink.data);
    return out;
}
