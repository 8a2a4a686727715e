/* The rows of a trace: a CSV file that grows row by row, the same rows in memory for a
 * figure or a checkpoint, or both.
 *
 *     Table *table = table_open(arena, "loss.csv", columns, 4, true, &err);
 *     if (!table) ...
 *     table_add(table, (double[]){step, loss, test, seconds});
 *     if (!table_close(table, &err)) ... */
#ifndef APP_TABLE_H
#define APP_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/arena.h"
#include "tensor/error.h"
#include "tensor/state.h"

typedef struct Table Table;

/* `path` NULL: no file. `keeps`: the rows stay in memory, too. One table at a time may
 * have a file. */
Table *table_open(Arena *arena, const char *path, const char *const *columns, int count,
                  bool keeps, Error *err);

/* Appends one number for each column. */
void table_add(Table *table, const double *row);

int table_rows(const Table *table);

/* A row that is kept, counted from 0. */
double *table_row(const Table *table, int row);

/* Adds the rows that are kept to the list, under this name; none when there is none. */
#define TABLE_ROWS "trace rows"
void table_state(Table *table, StateList *list);

/* To continue a saved table, before and after the piece is copied: makes room for
 * `elements` numbers, which must be whole rows; then writes them to the new file. */
bool table_resume(Table *table, size_t elements, Error *err);
void table_resumed(Table *table);

/* Ends the file that is open, if any, for a program that must end at once. */
void table_save_open(void);

/* Ends the table without a file. NULL is allowed. */
void table_abandon(Table *table);

/* Gives the file its name. A table without rows leaves none. */
bool table_close(Table *table, Error *err);

#endif
