#include "fuzz/fuzz.h"
#include "io/npy.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    NamedTensor out;
    return npy_read_bytes(arena, file, "file", &out, err);
}

FUZZ_READER(read)
