#include "fuzz/fuzz.h"
#include "transfer/recipe_file.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    (void)arena;
    Recipe recipe;
    return recipe_read(fuzz_path(file), &recipe, err);
}

FUZZ_READER(read)
