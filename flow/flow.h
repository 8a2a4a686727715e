/* Optical flow: where every pixel of one picture lies in the next.
 *
 *     Tensor flow = flow_estimate(arena, first, second, &flow_usual);
 *     Tensor back = image_warped(arena, second, flow);       looks like `first`
 *
 * The method is that of Horn and Schunck (1981). With I1, I2 the grey values of both
 * pictures, 0 to 255, it minimises
 *
 *     E(u, v) = sum over p of (I2(p + (u, v)) - I1(p))^2
 *             + smoothness sum over neighbours p, q of (u_p - u_q)^2 + (v_p - v_q)^2.
 *
 * I2 is replaced by its tangent at the present flow, which makes E a quadratic: its
 * gradient is linear and vanishes where the Euler-Lagrange equations hold (sweep.h). Then
 * I2 is read at the new flow, and so on: a few warps in each size of an image pyramid,
 * from coarse to fine, because a tangent is good for about a pixel.
 *
 * A flow is a tensor (1,2,h,w) in pixels: channel 0 to the right, channel 1 down. The bits
 * do not depend on the number of threads. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "tensor/tensor.h"

/* How a flow is searched. */
typedef struct FlowSettings {
    double smoothness; /* see above; more: smoother */
    double shrink;     /* side of the next coarser size, as a part of this one */
    int coarsest;      /* pixels: no size has a shorter side below this */
    int finest;        /* sizes that are left out at the fine end, for speed */
    int warps;         /* in each size */
    int sweeps;        /* of the solver in each warp */
    double relaxation; /* of the solver, in (0, 2) */
} FlowSettings;

extern const FlowSettings flow_usual; /* all sizes */
extern const FlowSettings flow_quick; /* a third of the time, a little less exact */

/* The flow from one picture to another of the same shape, (1,3,h,w) RGB or (1,1,h,w) grey
 * in [0, 1]: to(p + flow(p)) is from(p). */
Tensor flow_estimate(Arena *arena, Tensor from, Tensor to, const FlowSettings *settings);

/* Both ways at once. */
typedef struct FlowPair {
    Tensor forward, backward; /* first to second, second to first */
} FlowPair;

/* The same bits as two calls of flow_estimate, in less time. */
FlowPair flow_both(Arena *arena, Tensor first, Tensor second,
                   const FlowSettings *settings);

#endif
