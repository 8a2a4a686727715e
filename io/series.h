/* The curves of io/plot.h, their axes and their marks. */
#ifndef IO_SERIES_H
#define IO_SERIES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Series {
    const char *title;   /* in the legend; NULL for none */
    size_t count;        /* points */
    const double *x, *y; /* `count` numbers each */
} Series;

typedef struct Plot {
    const char *title, *x_label, *y_label; /* NULL for none */
    bool log_x, log_y;                     /* axes in powers of ten */
    int series_count;
    const Series *series;
} Plot;

/* Vertical lines, with a few words at the upper end of each. */
typedef struct PlotMarks {
    int count;
    const double *x;
    const char *const *text;
} PlotMarks;

#endif
