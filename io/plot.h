/* Curves, drawn by gnuplot.
 *
 *     Series loss = {"Adam", steps, step, value};
 *     Plot plot = {.title = "Loss", .x_label = "step", .y_label = "loss", .log_y = true,
 *                  .series_count = 1, .series = &loss};
 *     if (!plot_write("out/loss.png", &plot, &err)) ...
 *
 * Its data, loss.csv, and its gnuplot script, loss.gp, are written beside it. After a
 * change `gnuplot loss.gp`, in that folder, draws it again. */
#ifndef IO_PLOT_H
#define IO_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "io/series.h"
#include "tensor/arena.h"
#include "tensor/error.h"

/* Draws into `path`, which ends in .png or .svg. The image is drawn under a temporary
 * name and then renamed. Points that are not finite, or not positive on a logarithmic
 * axis, are left out and interrupt their curve; they stay in the table. The table has
 * one x column when all series share their x, else two columns per series.
 *
 * Without gnuplot, or when no point can be drawn, fails; table and script stay. */
bool plot_write(const char *path, const Plot *plot, Error *err);

/* The files that plot_write writes beside its image; the last one is temporary. */
typedef struct PlotPaths {
    const char *table, *script, *part; /* loss.csv, loss.gp, loss.png.part */
} PlotPaths;

/* Fails when a plot cannot have this name. The paths are in the arena. */
bool plot_paths(Arena *arena, const char *path, PlotPaths *out, Error *err);

/* Whether image, table and script could be written now; see file_write_check. */
bool plot_write_check(const char *path, Error *err);

/* The same as plot_write, with marks below the curves. */
bool plot_write_marked(const char *path, const Plot *plot, PlotMarks marks, Error *err);

/* Draws with characters, columns x rows of them, for terminals and transcripts. */
bool plot_print(FILE *out, const Plot *plot, int columns, int rows, Error *err);

#endif
