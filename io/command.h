/* Runs another program from its start to its end, without a shell (see child.h): gnuplot
 * draws our plots, pandoc our pages, Graphviz our tapes. */
#ifndef IO_COMMAND_H
#define IO_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

/* Starts arguments[0], which is searched in PATH, with these arguments, NULL after the
 * last. Its standard input is the whole of `in`, its standard output is `out`. Both are
 * regular files, such as tmpfile() gives, so that neither side ever waits for the other;
 * NULL for none. `package` is what to install when the program is missing. Fails if it is
 * missing or ends with a status other than 0; the reason is its last line on stderr. */
bool command_run(char *const *arguments, const char *package, FILE *in, FILE *out,
                 Error *err);

#endif
