/* A tensor: a shape and an array of numbers.
 *
 * A shape is always (n, c, h, w): n images, c channels, h rows, w columns. Fewer
 * dimensions are written with leading ones: a scalar is (1, 1, 1, 1), a matrix
 * (1, 1, rows, columns), a bias (1, c, 1, 1). Elements are contiguous, w fastest:
 * element (n, c, h, w) of t is t.data[((n * C + c) * H + h) * W + w]. There are no
 * strides, no views and no broadcasting, so every loop can be read without a legend.
 *
 *     Tensor t = tensor_alloc(arena, (Shape){1, 3, 4, 4});
 *     *tensor_at(t, 0, 2, 1, 3) = 5;
 *     tensor_print(t, stdout); */
#ifndef TENSOR_TENSOR_H
#define TENSOR_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tensor/arena.h"
#include "tensor/real.h"
#include "tensor/rng.h"

/* The sides of a tensor. */
typedef struct Shape {
    int n, c, h, w; /* images, channels, rows, columns; each at least 1 */
} Shape;

/* A small struct, passed by value; copies share the numbers. */
typedef struct Tensor {
    Shape shape; /* (n, c, h, w) */
    real *data;  /* shape_size(shape) numbers, owned by an arena */
} Tensor;

/* The shape of one number. */
#define SCALAR ((Shape){1, 1, 1, 1})

/* Number of elements, n c h w. Stops when a side is below 1 or the product overflows. */
size_t shape_size(Shape shape);

/* Whether all four sides are equal. */
bool shape_equal(Shape a, Shape b);

/* "(1,3,256,256)", for messages: CHECK(..., "got %s", SHAPE(shape)). */
typedef struct ShapeText {
    char text[48]; /* ends with a zero byte */
} ShapeText;
ShapeText shape_text(Shape shape);
#define SHAPE(shape) shape_text(shape).text

/* A tensor of zeros. */
Tensor tensor_alloc(Arena *arena, Shape shape);

/* A tensor with the values of another. */
Tensor tensor_clone(Arena *arena, Tensor source);

/* Copies values; the shapes must be equal. */
void tensor_copy(Tensor destination, Tensor source);

/* Sets every element to `value`. */
void tensor_fill(Tensor t, real value);

/* Independent random values, in memory order: uniform in [low, high), or normal with the
 * given mean and standard deviation. */
void tensor_fill_uniform(Tensor t, Rng *rng, double low, double high);
void tensor_fill_normal(Tensor t, Rng *rng, double mean, double deviation);

/* Address of element (n, c, h, w). Stops when an index is outside. */
real *tensor_at(Tensor t, int n, int c, int h, int w);

/* Shape and values; only the first and last rows and columns of large tensors. */
void tensor_print(Tensor t, FILE *out);

/* True when no element is NaN or infinite. */
bool tensor_finite(Tensor t);

#endif
