/* A whole run of `paint`, for paint and rerun. */
#ifndef APP_PAINT_H
#define APP_PAINT_H

#include "app/paint_options.h"

/* Paints, saves and reports; returns the exit status. */
int paint(const PaintOptions *options);

#endif
