/* Instance norm as an op of the lesson's own, formula by formula: lesson 17. The library
 * has its own, ag_instance_norm, which is fast, and whose scale and shift learn. */
#ifndef LESSONS_NORM_BY_HAND_H
#define LESSONS_NORM_BY_HAND_H

#include "autograd/op.h"

/* z = (x - m) / d for each channel of each image: m is the mean of its pixels, and
 * d = sqrt(mean of (x - m)^2 + epsilon). */
Node *norm_by_hand(Node *x, double epsilon);

#endif
