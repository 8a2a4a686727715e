#include "app/trace.h"

#include <string.h>

#include "io/csv.h"
#include "io/file.h"
#include "io/plot.h"
#include "tensor/no_memory.h"

enum { STEP, EVALUATIONS, RATE, SECONDS, TOTAL, CONTENT, STYLE, TV, SIDE, FIXED };

static const char *const fixed_columns[FIXED] = {
    "step", "evaluations", "rate", "seconds", "total", "content", "style", "tv", "side"};
#define COLUMNS_MOST (FIXED + 2 * LAYERS_MOST)

enum { BY_STEP, OF_CONTENT, OF_STYLE, OF_TV, OF_TOTAL, CURVES };

struct Trace {
    const Recipe *recipe;
    const char *plot;
    Csv *csv;
    Arena *arena;
    int rows, room;         /* in the curves, and for how many there is room */
    double *curves[CURVES]; /* of --plot: the step, and what it left of each loss */
    int stages;
    double begins[STAGES_MOST]; /* the first step of each stage */
    const char *sides[STAGES_MOST];
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
                 Error *err) {
    Trace *t = ARENA_NEW(arena, Trace, 1);
    *t = (Trace){.recipe = recipe, .plot = plot, .arena = arena};
    if (csv && !(t->csv = open_csv(arena, recipe, csv, err))) return NULL;
    open_table = t->csv;
    return t;
}

/* Twice as many rows: a run that ends early takes no more than its steps need. */
static void grow(Trace *t, int rows) {
    enum { FIRST = 1024 };
    const MemoryUse before = memory_for("the curve of --plot", "a run of fewer --steps");
    t->room = t->room ? 2 * t->room : FIRST;
    for (int i = 0; i < CURVES; i++) {
        double *larger = ARENA_NEW(t->arena, double, (size_t)t->room);
        if (rows > 0) memcpy(larger, t->curves[i], (size_t)rows * sizeof *larger);
        t->curves[i] = larger;
    }
    memory_for_again(before);
}

void trace_stage(Trace *t, int step, int side) {
    if (t->stages == STAGES_MOST) return;
    char text[16];
    snprintf(text, sizeof text, "%d px", side);
    t->begins[t->stages] = step;
    t->sides[t->stages++] = arena_string(t->arena, text);
}

static void add_row(const Trace *t, const PaintStep *s) {
    const Recipe *r = t->recipe;
    double row[COLUMNS_MOST] = {
        [STEP] = s->step,         [EVALUATIONS] = s->evaluations,
        [RATE] = s->rate,         [SECONDS] = s->seconds,
        [TOTAL] = s->terms.total, [CONTENT] = s->terms.content,
        [STYLE] = s->terms.style, [TV] = s->terms.tv,
        [SIDE] = s->side,
    };
    int contents = r->content.layers.count, styles = r->style.layers.count;
    memcpy(row + FIXED, s->terms.content_layer, (size_t)contents * sizeof *row);
    memcpy(row + FIXED + contents, s->terms.style_layer, (size_t)styles * sizeof *row);
    csv_row(t->csv, row);
}

void trace_add(Trace *t, const PaintStep *s) {
    const Recipe *r = t->recipe;
    const int row = t->rows++;
    if (t->csv) add_row(t, s);
    if (!t->plot) return;
    if (row == t->room) grow(t, row);
    t->curves[BY_STEP][row] = s->step;
    t->curves[OF_CONTENT][row] = r->content.weight * s->terms.content;
    t->curves[OF_STYLE][row] = r->style.weight * s->terms.style;
    t->curves[OF_TV][row] = r->tv.weight * s->terms.tv;
    t->curves[OF_TOTAL][row] = s->terms.total;
}

static bool draw(const Trace *t, Error *err) {
    size_t rows = (size_t)t->rows;
    const double *x = t->curves[BY_STEP];
    Series series[] = {
        {"total", rows, x, t->curves[OF_TOTAL]},
        {"content", rows, x, t->curves[OF_CONTENT]},
        {"style", rows, x, t->curves[OF_STYLE]},
        {"tv", rows, x, t->curves[OF_TV]},
    };
    Plot plot = {.title = "What every step left of the loss",
                 .x_label = "step",
                 .y_label = "loss, with its weight",
                 .log_y = true,
                 .series_count = t->recipe->tv.weight > 0 ? 4 : 3,
                 .series = series};
    const PlotMarks marks = {t->stages, t->begins, t->sides};
    return plot_write_marked(t->plot, &plot, marks, err);
}

bool trace_write(Trace *t, Error *err) {
    if (!t) return true;
    Csv *csv = t->csv;
    t->csv = NULL;
    open_table = NULL;
    if (t->rows == 0) {
        csv_abandon(csv);
        return true;
    }
    const bool closed = csv_close(csv, err);
    Error plot_error;
    const bool drawn = !t->plot || draw(t, &plot_error);
    if (closed && !drawn) *err = plot_error;
    return closed && drawn;
}

bool trace_check(const char *csv, const char *plot, Error *err) {
    return (!csv || file_write_check(csv, err)) && (!plot || plot_write_check(plot, err));
}
