/* The curves of io/plot.h, their axes and their marks. */
#ifndef IO_SERIES_H
#define IO_SERIES_H

#include <stdbool.h>
#include <stddef.h>

/* One curve. */
typedef struct Series {
    const char *title;   /* in the legend; NULL for none */
    size_t count;        /* points */
    const double *x, *y; /* `count` numbers each */
} Series;

/* A figure of curves over one pair of axes. */
typedef struct Plot {
    const char *title, *x_label, *y_label; /* NULL for none */
    bool log_x, log_y;                     /* axes in powers of ten */
    int series_count;                      /* curves */
    const Series *series;                  /* series_count of them */
} Plot;

/* Vertical lines, with a few words at the upper end of each. */
typedef struct PlotMarks {
    int count;               /* lines */
    const double *x;         /* where: `count` numbers */
    const char *const *text; /* `count` texts */
} PlotMarks;

#endif
