/* Runs gnuplot: see command.h. */
#ifndef IO_GNUPLOT_H
#define IO_GNUPLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

/* Feeds gnuplot the whole of `commands` and puts what it prints into `printed`. Fails
 * when gnuplot is not installed or reports an error. */
bool gnuplot_run(FILE *commands, FILE *printed, Error *err);

#endif
