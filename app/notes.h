/* Lines worth knowing that are no errors, gathered until the moment to print them. */
#ifndef APP_NOTES_H
#define APP_NOTES_H

#include "tensor/arena.h"

typedef struct Notes {
    Arena *arena;
    const char *text; /* may be empty */
} Notes;

Notes notes_new(Arena *arena);

/* Adds a piece of a line, or lines. */
void notes_add(Notes *notes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
