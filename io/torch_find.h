/* Finds the tensors in a saved value. */
#ifndef IO_TORCH_FIND_H
#define IO_TORCH_FIND_H

#include "io/pickle.h"

/* A tensor and the way to it, "model.0.features.0.weight" for
 * {"model": [{"features.0.weight": ...}]}. */
typedef struct TorchPlace {
    const char *name;
    const Pickle *made; /* the call that makes it in Python */
} TorchPlace;

typedef struct TorchFound {
    size_t count;
    TorchPlace *items;
} TorchFound;

/* Finds every tensor in the dicts and lists below `root`, in order. While all of them
 * are in one entry, as in {"epoch": 3, "state_dict": {...}}, its key is left out of the
 * names. Values under a key that is no text, such as the state of an optimiser, are
 * skipped. Fails when there are more than TORCH_MAX_TENSORS, or too many values to
 * search.
 */
bool torch_find(Arena *arena, Pickle *root, const char *where, TorchFound *out,
                Error *err);

/* The arguments (storage, offset, sides, strides, ...) of a dense tensor, directly or in
 * a parameter; NULL when the value is not one. */
const Pickle *torch_tensor(const Pickle *value);

#endif
