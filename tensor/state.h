/* What a computation remembers between two steps, as a list of named arrays. A program
 * saves the list, and continues later with the same bits:
 *
 *     StateList list = {0};
 *     optimizer_state(optimizer, &list);
 *     state_add(&list, "step", STATE_INT, &step, 1);
 *     checkpoint_write("run.checkpoint", text, &list, &err);        io/checkpoint.h
 *
 * A list owns nothing. Each piece points into the object itself: a writer reads from
 * there, a reader writes there. */
#ifndef TENSOR_STATE_H
#define TENSOR_STATE_H

#include <stddef.h>

/* The type of the elements of a piece. */
typedef enum StateKind {
    STATE_REAL,   /* real: float or double, as this program was built */
    STATE_DOUBLE, /* double */
    STATE_INT,    /* int */
    STATE_UINT64, /* uint64_t */
    STATE_KINDS   /* how many there are */
} StateKind;

/* One array. */
typedef struct StatePiece {
    const char *name; /* "adam m": the same piece has the same name in every run */
    StateKind kind;   /* of its elements */
    size_t count;     /* elements, at least 1 */
    void *data;       /* where they are */
} StatePiece;

/* Pieces of a list at most. */
#define STATE_MAX_PIECES 64

/* Begins as {0}. */
typedef struct StateList {
    int count;                          /* pieces */
    StatePiece piece[STATE_MAX_PIECES]; /* `count` of them */
} StateList;

/* Adds a piece of `count` elements at `data`. The name must stay valid as long as the
 * list, and be a new one in it. */
void state_add(StateList *list, const char *name, StateKind kind, void *data,
               size_t count);

/* The piece of that name, or NULL. */
const StatePiece *state_find(const StateList *list, const char *name);

/* Bytes of one element. */
size_t state_width(StateKind kind);

#endif
