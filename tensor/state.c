#include "tensor/state.h"

#include <stdint.h>
#include <string.h>

#include "tensor/check.h"
#include "tensor/real.h"

size_t state_width(StateKind kind) {
    static const size_t width[STATE_KINDS] = {
        [STATE_REAL] = sizeof(real),
        [STATE_DOUBLE] = sizeof(double),
        [STATE_INT] = sizeof(int),
        [STATE_UINT64] = sizeof(uint64_t),
    };
    return width[kind];
}

const StatePiece *state_find(const StateList *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->piece[i].name, name) == 0) return &list->piece[i];
    return NULL;
}

void state_add(StateList *list, const char *name, StateKind kind, void *data,
               size_t count) {
    CHECK(list->count < STATE_MAX_PIECES, "no room for %s: raise STATE_MAX_PIECES", name);
    CHECK(data && count > 0, "%s has no elements", name);
    CHECK(!state_find(list, name), "%s is in the list already", name);
    list->piece[list->count++] = (StatePiece){name, kind, count, data};
}
