/* A table of numbers that is written row by row: the trace of a run.
 *
 *     Csv *trace = csv_new("out/loss.csv", (const char *[]){"step", "loss"}, 2, &err);
 *     if (!trace) ...
 *     for (int step = 0; step < steps; step++)
 *         csv_row(trace, (double[]){step, loss});
 *     if (!csv_close(trace, &err)) ...
 *
 * Until csv_close the rows are in a file with a temporary name (io/file.h), where each is
 * flushed as soon as it is written. So the file with the final name is always complete.
 * A run that is killed (SIGKILL cannot be caught) leaves its rows in the temporary file
 * beside it. */
#ifndef IO_CSV_H
#define IO_CSV_H

#include <stdbool.h>
#include <stdio.h>

#include "tensor/error.h"

typedef struct Csv Csv;

/* Opens the table and writes its first line, the names of `count` >= 1 columns. NULL,
 * with err filled, when the file cannot be made. The table is not in an arena: csv_close
 * must be called, because it finishes the file. */
Csv *csv_new(const char *path, const char *const *columns, int count, Error *err);

/* Appends one number per column, with the 17 digits that give the same double when read.
 * NaN is written as nan. csv_close reports errors of this function. */
void csv_row(Csv *csv, const double *values);

/* Finishes the file, gives it its name and frees the table. When a row could not be
 * written, the rows before it stay under another name beside it, which err says; rows
 * after it are lost. If only the renaming fails, the complete table stays under such a
 * name. NULL is allowed and does nothing. */
bool csv_close(Csv *csv, Error *err);

/* Frees the table and leaves no file. NULL is allowed. */
void csv_abandon(Csv *csv);

/* The two kinds of cells, for other writers of tables: text is quoted where needed, as
 * RFC 4180 says, and line breaks in it become spaces. */
void csv_print_text(FILE *out, const char *text);
void csv_print_number(FILE *out, double value);

#endif
