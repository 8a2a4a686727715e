/* Inputs of exercise 19, and simpler ones for a diagnosis. */
#ifndef LESSONS_CHECK_FLOW_INPUTS_H
#define LESSONS_CHECK_FLOW_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/flows.h"
#include "lessons/check/warps.h"
#include "tensor/rng.h"

WarpImage random_warp(int h, int w, Rng *rng);
size_t pixels_of(const WarpImage *t);

/* The same with flows of whole pixels down, or to the right, or both: one row, one column,
 * or one pixel is read. */
enum { WHOLE = 1, WHOLE_ROWS, AS_IT_IS };
WarpImage simpler(const WarpImage *t, int how);

/* Whether all n numbers are equal, but for rounding. */
bool alike(size_t n, const real *a, const real *b);

/* What is said when these of the simpler ones are right. */
const char *wrong_at_first(const bool is_right[AS_IT_IS + 1]);

FlowEquations random_equations(int h, int w, double smoothness, Rng *rng);

/* Flows of about this speed, with so much noise, and flows back that are off by so much. */
FlowBothWays random_flows(int h, int w, double speed, double rough, double off, Rng *rng);

FramePair random_frames(int channels, int positions, Rng *rng);

#endif
