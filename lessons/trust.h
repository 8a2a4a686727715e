/* Which pixels of a flow can be trusted, by the formulas of Ruder, Dosovitskiy and Brox:
 * lesson 19. */
#ifndef LESSONS_TRUST_H
#define LESSONS_TRUST_H

#include "tensor/tensor.h"

/* For each pixel p, (1,1,h,w): -1 where something comes into view, 0 at the border of a
 * motion and where the flow leads out of the image, 1 elsewhere. With f = flow(p) and g =
 * back(p + f):
 *     -1  |f + g|^2 > 0.01 (|f|^2 + |g|^2) + 0.5
 *      0  |slope of u|^2 + |slope of v|^2 > 0.01 |f|^2 + 0.002 */
Tensor trust_verdicts(Arena *arena, Tensor flow, Tensor back);

/* The verdicts, smoothed, in [0, 1]: t of the temporal loss. */
Tensor trust_by_hand(Arena *arena, Tensor verdicts);

#endif
