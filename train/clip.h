/* Gradient clipping: a gradient that is much longer than usual is shortened, in its own
 * direction (Pascanu, Mikolov and Bengio 2013, algorithm 1). One strange image, say a dark
 * and flat one, to whose small Gram matrix a relative loss compares, has a gradient that is
 * a hundred times as long as others. Adam divides by a mean of squares that remembers a
 * thousand updates, so that single gradient would make all of these small.
 *
 * With |g| the length of the gradient and u the usual one,
 *
 *     g <- g min(1, most u / |g|)          then u <- 0.98 u + 0.02 |g|
 *
 * and u is |g| at first. So there is no threshold in units of the loss to be found. */
#ifndef TRAIN_CLIP_H
#define TRAIN_CLIP_H

#include "tensor/state.h"
#include "tensor/tensor.h"

typedef struct Clip {
    double most;  /* how many times the usual length; 0: gradients stay as they are */
    double usual; /* length; 0: none was seen yet */
} Clip;

/* Shortens the gradient, `size` numbers. One that is not finite stays. */
void clip_gradient(Clip *clip, real *gradient, size_t size);

/* Adds what is remembered to the list. */
void clip_state(Clip *clip, StateList *list);

#endif
