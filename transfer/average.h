/* The running mean of all images of a run, a smoother result than the last of them:
 *
 *     m = decay m + (1 - decay) x
 *
 * m begins at 0, so after n images it is too small by the factor 1 - decay^n, and is
 * divided by that when it is taken. */
#ifndef TRANSFER_AVERAGE_H
#define TRANSFER_AVERAGE_H

#include "tensor/state.h"
#include "tensor/tensor.h"

typedef struct Average {
    Tensor sum;
    double decay; /* 0: there is no mean, and nothing below does anything */
    double rest;  /* decay^n */
} Average;

Average average_new(Arena *arena, double decay, Shape shape);

void average_add(Average *average, Tensor x);

/* Adds what the mean is made of to the list. */
void average_state(Average *average, StateList *list);

/* Replaces x by the mean of all that were added. */
void average_take(const Average *average, Tensor x);

#endif
