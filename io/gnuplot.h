/* Runs gnuplot, without a shell between, so that no name or title is ever a command. */
#ifndef IO_GNUPLOT_H
#define IO_GNUPLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

/* Feeds gnuplot the whole of `commands` and puts what it prints into `printed`; both are
 * regular files, such as tmpfile() gives, so that neither side ever waits for the other.
 * Fails when gnuplot is not installed or does not like the commands. */
bool gnuplot_run(FILE *commands, FILE *printed, Error *err);

#endif
