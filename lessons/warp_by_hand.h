/* The warp of an image by a flow as an op of the lesson's own, formula by formula: lesson
 * 19. */
#ifndef LESSONS_WARP_BY_HAND_H
#define LESSONS_WARP_BY_HAND_H

#include "autograd/op.h"

/* y(p) = x(p + f(p)), linear between pixels; beyond the edge the outermost pixel. x
 * (1,c,h,w), f (1,2,h,w) in pixels: to the right, and down. */
Node *warp_by_hand(Node *x, Node *f);

#endif
