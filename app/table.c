#include "app/table.h"

#include <limits.h>
#include <string.h>

#include "io/csv.h"
#include "tensor/no_memory.h"

struct Table {
    Csv *csv; /* or NULL */
    Arena *arena;
    int columns;
    bool keeps;
    int rows, room; /* rows, and for how many there is room */
    double *kept;   /* rows of `columns` */
};

static Csv *open_file; /* that a program without memory can still save */

void table_save_open(void) {
    Error ignored;
    Csv *csv = open_file;
    open_file = NULL;
    csv_close(csv, &ignored);
}

Table *table_open(Arena *arena, const char *path, const char *const *columns, int count,
                  bool keeps, Error *err) {
    Table *t = ARENA_NEW(arena, Table, 1);
    *t = (Table){.arena = arena, .columns = count, .keeps = keeps};
    if (path && !(t->csv = csv_new(path, columns, count, err))) return NULL;
    open_file = t->csv;
    return t;
}

int table_rows(const Table *t) {
    return t->rows;
}

double *table_row(const Table *t, int row) {
    return t->kept + (size_t)row * (size_t)t->columns;
}

/* Room for `rows` rows, at least twice as many as before: a run that ends early takes no
 * more than its steps need. */
static void make_room(Table *t, int rows) {
    enum { FIRST = 256 };
    if (rows <= t->room) return;
    const MemoryUse before =
        memory_for("the rows of --plot and --checkpoint", "a run of fewer --steps");
    const size_t width = (size_t)t->columns * sizeof *t->kept;
    int room = t->room ? 2 * t->room : FIRST;
    if (room < rows) room = rows;
    double *larger = ARENA_NEW(t->arena, double, (size_t)room *(size_t)t->columns);
    if (t->rows > 0) memcpy(larger, t->kept, (size_t)t->rows * width);
    t->kept = larger;
    t->room = room;
    memory_for_again(before);
}

void table_add(Table *t, const double *row) {
    if (t->csv) csv_row(t->csv, row);
    if (t->keeps) {
        make_room(t, t->rows + 1);
        memcpy(table_row(t, t->rows), row, (size_t)t->columns * sizeof *row);
    }
    t->rows++;
}

void table_state(Table *t, StateList *list) {
    if (t->rows > 0)
        state_add(list, TABLE_ROWS, STATE_DOUBLE, t->kept,
                  (size_t)t->rows * (size_t)t->columns);
}

bool table_resume(Table *t, size_t elements, Error *err) {
    const size_t columns = (size_t)t->columns, most = INT_MAX / columns;
    if (elements % columns || elements / columns > most)
        return error_set(err, "%zu numbers of a trace, which has %d columns", elements,
                         t->columns);
    make_room(t, (int)(elements / columns));
    t->rows = (int)(elements / columns);
    return true;
}

void table_resumed(Table *t) {
    for (int i = 0; t->csv && i < t->rows; i++)
        csv_row(t->csv, table_row(t, i));
}

/* The file, which nobody else ends from now on. */
static Csv *take_file(Table *t) {
    Csv *csv = t->csv;
    t->csv = NULL;
    open_file = NULL;
    return csv;
}

void table_abandon(Table *t) {
    if (t) csv_abandon(take_file(t));
}

bool table_close(Table *t, Error *err) {
    if (t->rows > 0) return csv_close(take_file(t), err);
    table_abandon(t);
    return true;
}
