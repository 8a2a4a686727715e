/* The stack machine that a pickle is a program for: a stack, with NULL for each mark,
 * and a memo of values that are used again. For the files that implement io/pickle.h. */
#ifndef IO_PICKLE_MACHINE_H
#define IO_PICKLE_MACHINE_H

#include "io/pickle_value.h"
#include "tensor/arena.h"
#include "tensor/error.h"

#define PICKLE_MAX_NAME 1024 /* bytes of a global's name */

typedef struct PickleMachine {
    Arena *arena;
    const unsigned char *start, *at, *end;
    const unsigned char *instruction; /* the one being read */
    const char *const *globals;
    const char *foreign; /* the first name that is not among them, or NULL */
    const char *where;
    Error *err;
    Pickle *stack;   /* a list */
    Pickle *memo;    /* a list; NULL for an empty entry */
    Pickle *outside; /* a list */
    int steps;
} PickleMachine;

/* Fills the error with the instruction, its position and the problem. */
bool machine_refuse(const PickleMachine *m, const char *what);

/* The same for an instruction that needs more bytes than there are. */
bool machine_cut(const PickleMachine *m);

/* Takes `count` bytes of the program; NULL when fewer are left. */
const unsigned char *machine_take(PickleMachine *m, uint64_t count);

/* Adds an item to the end of a list. */
void machine_append(PickleMachine *m, Pickle *list, Pickle *item);

Pickle *machine_value(PickleMachine *m, PickleKind kind);

/* NULL pushes a mark. */
bool machine_push(PickleMachine *m, Pickle *value);

/* Whether the topmost `count` entries of the stack are values and no mark. */
bool machine_has(PickleMachine *m, size_t count);

/* Takes the topmost value; NULL when there is none. */
Pickle *machine_pop(PickleMachine *m);

/* Moves the topmost `count` values, which must exist, to the end of a list. */
void machine_move(PickleMachine *m, size_t count, Pickle *list);

/* The number of values above the last mark; false when there is no mark. */
bool machine_above_mark(PickleMachine *m, size_t *count);

#endif
