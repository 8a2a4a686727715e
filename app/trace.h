/* The curve of a run: every step's numbers, as rows of a CSV file and as a gnuplot
 * figure. Both are optional. */
#ifndef APP_TRACE_H
#define APP_TRACE_H

#include "transfer/paint.h"

typedef struct Trace Trace;

/* Whether both can be written, before any work is done. Paths may be NULL. */
bool trace_check(const char *csv, const char *plot, Error *err);

/* Opens the table. `saved`: the rows are kept for trace_state too. */
Trace *trace_new(Arena *arena, const Recipe *recipe, const char *csv, const char *plot,
                 bool saved, Error *err);
void trace_add(Trace *trace, const PaintStep *step);

/* A stage of this size begins with that step: the figure says so. */
void trace_stage(Trace *trace, int step, int side);

/* Adds the rows so far to the list, for a checkpoint; there must be one. */
void trace_state(Trace *trace, StateList *list);

/* To continue a saved trace, before and after its pieces are copied: makes room for
 * `elements` numbers of TABLE_ROWS, which must be whole rows; then writes them to the new
 * table. */
bool trace_resume(Trace *trace, size_t elements, Error *err);
bool trace_resumed(Trace *trace, Error *err);

/* Ends the table without a file. NULL is allowed. */
void trace_abandon(Trace *trace);

/* Ends the table, then draws the figure; must follow trace_new. The table is kept when
 * the figure fails. A trace without rows leaves no file. */
bool trace_write(Trace *trace, Error *err);

#endif
