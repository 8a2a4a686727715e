/* Shared by lessons 15 and 16, which train small networks: the weights of a network as
 * one long vector, which an optimiser requires, and the enlargement of small images.
 *
 *     static const Shape parts[] = {{12, 3, 5, 5}, {1, 12, 1, 1}};
 *     Tensor w = weights_draw(arena, 2, parts, &rng);
 *     Node *part[2];
 *     weights_split(tape_variable(tape, w), 2, parts, part);
 *     Node *y = ag_conv2d(x, part[0], part[1], (Conv2d){.pad = 2}); */
#ifndef LESSONS_PATCHES_H
#define LESSONS_PATCHES_H

#include <math.h>

#include "autograd/ops.h"

/* All weights, one part after the other: (1,1,1,sum of sizes). Weights of convolutions
 * (o,c,h,w) and linear layers (1,1,o,k) are normal with variance 2 / (c h w) or 2 / k
 * (He et al. 2015), which keeps the size of what passes through a ReLU; biases (1,o,1,1)
 * are 0. */
static inline Tensor weights_draw(Arena *arena, int count, const Shape *parts, Rng *rng) {
    size_t size = 0;
    for (int k = 0; k < count; k++)
        size += shape_size(parts[k]);
    Tensor w = tensor_alloc(arena, (Shape){1, 1, 1, (int)size});
    real *at = w.data;
    for (int k = 0; k < count; at += shape_size(parts[k++])) {
        const Shape s = parts[k];
        const double fan = s.n > 1 ? s.c * s.h * s.w : s.w;
        if (k % 2 == 0) tensor_fill_normal((Tensor){s, at}, rng, 0, sqrt(2 / fan));
    }
    return w;
}

/* The parts of the vector as nodes. Their gradients add up in the gradient of w. */
static inline void weights_split(Node *w, int count, const Shape *parts, Node **part) {
    for (int k = 0, at = 0; k < count; at += (int)shape_size(parts[k++])) {
        const Slice slice = {.axis = 3, .start = at, .count = (int)shape_size(parts[k])};
        part[k] = ag_reshape(ag_slice(w, slice), (Reshape){parts[k]});
    }
}

/* Image n of t (n,3,h,w), every pixel `times` times as large: shift + scale t. */
static inline Tensor image_enlarge(Arena *arena, Tensor t, int n, int times, double shift,
                                   double scale) {
    const int h = t.shape.h * times, w = t.shape.w * times;
    Tensor big = tensor_alloc(arena, (Shape){1, 3, h, w});
    for (int at = 0; at < 3 * h * w; at++) {
        const int c = at / (h * w), i = at / w % h / times, j = at % w / times;
        big.data[at] = (real)(shift + scale * (double)*tensor_at(t, n, c, i, j));
    }
    return big;
}

#endif
