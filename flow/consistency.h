/* Which pixels of a flow can be trusted, and what is made with it.
 *
 *     FlowPair flow = flow_both(arena, before, now, &flow_usual);
 *     Tensor sure = flow_reliability(arena, flow.backward, flow.forward);
 *     Tensor guess = image_warped(arena, painted_before, flow.backward);
 *
 * A frame is compared with the one before it through the backward flow, which says for
 * each of its pixels where that was. Where something comes into view, at the borders of
 * what moves and at the edge of the picture there is no such place. The formulas are those
 * of Ruder, Dosovitskiy and Brox, Artistic style transfer for videos (2016), section 4.2. */
#ifndef FLOW_CONSISTENCY_H
#define FLOW_CONSISTENCY_H

#include "tensor/tensor.h"

/* The image (1,c,h,w) where the flow (1,2,h,w) points: y(p) = x(p + flow(p)), between
 * pixels linear; beyond the edge the outermost pixel. */
Tensor image_warped(Arena *arena, Tensor image, Tensor flow);

/* How much each pixel can be trusted, (1,1,h,w) from 0 to 1. With f = flow(p) and b =
 * back(p + f), the flow that should lead back to p,
 *
 *     -1  where |f + b|^2 > 0.01 (|f|^2 + |b|^2) + 0.5               comes into view
 *      0  where |grad u|^2 + |grad v|^2 > 0.01 |f|^2 + 0.002         border of a motion
 *      0  where p + f is outside of the picture
 *      1  elsewhere,
 *
 * smoothed with a Gaussian of deviation 0.8, so that a single pixel that comes into view
 * takes its surroundings along, and cut to [0, 1]. */
Tensor flow_reliability(Arena *arena, Tensor flow, Tensor back);

/* The pixels that count as reliable: at least 1/2. As a part of all. */
double reliable_share(Tensor reliability);

/* The squares of image - before at the reliable pixels, all channels, and their number: for
 * the warp error of a film, sqrt(sum / count). */
typedef struct WarpError {
    double sum, count;
} WarpError;

/* `before` is the picture before, warped. Adds to what is there. */
void warp_error_add(WarpError *error, Tensor image, Tensor before, Tensor reliability);

/* The root of the mean; 0 when nothing was reliable. */
double warp_error_rms(WarpError error);

#endif
