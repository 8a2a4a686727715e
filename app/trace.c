#include "app/trace.h"

#include <string.h>

#include "app/table.h"
#include "io/file.h"
#include "io/plot.h"

enum { STEP, EVALUATIONS, RATE, SECONDS, TOTAL, CONTENT, STYLE, TV, SIDE, FIXED };

static const char *const fixed_columns[FIXED] = {
    "step", "evaluations", "rate", "seconds", "total", "content", "style", "tv", "side"};
#define COLUMNS_MOST (FIXED + 2 * LAYERS_MOST)

struct Trace {
    const Recipe *recipe;
    const char *plot;
    Table *table;
    Arena *arena;
    int stages;
    double begins[STAGES_MOST]; /* the first step of each stage */
    double sides[STAGES_MOST];  /* its size, pixels */
};

/* Layer columns are called "content relu4_2", "style relu1_1". */
static int name_columns(Arena *arena, const Recipe *r,
                        const char *columns[COLUMNS_MOST]) {
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
    return count;
}

Trace *trace_new(Arena *arena, const Recipe *recipe, const char *csv, const char *plot,
                 bool saved, Error *err) {
    const char *columns[COLUMNS_MOST];
    const int count = name_columns(arena, recipe, columns);
    Trace *t = ARENA_NEW(arena, Trace, 1);
    *t = (Trace){.recipe = recipe, .plot = plot, .arena = arena};
    t->table = table_open(arena, csv, columns, count, plot || saved, err);
    return t->table ? t : NULL;
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
    table_add(t->table, row);
}

void trace_state(Trace *t, StateList *list) {
    table_state(t->table, list);
    state_add(list, "trace stages", STATE_INT, &t->stages, 1);
    state_add(list, "trace begins", STATE_DOUBLE, t->begins, STAGES_MOST);
    state_add(list, "trace sides", STATE_DOUBLE, t->sides, STAGES_MOST);
}

bool trace_resume(Trace *t, size_t elements, Error *err) {
    if (elements == 0) return error_set(err, "no rows of a trace");
    return table_resume(t->table, elements, err);
}

bool trace_resumed(Trace *t, Error *err) {
    if (t->stages < 0 || t->stages > STAGES_MOST)
        return error_set(err, "%d stages of at most %d", t->stages, STAGES_MOST);
    table_resumed(t->table);
    return true;
}

/* A column of the table, each number times a weight. */
static double *curve(const Trace *t, int column, double weight) {
    const int rows = table_rows(t->table);
    double *out = ARENA_NEW(t->arena, double, (size_t)rows);
    for (int i = 0; i < rows; i++)
        out[i] = weight * table_row(t->table, i)[column];
    return out;
}

static bool draw(const Trace *t, Error *err) {
    const Recipe *r = t->recipe;
    const size_t rows = (size_t)table_rows(t->table);
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

void trace_abandon(Trace *t) {
    if (t) table_abandon(t->table);
}

bool trace_write(Trace *t, Error *err) {
    const bool closed = table_close(t->table, err);
    if (table_rows(t->table) == 0) return closed;
    Error plot_error;
    const bool drawn = !t->plot || draw(t, &plot_error);
    if (closed && !drawn) *err = plot_error;
    return closed && drawn;
}

bool trace_check(const char *csv, const char *plot, Error *err) {
    return (!csv || file_write_check(csv, err)) && (!plot || plot_write_check(plot, err));
}
