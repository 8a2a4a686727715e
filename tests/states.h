/* Copies of what a run remembers between two steps (tensor/state.h), in the arena. */
#ifndef TESTS_STATES_H
#define TESTS_STATES_H

#include <string.h>

#include "tensor/state.h"
#include "tests/arena.h"
#include "tests/test.h"

/* The pieces from -> to, which belong to runs of the same kind. */
static inline void state_copy(const StateList *from, const StateList *to) {
    assert_int_equal(from->count, to->count);
    for (int i = 0; i < from->count; i++) {
        const StatePiece *a = &from->piece[i], *b = &to->piece[i];
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->count, b->count);
        memcpy(b->data, a->data, a->count * state_width(a->kind));
    }
}

/* The pieces as they are now, in memory of their own. */
static inline StateList state_saved(const StateList *list) {
    StateList copy = *list;
    for (int i = 0; i < copy.count; i++) {
        StatePiece *piece = &copy.piece[i];
        piece->data = arena_alloc(arena, piece->count * state_width(piece->kind));
    }
    state_copy(list, &copy);
    return copy;
}

#endif
