/* AdaIN as an op of the lesson's own, formula by formula, and the two moments that it needs:
 * lesson 18. */
#ifndef LESSONS_ADAIN_BY_HAND_H
#define LESSONS_ADAIN_BY_HAND_H

#include "autograd/op.h"

#define ADAIN_EPSILON 1e-5

/* Mean m and deviation d = sqrt(mean of (x - m)^2 + epsilon) of some numbers. */
typedef struct TwoMoments {
    double m, d;
} TwoMoments;

TwoMoments two_moments(int count, const real *x);

/* The same for every channel of one image f (1,c,h,w): two tensors (1,c,1,1). */
typedef struct ChannelMoments {
    Tensor m, d;
} ChannelMoments;

ChannelMoments channel_moments(Arena *arena, Tensor f);

/* x with the moments of y, channel by channel: d_y (x - m_x) / d_x + m_y. x (1,c,h,w),
 * y (1,c,h',w'). */
Node *adain_by_hand(Node *x, Node *y);

#endif
