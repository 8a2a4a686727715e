#include "fuzz/fuzz.h"
#include "fuzz/repair.h"
#include "io/zip.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    Zip zip;
    FileBytes bytes;
    bool good = zip_read(arena, file, "file", &zip, err);
    for (size_t i = 0; good && i < zip.count; i++)
        good = zip_unpack(arena, &zip.entries[i], "file", &bytes, err);
    return good;
}

FUZZ_READER(read)
FUZZ_REPAIRED(repair_zip)
