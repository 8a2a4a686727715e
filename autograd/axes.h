/* The shape rule of ops that take some axes together. */
#ifndef AUTOGRAD_AXES_H
#define AUTOGRAD_AXES_H

#include "autograd/ops.h"

/* The shape with side 1 along every one of the axes. */
static inline Shape axes_removed(const Axes *axes, Shape shape) {
    if (axes->n) shape.n = 1;
    if (axes->c) shape.c = 1;
    if (axes->h) shape.h = 1;
    if (axes->w) shape.w = 1;
    return shape;
}

#endif
