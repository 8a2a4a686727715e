/* Runs another program, without a shell between, so that no name or title is ever a
 * command: gnuplot draws our plots, pandoc our pages, Graphviz our tapes. */
#ifndef IO_COMMAND_H
#define IO_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

/* Starts arguments[0], which is looked for in PATH, with these arguments, NULL behind the
 * last; feeds it the whole of `in` and puts what it prints into `out`. Both are regular
 * files, such as tmpfile() gives, so that neither side ever waits for the other; NULL for
 * none. `package` is what to install when the program is missing. Fails then, and when it
 * ends with another status than 0; the reason is the last line it wrote on stderr. */
bool command_run(char *const *arguments, const char *package, FILE *in, FILE *out,
                 Error *err);

#endif
