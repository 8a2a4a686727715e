#include "fuzz/fuzz.h"
#include "fuzz/repair.h"
#include "io/npz.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    NamedTensors out;
    return npz_list_bytes(arena, file, "file", &out, err) &&
           npz_read_bytes(arena, file, "file", &out, err);
}

FUZZ_READER(read)
FUZZ_REPAIRED(repair_zip)
