/* The state of a run that the checkpoint's target restores and its seeds have saved. */
#ifndef FUZZ_LISTS_H
#define FUZZ_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"
#include "tensor/state.h"

typedef struct FuzzState {
    real image[6];
    double average[2];
    int step;
    uint64_t random[4];
} FuzzState;

/* With or without the piece that is narrower in one of the two programs. */
static inline StateList fuzz_list(FuzzState *state, bool with_image) {
    StateList list = {0};
    state_add(&list, "average", STATE_DOUBLE, state->average, 2);
    state_add(&list, "step", STATE_INT, &state->step, 1);
    state_add(&list, "random", STATE_UINT64, state->random, 4);
    if (with_image) state_add(&list, "image", STATE_REAL, state->image, 6);
    return list;
}

#endif
