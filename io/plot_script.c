#include "io/plot_script.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "io/csv.h"

#define FEW 24 /* points of a curve that are marked one by one */

/* The colours of Okabe and Ito, which people with any colour vision can distinguish,
 * without yellow, which is too pale for a line; a second round of curves is dashed. */
static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000"};
#define COLOURS ((int)(sizeof colours / sizeof *colours))

/* Between single quotes no letter but the quote itself means anything to gnuplot, and
 * between double quotes a quote means nothing: 'it'."'".'s'. */
void plot_print_quoted(FILE *out, const char *text) {
    fputc('\'', out);
    while (*text) {
        const size_t quotes = strspn(text, "'");
        if (quotes) fprintf(out, "'.\"%.*s\".'", (int)quotes, text);
        for (text += quotes; *text && *text != '\''; text++)
            fputc(iscntrl((unsigned char)*text) ? ' ' : *text, out);
    }
    fputc('\'', out);
}

/* Series with the same x share one x column. */
static bool shared_x(const Plot *plot) {
    const Series *first = plot->series;
    for (int i = 1; i < plot->series_count; i++) {
        const Series *s = &plot->series[i];
        if (s->count != first->count) return false;
        if (s->x != first->x && memcmp(s->x, first->x, s->count * sizeof *s->x) != 0)
            return false;
    }
    return true;
}

static const char *or_else(const char *text, const char *otherwise) {
    return text && *text ? text : otherwise;
}

void plot_print_names(FILE *out, const Plot *plot) {
    bool shared = shared_x(plot);
    const char *x = or_else(plot->x_label, "x");
    if (shared) csv_print_text(out, x);
    for (int i = 0; i < plot->series_count; i++) {
        const char *y = or_else(plot->series[i].title, or_else(plot->y_label, "y"));
        if (!shared) {
            if (i) fputc(',', out);
            csv_print_text(out, x);
        }
        fputc(',', out);
        csv_print_text(out, y);
    }
    fputc('\n', out);
}

void plot_print_numbers(FILE *out, const Plot *plot) {
    bool shared = shared_x(plot);
    size_t rows = 0;
    for (int i = 0; i < plot->series_count; i++)
        if (plot->series[i].count > rows) rows = plot->series[i].count;
    for (size_t row = 0; row < rows; row++) {
        for (int i = 0; i < plot->series_count; i++) {
            const Series *s = &plot->series[i];
            bool there = row < s->count, with_x = !shared || i == 0;
            if (i) fputc(',', out);
            if (there && with_x) csv_print_number(out, s->x[row]);
            if (with_x) fputc(',', out);
            if (there) csv_print_number(out, s->y[row]);
        }
        fputc('\n', out);
    }
}

void plot_print_style(FILE *out) {
    fputs("set border 3 lw 1 lc rgb '#555555'\n"
          "set grid lt 1 lw 0.7 lc rgb '#e0e0e0'\n"
          "set tics nomirror textcolor rgb '#333333'\n"
          "set key below center horizontal reverse Left samplen 3 height 1 spacing 1.2\n"
          "set xlabel offset 0,0.3\n"
          "set rmargin 4\n",
          out);
}

static void print_label(FILE *out, const char *command, const char *text) {
    if (!text || !*text) return;
    fprintf(out, "set %s ", command);
    plot_print_quoted(out, text);
    fputc('\n', out);
}

static void print_curve(FILE *out, const Plot *plot, int i, bool shared) {
    const Series *s = &plot->series[i];
    fprintf(out, "using %d:%d", shared ? 1 : 2 * i + 1, shared ? i + 2 : 2 * i + 2);
    fprintf(out, " with %s lw 2 dt %d lc rgb '%s'",
            s->count <= FEW ? "linespoints pt 7 ps 0.6" : "lines", i / COLOURS % 5 + 1,
            colours[i % COLOURS]);
    if (s->title && *s->title) {
        fprintf(out, " title ");
        plot_print_quoted(out, s->title);
    } else {
        fprintf(out, " notitle");
    }
}

/* A file starts with its column names, a data block with its numbers. */
static void print_source(FILE *out, const char *table) {
    if (*table == '$') {
        fprintf(out, "%s ", table);
        return;
    }
    plot_print_quoted(out, table);
    fprintf(out, " skip 1 ");
}

/* True if all x are integers with a range of at most 10: then there are no ticks
 * between. */
static bool counts_few(const Plot *plot) {
    double least = (double)INFINITY, most = -least;
    for (int i = 0; i < plot->series_count; i++)
        for (size_t k = 0; k < plot->series[i].count; k++) {
            const double x = plot->series[i].x[k];
            if (x != floor(x)) return false; /* NaN, too */
            least = fmin(least, x);
            most = fmax(most, x);
        }
    return !plot->log_x && most > least && most - least <= 10;
}

void plot_print_marks(FILE *out, PlotMarks marks) {
    for (int i = 0; i < marks.count; i++) {
        const double x = marks.x[i];
        fprintf(out,
                "set arrow from %.17g, graph 0 to %.17g, graph 1 nohead back lw 1.5 dt 2 "
                "lc rgb '#888888'\nset label ",
                x, x);
        plot_print_quoted(out, marks.text[i]);
        fprintf(out,
                " at %.17g, graph 0.97 offset character 0.6,0 textcolor rgb '#333333'\n",
                x);
    }
}

void plot_print_commands(FILE *out, const Plot *plot, const char *table) {
    bool shared = shared_x(plot);
    fprintf(out, "set datafile separator ','\n");
    print_label(out, "title", plot->title);
    print_label(out, "xlabel", plot->x_label);
    print_label(out, "ylabel", plot->y_label);
    if (counts_few(plot)) fprintf(out, "set xtics 1\n");
    if (plot->log_x) fprintf(out, "set logscale x\nset format x '%%g'\n");
    if (plot->log_y) fprintf(out, "set logscale y\nset format y '%%g'\n");
    for (int i = 0; i < plot->series_count; i++) {
        fprintf(out, i ? ", \\\n     " : "plot ");
        print_source(out, table);
        print_curve(out, plot, i, shared);
    }
    fputc('\n', out);
}

bool plot_has_points(const Plot *plot) {
    for (int i = 0; i < plot->series_count; i++) {
        const Series *s = &plot->series[i];
        for (size_t k = 0; k < s->count; k++)
            if (isfinite(s->x[k]) && isfinite(s->y[k]) && (!plot->log_x || s->x[k] > 0) &&
                (!plot->log_y || s->y[k] > 0))
                return true;
    }
    return false;
}
