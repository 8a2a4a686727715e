/* A whole run of `paint`, for paint, rerun and --resume. */
#ifndef APP_PAINT_RUN_H
#define APP_PAINT_RUN_H

#include "app/paint_shared.h"

/* Paints, saves and reports; returns the exit status. */
int paint(const PaintOptions *options);

/* The same for one of many photographs. False with a sentence when it could not begin; else
 * *status is that of `paint`, and what went wrong has been said. */
bool paint_one(const PaintOptions *options, PaintShared *shared, int *status, Error *err);

#endif
