/* The tape as a table and as a drawing. */
#ifndef AUTOGRAD_TAPE_PRINT_H
#define AUTOGRAD_TAPE_PRINT_H

#include <stdio.h>

#include "autograd/tape.h"

/* A table: id, label, op, inputs, formula, shape, bytes of value and gradient together;
 * with `grad` where a gradient is kept. The last line adds up. Where there is a plan,
 * also which bytes of its block each value and gradient shares with others. */
void tape_print(const Tape *tape, FILE *out);

/* The graph in Graphviz' language: `dot -Tsvg`. */
void tape_dot(const Tape *tape, FILE *out);

#endif
