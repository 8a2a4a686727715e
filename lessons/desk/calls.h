/* The student's functions, called with the values that came over the wire. */
#ifndef LESSONS_DESK_CALLS_H
#define LESSONS_DESK_CALLS_H

#include "lessons/desk/wire.h"

typedef void Function(void); /* any of them */
typedef double Caller(Function *function, const Value *arguments);

typedef struct Callable {
    const char *name, *symbol; /* on the wire, and in the student's file */
    int arguments;             /* at least so many */
    Caller *call;
} Callable;

/* NULL when there is none of this name. */
const Callable *callable(const char *name);

#endif
