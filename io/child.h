/* Another program while it runs, started without a shell, so that a name or a title is
 * never executed as a command.
 *
 *     Child child;
 *     if (!child_start(&child, arguments, "ffmpeg", from, to, CHILD_APART, &err)) ...
 *     ... write to the pipe, close it ...
 *     return child_end(&child, &err); */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "tensor/error.h"

/* What becomes of the program when a signal comes. */
typedef enum ChildKind {
    CHILD_HELPER, /* a signal ends it at once: see interrupt_helper; one at a time */
    CHILD_APART,  /* Ctrl-C does not reach it; it ends when its pipe is closed */
} ChildKind;

typedef struct Child {
    pid_t pid;
    ChildKind kind;
    const char *name, *package; /* what was started, and what to install for it */
    FILE *errors;               /* what it has printed on stderr */
} Child;

/* Starts arguments[0], which is searched in PATH, with these arguments, NULL after the
 * last. `in` and `out` are descriptors of its standard input and output, -1 for none; they
 * stay open here. The texts are not copied. Fails when the program is missing. */
bool child_start(Child *child, char *const *arguments, const char *package, int in,
                 int out, ChildKind kind, Error *err);

/* Waits for its end. Fails when it has ended with a status other than 0; the reason is its
 * last line on stderr. */
bool child_end(Child *child, Error *err);

/* Ends it at once; nobody asks how. */
void child_kill(Child *child);

#endif
