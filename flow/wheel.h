/* A flow as a picture: the direction is a colour, the speed how strong it is. The colours
 * are those of the Middlebury benchmark (Baker et al., A database and evaluation
 * methodology for optical flow, 2011): right is red, down yellow, left cyan-blue, up
 * violet, standing still white. */
#ifndef FLOW_WHEEL_H
#define FLOW_WHEEL_H

#include "tensor/tensor.h"

/* Speeds beyond this are unknown, as in .flo files; such pixels are black. */
#define FLOW_UNKNOWN 1e9

/* The picture (1,3,h,w), RGB in [0, 1], of a flow (1,2,h,w). The strongest colours belong
 * to `fastest` pixels; 0: to the largest speed of this flow. What is faster is darker. */
Tensor flow_picture(Arena *arena, Tensor flow, double fastest);

#endif
