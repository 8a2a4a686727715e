#include "io/gnuplot.h"

#include "io/command.h"

bool gnuplot_run(FILE *commands, FILE *printed, Error *err) {
    /* -d: without the user's own settings, so that a plot is the same everywhere. */
    static char name[] = "gnuplot", defaults[] = "-d", stdin_name[] = "-";
    char *const arguments[] = {name, defaults, stdin_name, NULL};
    return command_run(arguments, "gnuplot-nox", commands, printed, err);
}
