/* What all fuzz targets share. A target gives one reader any bytes; libFuzzer and OSS-Fuzz
 * invent them, fuzz/replay.c takes them from files:
 *
 *     static bool read(Arena *arena, FileBytes file, Error *err) {
 *         NamedTensor out;
 *         return npy_read_bytes(arena, file, "file", &out, err);
 *     }
 *     FUZZ_READER(read)
 *
 * A reader may load the bytes, or refuse them with one sentence. Anything else is a
 * finding: a sanitizer's report, a leak, more than a minute, or a message that is no
 * sentence. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdint.h>

#include "io/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool FuzzReader(Arena *arena, FileBytes file, Error *err);

/* Calls the reader with a block of exactly these bytes, so that a sanitizer sees one byte
 * read too far, and holds it to a sentence. */
void fuzz_reader(FuzzReader *read, const uint8_t *data, size_t size);

/* Ends the program unless this is a sentence that a terminal can show. */
void fuzz_check_message(const Error *err);

#define FUZZ_READER(read)                                                                \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                       \
        fuzz_reader(read, data, size);                                                   \
        return 0;                                                                        \
    }

/* The bytes as text, ended by a zero, in the arena. */
char *fuzz_text(Arena *arena, FileBytes file);

/* For readers that take a path: the path of a temporary file without a name, which has
 * these bytes until the next call. */
const char *fuzz_path(FileBytes file);

/* The mutator of a format with checksums: changes the bytes as libFuzzer does, then puts
 * the checksums right, without which a reader would look no further. */
typedef void FuzzRepair(uint8_t *data, size_t size);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t fuzz_mutate(FuzzRepair *repair, uint8_t *data, size_t size, size_t most,
                   unsigned seed);

#define FUZZ_REPAIRED(repair)                                                            \
    size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,              \
                                   unsigned seed) {                                      \
        return fuzz_mutate(repair, data, size, most, seed);                              \
    }

#endif
