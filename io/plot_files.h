/* Inside io/plot.h: the table and the script that stand beside a plot. Whoever draws it
 * reads both. */
#ifndef IO_PLOT_FILES_H
#define IO_PLOT_FILES_H

#include <stdbool.h>

#include "io/series.h"
#include "tensor/arena.h"
#include "tensor/error.h"

/* The names around "folder/loss.png". Names without folder are what the script uses: it
 * runs in the folder. */
typedef struct PlotNames {
    const char *folder;                               /* "folder", or "." */
    const char *image, *table;                        /* "loss.png", "loss.csv" */
    const char *table_path, *script_path, *part_path; /* "folder/loss.csv", ... */
    const char *script, *part;                        /* "loss.gp", "loss.png.part" */
    bool svg;
} PlotNames;

/* False when a plot cannot have this path. The names are in the arena. */
bool plot_names(Arena *arena, const char *path, PlotNames *out, Error *err);

/* Write loss.csv and loss.gp; fail as file_write does. */
bool plot_table_write(const Plot *plot, const PlotNames *names, Error *err);
bool plot_script_write(const Plot *plot, PlotMarks marks, const PlotNames *names,
                       Error *err);

#endif
