#include "app/trace.h"

#include <limits.h>
#include <string.h>

#include "io/csv.h"
#include "io/file.h"
#include "io/plot.h"
#include "tensor/no_memory.h"

enum { STEP, EVALUATIONS, RATE, SECONDS, TOTAL, CONTENT, STYLE, TV, SIDE, FIXED };

static const char *const fixed_columns[FIXED] = {
    "step", "evaluations", "rate", "seconds", "total", "content", "style", "tv", "side"};
#define COLUMNS_MOST (FIXED + 2 * LAYERS_MOST)

struct Trace {
    const Recipe *recipe;
    const char *plot;
    Csv *csv;
    Arena *arena;
    int columns;
    bool keeps;     /* rows in memory: for the figure, or for a checkpoint */
    int rows, room; /* in the table, and for how many there is room */
    double *table;  /* rows of `columns` */
    int stages;
    double begins[STAGES_MOST]; /* the first step of each stage */
    double sides[STAGES_MOST];  /* its size, pixels */
};

static Csv *open_table; /* that a program without memory can still save */

void trace_save_table(void) {
    Error ignored;
    Csv *csv = open_table;
    open_table = NULL;
    csv_close(csv, &ignored);
}

/* The header of the table; layer columns are called "content relu4_2", "style relu1_1".
 */
static Csv *open_csv(Arena *arena, const Recipe *r, const char *path, Error *err) {
    const char *columns[COLUMNS_MOST];
    char name[LAYER_NAME_MOST + 16];
    int count = FIXED;
    memcpy(columns, fixed_columns, sizeof fixed_columns);
    for (int i = 0; i < r->content.layers.count; i++) {
        snprintf(name, sizeof name, "content %s", r->content.layers.item[i].name);
        columns[count++] = arena_string(arena, name);
    }
    for (int i = 0; i < r->style.layers.count; i++) {
        snprintf(name, sizeof name, "style %s", r->style.layers.item[i].name);
        columns[count++] = arena_string(arena, name);
    }
    return csv_new(path, columns, count, err);
}

Trace *trace_new(Arena *arena, const Recipe *recipe, const char *csv, const char *plot,
                 bool saved, Error *err) {
    Trace *t = ARENA_NEW(arena, Trace, 1);
    *t = (Trace){.recipe = recipe,
                 .plot = plot,
                 .arena = arena,
                 .columns =
                     FIXED + recipe->content.layers.count + recipe->style.layers.count,
                 .keeps = plot || saved};
    if (csv && !(t->csv = open_csv(arena, recipe, csv, err))) return NULL;
    open_table = t->csv;
    return t;
}

static double *row_of(const Trace *t, int row) {
    return t->table + (size_t)row * (size_t)t->columns;
}

/* Room for `rows` rows, at least twice as many as before: a run that ends early takes no
 * more than its steps need. */
static void make_room(Trace *t, int rows) {
    enum { FIRST = 256 };
    if (rows <= t->room) return;
    const MemoryUse before =
        memory_for("the rows of --plot and --checkpoint", "a run of fewer --steps");
    const size_t width = (size_t)t->columns * sizeof *t->table;
    int room = t->room ? 2 * t->room : FIRST;
    if (room < rows) room = rows;
    double *larger = ARENA_NEW(t->arena, double, (size_t)room *(size_t)t->columns);
    if (t->rows > 0) memcpy(larger, t->table, (size_t)t->rows * width);
    t->table = larger;
    t->room = room;
    memory_for_again(before);
}

void trace_stage(Trace *t, int step, int side) {
    if (t->stages == STAGES_MOST) return;
    t->begins[t->stages] = step;
    t->sides[t->stages++] = side;
}

static void fill_row(const Recipe *r, const PaintStep *s, double *row) {
    const double fixed[FIXED] = {
        [STEP] = s->step,         [EVALUATIONS] = s->evaluations,
        [RATE] = s->rate,         [SECONDS] = s->seconds,
        [TOTAL] = s->terms.total, [CONTENT] = s->terms.content,
        [STYLE] = s->terms.style, [TV] = s->terms.tv,
        [SIDE] = s->side,
    };
    const size_t contents = (size_t)r->content.layers.count;
    memcpy(row, fixed, sizeof fixed);
    memcpy(row + FIXED, s->terms.content_layer, contents * sizeof *row);
    memcpy(row + FIXED + contents, s->terms.style_layer,
           (size_t)r->style.layers.count * sizeof *row);
}

