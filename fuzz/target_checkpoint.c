/* Reads the bytes as a checkpoint and restores it into a run of its size. */
#include "fuzz/fuzz.h"
#include "fuzz/lists.h"
#include "fuzz/repair.h"
#include "io/checkpoint.h"

static bool read(Arena *arena, FileBytes file, Error *err) {
    CheckpointFile checkpoint;
    FuzzState state = {.step = 1};
    if (!checkpoint_read(arena, fuzz_path(file), &checkpoint, err)) return false;
    const StateList whole = fuzz_list(&state, true), part = fuzz_list(&state, false);
    return checkpoint_restore(&checkpoint, &whole, err) ||
           checkpoint_restore(&checkpoint, &part, err);
}

FUZZ_READER(read)
FUZZ_REPAIRED(repair_checkpoint)
