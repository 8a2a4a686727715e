#include "app/manifest_read.h"
#include "fuzz/fuzz.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    ManifestReading reading = {.run = {.path = fuzz_path(file), .arena = arena}};
    const bool good = manifest_load(&reading, err) && manifest_read(&reading, err);
    manifest_close(&reading);
    return good;
}

FUZZ_READER(read)
