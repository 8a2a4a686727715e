/* One warp of a flow in one size of the pyramid: the second picture is read where the flow
 * points, the energy becomes a quadratic there, and its minimum is the new flow. */
#ifndef FLOW_WARP_STEP_H
#define FLOW_WARP_STEP_H

#include "flow/sweep.h"

/* Memory for the warps of one size. */
typedef struct WarpStep {
    System system;
    Plane warped, middle; /* I2 at the flow; its mean with I1 */
    Plane line;           /* a border for the median, see warp_step.c */
} WarpStep;

WarpStep warp_step_alloc(Arena *arena, int h, int w, double smoothness);

/* Sets the equations for the flow (u, v) from picture `from` to picture `to`. A pixel that
 * the flow leads out of the picture has none of its own: it follows its neighbours. */
void warp_step_linearise(const WarpStep *step, Plane from, Plane to, Plane u, Plane v);

/* u becomes the median of the 5 x 5 pixels around each: single wrong pixels vanish. */
void warp_step_median(const WarpStep *step, Plane u);

#endif
