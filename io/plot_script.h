/* A plot as text: the table of its numbers and the gnuplot commands that draw it. */
#ifndef IO_PLOT_SCRIPT_H
#define IO_PLOT_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#include "io/series.h"

/* The table as CSV: the line of its column names, and its numbers. */
void plot_print_names(FILE *out, const Plot *plot);
void plot_print_numbers(FILE *out, const Plot *plot);

/* Colours, fonts, grid and legend of images. */
void plot_print_style(FILE *out);

/* Vertical lines, for a plot that follows. */
void plot_print_marks(FILE *out, PlotMarks marks);

/* Titles, axes and the curves, whose numbers come from `table`: the name of a file, or of
 * a gnuplot data block ($name). */
void plot_print_commands(FILE *out, const Plot *plot, const char *table);

/* Text in single quotes, where gnuplot neither runs commands nor knows escapes; quotes in
 * it stand between double quotes, control characters become spaces. */
void plot_print_quoted(FILE *out, const char *text);

/* True if at least one point can be drawn on the axes. */
bool plot_has_points(const Plot *plot);

#endif
