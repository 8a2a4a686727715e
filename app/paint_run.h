/* A whole run of `paint`, for paint, rerun and --resume. */
#ifndef APP_PAINT_RUN_H
#define APP_PAINT_RUN_H

#include "app/paint_options.h"

/* Paints, saves and reports; returns the exit status. */
int paint(const PaintOptions *options);

#endif
