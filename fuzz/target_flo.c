#include "fuzz/fuzz.h"
#include "io/flo.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    Tensor flow;
    return flo_read_bytes(arena, file, "file", &flow, err);
}

FUZZ_READER(read)
