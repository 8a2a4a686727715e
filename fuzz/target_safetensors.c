#include "fuzz/fuzz.h"
#include "io/safetensors.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    NamedTensors out;
    const char *text;
    return safetensors_read_bytes(arena, file, "file", &out, err) &&
           safetensors_metadata(arena, file, "file", "preprocess", &text, err);
}

FUZZ_READER(read)
