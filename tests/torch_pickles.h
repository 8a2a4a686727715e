/* PyTorch's files made by hand, for readers: OUT is where the archives are written. */
#ifndef TESTS_TORCH_PICKLES_H
#define TESTS_TORCH_PICKLES_H

#include <stdio.h>

#include "io/number.h"
#include "io/torch.h"
#include "io/zip.h"
#include "tests/arena.h"
#include "tests/damage.h"

#ifndef OUT /* a program that runs at the same time has its own */
#define OUT "build/test_torch_" REAL_NAME ".pth"
#endif

static inline bool read_bytes(Arena *own, FileBytes file, Error *err) {
    NamedTensors list;
    return torch_read_bytes(own, file, "a.pth", &list, err) && named_check(&list, err);
}

static inline FileBytes bytes_of(const char *path) {
    FileBytes file;
    Error err;
    if (!file_read(arena, path, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    return file;
}

static inline const NamedTensor *find(const NamedTensors *list, const char *name,
                                      const char *shape, int rank) {
    const NamedTensor *item = named_find(list, name);
    if (!item) fail_msg("no %s", name);
    assert_string_equal(SHAPE(item->tensor.shape), shape);
    assert_int_equal(item->rank, rank);
    return item;
}

/* A zip archive of this pickle and eight floats. */
static inline FileBytes archive(const char *pickle, size_t size) {
    static const unsigned char one[32] = {0, 0, 0x80, 0x3F};
    ZipSource sources[] = {
        {"x/data.pkl", {(unsigned char *)(uintptr_t)pickle, size}},
        {"x/data/0", {(unsigned char *)(uintptr_t)one, sizeof one}},
    };
    Error err;
    if (!zip_write(OUT, sources, 2, &err)) fail_msg("%s", err.text);
    return bytes_of(OUT);
}

#define ARCHIVE(pickle) archive(pickle, sizeof pickle - 1)
#define REBUILD "ctorch._utils\n_rebuild_tensor_v2\n"
#define STORAGE(kind, count)                                                             \
    "(U\x07storagectorch\n" kind "\nU\x01"                                               \
    "0U\x03"                                                                             \
    "cpuK" count "tQ"
/* {'a': a tensor with this offset, these sides and strides} */
#define TENSOR(storage, offset, sides, strides)                                          \
    "\x80\x02}U\x01"                                                                     \
    "a" REBUILD "(" storage offset sides strides "\x89}tRs."
#define FLOATS STORAGE("FloatStorage", "\x08")

#define REFUSED(pickle, words) assert_refused(read_bytes, ARCHIVE(pickle), words)

/* The first two pickles of a file from before PyTorch 1.6. */
#define LEGACY                                                                           \
    "\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19."                          \
    "\x80\x02M\xE9\x03."

#endif
