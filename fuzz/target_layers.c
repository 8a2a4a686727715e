#include "fuzz/fuzz.h"
#include "transfer/recipe.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    LayerList list;
    return layers_parse(fuzz_text(arena, file), &list, err);
}

FUZZ_READER(read)
