/* Plots: their table and their script, from which the page draws them (web/page/plot.js)
 * as gnuplot would. */
#include "io/plot.h"

#include "io/plot_files.h"

bool plot_write(const char *path, const Plot *plot, Error *err) {
    Arena *scratch = arena_new();
    PlotNames names = {0};
    const bool good = plot_names(scratch, path, &names, err) &&
                      plot_table_write(plot, &names, err) &&
                      plot_script_write(plot, (PlotMarks){0}, &names, err);
    arena_free(scratch);
    return good;
}
