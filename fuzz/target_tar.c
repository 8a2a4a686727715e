#include "io/tar.h"
#include "fuzz/fuzz.h"
#include "fuzz/repair.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    TarFiles out;
    return tar_read_bytes(arena, file, "file", &out, err);
}

FUZZ_READER(read)
FUZZ_REPAIRED(repair_tar)
