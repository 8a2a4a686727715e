/* `paint` with many photographs. */
#ifndef APP_PAINT_MANY_H
#define APP_PAINT_MANY_H

#include "app/paint_inputs.h"

/* Paints all of them into the folder of -o; returns the exit status. The options are those
 * of the first. */
int paint_many(const PaintOptions *options, const PaintInputs *inputs);

#endif
