/* Writes the first two convolutions of VGG-19 as torch.save lays them out, in a pickle
 * of protocol 2 with parts of other pickles, and as safetensors. */
#ifndef TESTS_TORCH_WRITER_H
#define TESTS_TORCH_WRITER_H

#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/number.h"
#include "io/zip.h"
#include "tests/test.h"

#define WRITER_TENSORS 4

typedef struct Writer {
    char text[65536];
    size_t length;
} Writer;

static inline void put_bytes(Writer *w, const char *bytes, size_t count) {
    assert_true(w->length + count < sizeof w->text);
    memcpy(w->text + w->length, bytes, count);
    w->length += count;
}

/* A piece of pickle written as a string literal. */
#define PUT(w, literal) put_bytes(w, literal, sizeof literal - 1)

static inline void put_text(Writer *w, const char *text) {
    char start[2] = {'U', (char)strlen(text)};
    put_bytes(w, start, 2);
    put_bytes(w, text, strlen(text));
}

static inline void put_side(Writer *w, int side) {
    const char number[] = {'M', (char)(side & 255), (char)(side >> 8)};
    put_bytes(w, number, 3);
}

static inline const int *writer_sides(int i) {
    static const int sides[WRITER_TENSORS][5] = {
        {4, 64, 3, 3, 3}, {1, 64}, {4, 64, 64, 3, 3}, {1, 64}};
    return sides[i];
}

static inline size_t writer_count(int i) {
    size_t count = 1;
    for (int k = 1; k <= writer_sides(i)[0]; k++)
        count *= (size_t)writer_sides(i)[k];
    return count;
}

/* Number k of tensor i, exact in a float, and so mixed that an archive of them is hardly
 * smaller: the reader takes what unpacks to more than twice its size for a bomb. */
static inline double writer_number(int i, size_t k) {
    uint64_t bits = ((uint64_t)k + 1) * 0x9E3779B97F4A7C15 + (uint64_t)i;
    bits = (bits ^ bits >> 29) * 0xBF58476D1CE4E5B9;
    return ((double)(bits >> 40) - (1 << 23)) / (1 << 26);
}

/* _rebuild_tensor_v2(('storage', FloatStorage, key, 'cpu', count), 0, sides, strides,
 * False, {}) with these sides, dense. */
static inline void put_tensor(Writer *w, const char *type, const char *key,
                              const int *sides) {
    int count = 1;
    PUT(w, "ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\n");
    put_bytes(w, type, strlen(type));
    PUT(w, "\n");
    put_text(w, key);
    put_text(w, "cpu");
    for (int k = 1; k <= sides[0]; k++)
        count *= sides[k];
    const char number[] = {'J', (char)(count & 255), (char)(count >> 8 & 255),
                           (char)(count >> 16 & 255), (char)(count >> 24)};
    put_bytes(w, number, 5);
    PUT(w, "tQK\0(");
    for (int k = 1; k <= sides[0]; k++)
        put_side(w, sides[k]);
    PUT(w, "t(");
    for (int k = 1; k <= sides[0]; k++) {
        int stride = 1;
        for (int after = k + 1; after <= sides[0]; after++)
            stride *= sides[after];
        put_side(w, stride);
    }
    PUT(w, "t\x89}tR");
}

/* The items of a dict with the four tensors, under names that `format` makes of
 * "0.weight", "0.bias", "2.weight" and "2.bias". */
static inline void put_layers(Writer *w, const char *format) {
    static const char *const names[WRITER_TENSORS] = {"0.weight", "0.bias", "2.weight",
                                                      "2.bias"};
    for (int i = 0; i < WRITER_TENSORS; i++) {
        char name[128], key[2] = {(char)('0' + i), 0};
        const char *at = strstr(format, "%s");
        snprintf(name, sizeof name, "%.*s%s", at ? (int)(at - format) : 0, format,
                 names[i]);
        put_text(w, name);
        put_tensor(w, "FloatStorage", key, writer_sides(i));
        PUT(w, "s");
    }
}

/* The archive of a pickle, of the storages 0 to 3 and of "x", eight bytes. */
static inline void put_archive(Arena *arena, const Writer *w, const char *path) {
    static const char *const names[] = {"a/data/0", "a/data/1", "a/data/2", "a/data/3"};
    static unsigned char other[8] = {1, 0, 1, 1, 0, 0, 0, 0};
    ZipSource sources[WRITER_TENSORS + 2] = {
        {"a/data.pkl", {(unsigned char *)(uintptr_t)w->text, w->length}},
        {"a/data/x", {other, sizeof other}}};
    for (int i = 0; i < WRITER_TENSORS; i++) {
        FileBytes bytes = {arena_alloc(arena, 4 * writer_count(i)), 4 * writer_count(i)};
        for (size_t k = 0; k < writer_count(i); k++)
            number_store(NUMBER_F32, bytes.data + 4 * k, writer_number(i, k));
        sources[i + 2] = (ZipSource){names[i], bytes};
    }
    Error err;
    if (!zip_write(path, sources, WRITER_TENSORS + 2, &err)) fail_msg("%s", err.text);
}

/* A safetensors file of the four tensors and of `entry`, one more. */
static inline void put_safetensors(Arena *arena, const char *path,
                                   const char *const *names, const char *entry,
                                   const void *bytes, size_t count) {
    const size_t room = 200000;
    unsigned char *file = arena_alloc(arena, room);
    char *header = (char *)file + 8;
    int length = sprintf(header, "{");
    size_t at = 0;
    for (int i = 0; i < WRITER_TENSORS; i++, at += 4 * writer_count(i - 1)) {
        const bool first = i < 2, kernel = i % 2 == 0;
        length += sprintf(header + length,
                          "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%zu,"
                          "%zu]},",
                          names[i],
                          !kernel ? "[64]"
                          : first ? "[64,3,3,3]"
                                  : "[64,64,3,3]",
                          at, at + 4 * writer_count(i));
    }
    length += sprintf(header + length, "\"other\":{%s,\"data_offsets\":[%zu,%zu]}}",
                      entry, at, at + count);
    bytes_store(file, 8, (uint64_t)length);
    unsigned char *data = file + 8 + length;
    for (int i = 0; i < WRITER_TENSORS; i++)
        for (size_t k = 0; k < writer_count(i); k++, data += 4)
            number_store(NUMBER_F32, data, writer_number(i, k));
    memcpy(data, bytes, count);
    Error err;
    if (!file_write(path, file, (size_t)(data - file) + count, &err))
        fail_msg("%s", err.text);
}

#endif
