/* The temporal loss as an op of the lesson's own: lesson 19. */
#ifndef LESSONS_TEMPORAL_BY_HAND_H
#define LESSONS_TEMPORAL_BY_HAND_H

#include "autograd/op.h"

/* The mean of t (x - b)^2 over channels and pixels: a frame x (1,c,h,w), the one before,
 * warped, b (1,c,h,w), and how much each pixel is trusted, t (1,1,h,w), a constant. */
Node *temporal_by_hand(Node *x, Node *b, Node *t);

#endif
