/* The sizes of exercise 04 as those of the library's convolution: one image, and filters
 * that keep its size. */
#ifndef LESSONS_CHECK_CONV_DIMS_H
#define LESSONS_CHECK_CONV_DIMS_H

#include "lessons/check/types.h"
#include "tensor/kernels/kernels.h"

static inline ConvDims conv_dims(const Sizes *d) {
    return (ConvDims){.n = 1,
                      .c = d->c,
                      .h = d->h,
                      .w = d->w,
                      .o = d->o,
                      .kh = d->k,
                      .kw = d->k,
                      .stride = 1,
                      .pad = (d->k - 1) / 2,
                      .oh = d->h,
                      .ow = d->w};
}

#endif
