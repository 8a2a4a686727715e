#include "lessons/speed/report.h"

#include <jansson.h>

#define EXERCISE "04_speed"
enum { NAME = 26 }; /* columns of a name */

static void print_name(FILE *out, const char *name) {
    print_cell(out, name, NAME);
}

static void print_row(FILE *out, const char *name, const double *rate, double total,
                      double peak) {
    print_name(out, tr(name));
    for (int i = 0; i < SPEED_LAYERS; i++)
        fprintf(out, "%14.2f", rate[i]);
    fprintf(out, "%10.2f%11.1f %%\n", total, speed_share(total, peak));
}

static void print_table(FILE *out, const SpeedResult *result) {
    double rate[SPEED_LAYERS];
    print_name(out, "GFLOP/s");
    for (int i = 0; i < SPEED_LAYERS; i++)
        fprintf(out, "%6d, %2d x %2d", speed_layers[i].c, speed_layers[i].h,
                speed_layers[i].w);
    fprintf(out, "%s", tr("      both  of the peak\n"));
    for (int r = 0; r < SPEED_ROWS; r++) {
        for (int i = 0; i < SPEED_LAYERS; i++)
            rate[i] = speed_rate(&result->rows[r], i);
        print_row(out, result->rows[r].name, rate, speed_total(&result->rows[r]),
                  result->peak);
    }
    for (int i = 0; i < SPEED_LAYERS; i++)
        rate[i] = result->peak;
    print_row(out, "peak: multiply-adds alone", rate, result->peak, result->peak);
    fprintf(out,
            result->threads == 1 ? tr("\n%d thread, %s. ") : tr("\n%d threads, %s. "),
            result->threads, result->vector);
    fprintf(out, "%s",
            tr("Rates count the operations of the direct sum; the library's\n"
               "fast kernels need fewer, so they may exceed the peak.\n"));
}

static void print_scale(FILE *out, int points) {
    fprintf(out, "\n");
    for (int i = 0; i < SPEED_POINTS; i++)
        fprintf(out,
                i < points ? tr("  reached at least %.0f %% of the peak\n")
                           : tr("  not yet at least %.0f %% of the peak\n"),
                speed_shares[i]);
}

void speed_print(FILE *out, const SpeedResult *result) {
    const int points = speed_points(result);
    if (result->right) {
        print_table(out, result);
        print_scale(out, points);
    } else {
        fprintf(
            out,
            tr("  WRONG   %s\n          a convolution that is wrong gets no points for "
               "speed: make check-04\n"),
            result->why[language_yours()]);
    }
    fprintf(out, tr("\nspeed: %d of %d points\n"), points, SPEED_POINTS);
}

/* ---- JSON ---- */

static json_t *line(const SpeedResult *result, int i) {
    char what[80];
    snprintf(what, sizeof what, "at least %.0f %% of the peak", speed_shares[i]);
    return json_pack("{s:b, s:s, s:s}", "right", (int)(i < speed_points(result)), "what",
                     what, "why", result->right ? "" : result->why[ENGLISH]);
}

static json_t *row(const SpeedResult *result, const SpeedRow *r) {
    json_t *rates = json_array();
    for (int i = 0; i < SPEED_LAYERS; i++)
        json_array_append_new(rates, json_real(speed_rate(r, i)));
    const double total = speed_total(r);
    return json_pack("{s:s, s:o, s:f, s:f}", "name", r->name, "gflops_of_layers", rates,
                     "gflops", total, "percent_of_peak",
                     speed_share(total, result->peak));
}

static json_t *measured(const SpeedResult *result) {
    json_t *rows = json_array(), *layers = json_array();
    for (int r = 0; r < SPEED_ROWS; r++)
        json_array_append_new(rows, row(result, &result->rows[r]));
    for (int i = 0; i < SPEED_LAYERS; i++) {
        const SpeedLayer *l = &speed_layers[i];
        json_array_append_new(layers,
                              json_pack("{s:i, s:i, s:i, s:i, s:i}", "c", l->c, "h", l->h,
                                        "w", l->w, "o", l->o, "k", l->k));
    }
    return json_pack("{s:i, s:s, s:f, s:o, s:o}", "threads", result->threads, "vector",
                     result->vector, "peak_gflops", result->peak, "layers", layers,
                     "rows", rows);
}

bool speed_save(const char *path, const SpeedResult *result) {
    const int points = speed_points(result);
    json_t *lines = json_array();
    for (int i = 0; i < SPEED_POINTS; i++)
        json_array_append_new(lines, line(result, i));
    json_t *all = json_pack("{s:s, s:[{s:s, s:i, s:i, s:o}], s:i, s:i, s:o}", "exercise",
                            EXERCISE, "parts", "function", "conv2d", "points",
                            SPEED_POINTS, "right", points, "lines", lines, "right",
                            points, "total", SPEED_POINTS, "speed", measured(result));
    const bool saved = all && json_dump_file(all, path, JSON_INDENT(1)) == 0;
    json_decref(all);
    if (!saved) fprintf(stderr, tr("%s: cannot be written\n"), path);
    return saved;
}
