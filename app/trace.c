#include "app/trace.h"

#include <string.h>

#include "io/csv.h"
#include "io/file.h"
#include "io/plot.h"

enum { STEP, EVALUATIONS, RATE, SECONDS, TOTAL, CONTENT, STYLE, TV, SIDE, FIXED };

static const char *const fixed_columns[FIXED] = {
    "step", "evaluations", "rate", "seconds", "total", "content", "style", "tv", "side"};
#define COLUMNS_MOST (FIXED + 2 * LAYERS_MOST)

struct Trace {
    const Recipe *recipe;
    const char *plot;
    Csv *csv;
    int rows;
    double *curves[4]; /* step, and the weighted content, style and tv: one number for
                          each step */
    double *total;
};

/* The header of the table; layer columns are called "content relu4_2", "style relu1_1".
 */
static Csv *open_csv(Arena *arena, const Recipe *r, const char *path, Error *err) {
    const char *columns[COLUMNS_MOST];
    char name[LAYER_NAME_MOST + 16];
    int count = FIXED;
    memcpy(columns, fixed_columns, sizeof fixed_columns);
    for (int i = 0; i < r->content_layers.count; i++) {
        snprintf(name, sizeof name, "content %s", r->content_layers.item[i].name);
        columns[count++] = arena_string(arena, name);
    }
    for (int i = 0; i < r->style_layers.count; i++) {
        snprintf(name, sizeof name, "style %s", r->style_layers.item[i].name);
        columns[count++] = arena_string(arena, name);
    }
    return csv_new(path, columns, count, err);
}

Trace *trace_new(Arena *arena, const Recipe *recipe, const char *csv, const char *plot,
                 Error *err) {
    Trace *t = ARENA_NEW(arena, Trace, 1);
    *t = (Trace){.recipe = recipe, .plot = plot};
    if (csv && !(t->csv = open_csv(arena, recipe, csv, err))) return NULL;
    for (int i = 0; plot && i < 4; i++)
        t->curves[i] = ARENA_NEW(arena, double, (size_t)recipe_steps(recipe));
    if (plot) t->total = ARENA_NEW(arena, double, (size_t)recipe_steps(recipe));
    return t;
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
    int contents = r->content_layers.count, styles = r->style_layers.count;
    memcpy(row + FIXED, s->terms.content_layer, (size_t)contents * sizeof *row);
    memcpy(row + FIXED + contents, s->terms.style_layer, (size_t)styles * sizeof *row);
    csv_row(t->csv, row);
}

void trace_add(Trace *t, const PaintStep *s) {
    const Recipe *r = t->recipe;
    const int row = t->rows++;
    if (t->csv) add_row(t, s);
    if (!t->plot) return;
    t->curves[0][row] = s->step;
    t->curves[1][row] = r->content_weight * s->terms.content;
    t->curves[2][row] = r->style_weight * s->terms.style;
    t->curves[3][row] = r->tv_weight * s->terms.tv;
    t->total[row] = s->terms.total;
}

static bool draw(const Trace *t, Error *err) {
    size_t rows = (size_t)t->rows;
    Series series[] = {
        {"total", rows, t->curves[0], t->total},
        {"content", rows, t->curves[0], t->curves[1]},
        {"style", rows, t->curves[0], t->curves[2]},
        {"tv", rows, t->curves[0], t->curves[3]},
    };
    Plot plot = {.title = "What every step left of the loss",
                 .x_label = "step",
                 .y_label = "loss, with its weight",
                 .log_y = true,
                 .series_count = t->recipe->tv_weight > 0 ? 4 : 3,
                 .series = series};
    return plot_write(t->plot, &plot, err);
}

bool trace_write(Trace *t, Error *err) {
    if (!t) return true;
    Csv *csv = t->csv;
    t->csv = NULL;
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