void trace_add(Trace *t, const PaintStep *s) {
    double row[COLUMNS_MOST];
    fill_row(t->recipe, s, row);
    if (t->csv) csv_row(t->csv, row);
    if (t->keeps) {
        make_room(t, t->rows + 1);
        memcpy(row_of(t, t->rows), row, (size_t)t->columns * sizeof *row);
    }
    t->rows++;
}

void trace_state(Trace *t, StateList *list) {
    state_add(list, TRACE_ROWS, STATE_DOUBLE, t->table,
              (size_t)t->rows * (size_t)t->columns);
    state_add(list, "trace stages", STATE_INT, &t->stages, 1);
    state_add(list, "trace begins", STATE_DOUBLE, t->begins, STAGES_MOST);
    state_add(list, "trace sides", STATE_DOUBLE, t->sides, STAGES_MOST);
}

bool trace_resume(Trace *t, size_t elements, Error *err) {
    const size_t columns = (size_t)t->columns, most = INT_MAX / columns;
    if (elements == 0 || elements % columns || elements / columns > most)
        return error_set(err, "%zu numbers of a trace, which has %d columns", elements,
                         t->columns);
    make_room(t, (int)(elements / columns));
    t->rows = (int)(elements / columns);
    return true;
}

bool trace_resumed(Trace *t, Error *err) {
    if (t->stages < 0 || t->stages > STAGES_MOST)
        return error_set(err, "%d stages of at most %d", t->stages, STAGES_MOST);
    for (int i = 0; t->csv && i < t->rows; i++)
        csv_row(t->csv, row_of(t, i));
    return true;
}

/* A column of the table, each number times a weight. */
static double *curve(const Trace *t, int column, double weight) {
    double *out = ARENA_NEW(t->arena, double, (size_t)t->rows);
    for (int i = 0; i < t->rows; i++)
        out[i] = weight * row_of(t, i)[column];
    return out;
}

static bool draw(const Trace *t, Error *err) {
    const Recipe *r = t->recipe;
    const size_t rows = (size_t)t->rows;
    const double *x = curve(t, STEP, 1);
    const char *sides[STAGES_MOST];
    char text[16];
    for (int i = 0; i < t->stages; i++) {
        snprintf(text, sizeof text, "%.0f px", t->sides[i]);
        sides[i] = arena_string(t->arena, text);
    }
    Series series[] = {
        {"total", rows, x, curve(t, TOTAL, 1)},
        {"content", rows, x, curve(t, CONTENT, r->content.weight)},
        {"style", rows, x, curve(t, STYLE, r->style.weight)},
        {"tv", rows, x, curve(t, TV, r->tv.weight)},
    };
    Plot plot = {.title = "What every step left of the loss",
                 .x_label = "step",
                 .y_label = "loss, with its weight",
                 .log_y = true,
                 .series_count = r->tv.weight > 0 ? 4 : 3,
                 .series = series};
    const PlotMarks marks = {t->stages, t->begins, sides};
    return plot_write_marked(t->plot, &plot, marks, err);
}

/* The table, which nobody else ends from now on. */
static Csv *take_table(Trace *t) {
    Csv *csv = t->csv;
    t->csv = NULL;
    open_table = NULL;
    return csv;
}

void trace_abandon(Trace *t) {
    if (t) csv_abandon(take_table(t));
}

bool trace_write(Trace *t, Error *err) {
    if (t->rows == 0) {
        trace_abandon(t);
        return true;
    }
    const bool closed = csv_close(take_table(t), err);
    Error plot_error;
    const bool drawn = !t->plot || draw(t, &plot_error);
    if (closed && !drawn) *err = plot_error;
    return closed && drawn;
}

bool trace_check(const char *csv, const char *plot, Error *err) {
    return (!csv || file_write_check(csv, err)) && (!plot || plot_write_check(plot, err));
}
