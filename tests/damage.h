/* Damages a small valid file at every position, and checks that the reader loads it or
 * refuses it with one message: cut off at every length, and every byte set to 00 and FF
 * and with each of its bits flipped.
 *
 * Each attempt gets the bytes in a block of exactly their size, so that the sanitizer
 * sees one byte read too far, and under it no block may be larger than 64 MB: the size
 * in a damaged file must not decide how much is allocated. */
#ifndef TESTS_DAMAGE_H
#define TESTS_DAMAGE_H

#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "tests/test.h"

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "max_allocation_size_mb=64";
}
#endif

typedef bool (*Reader)(Arena *into, FileBytes file, Error *err);

static inline bool read_damaged(Reader reader, const unsigned char *bytes, size_t size) {
    Arena *scratch = arena_new();
    unsigned char *exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, size);
    Error err = {""};
    bool loaded = reader(scratch, (FileBytes){exact, size}, &err);
    if (!loaded) {
        size_t length = strlen(err.text);
        assert_true(length > 10 && length < sizeof err.text - 1);
        for (size_t i = 0; i < length; i++)
            assert_true((unsigned char)err.text[i] >= 32);
    }
    assert_true(arena_used(scratch) < (size_t)1 << 20);
    free(exact);
    arena_free(scratch);
    return loaded;
}

static inline void assert_damage_is_survived(Reader reader, FileBytes file) {
    assert_true(read_damaged(reader, file.data, file.size));
    for (size_t size = 0; size < file.size; size++)
        assert_false(read_damaged(reader, file.data, size));
    for (size_t i = 0; i < file.size; i++) {
        unsigned char kept = file.data[i];
        file.data[i] = 0x00;
        read_damaged(reader, file.data, file.size);
        file.data[i] = 0xFF;
        read_damaged(reader, file.data, file.size);
        for (int bit = 0; bit < 8; bit++) {
            file.data[i] = (unsigned char)(kept ^ 1 << bit);
            read_damaged(reader, file.data, file.size);
        }
        file.data[i] = kept;
    }
}

/* The reader refuses the file, and says these words. */
#define assert_refused(reader, file, words)                                              \
    refused(reader, file, words, __FILE__, __LINE__)

static inline void refused(Reader reader, FileBytes file, const char *words,
                           const char *source, int line) {
    Arena *scratch = arena_new();
    Error err = {""};
    bool loaded = reader(scratch, file, &err);
    arena_free(scratch);
    if (!loaded && strstr(err.text, words)) return;
    print_error("expected a refusal with \"%s\", got %s \"%s\"\n", words,
                loaded ? "no refusal" : "", err.text);
    _fail(source, line);
}

#endif
