/* Every `step`-th pixel of an image, and the adjoint for gradients.
 *
 *     step 2, top 1, left 0       . . . . .
 *                                 x . x . x       rows 2, columns 3
 *                                 . . . . .
 *                                 x . x . x
 *
 * A lattice may begin and end outside of the image, where pixels are those of its border:
 * zeros, or copies (PadMode). */
#ifndef NN_LATTICE_H
#define NN_LATTICE_H

#include "nn/ops.h"

typedef struct Lattice {
    PadMode mode;
    int h, w;            /* of the image */
    int top, left, step; /* the first pixel, and the distance to the next */
    int rows, columns;   /* how many */
} Lattice;

/* Elements of all planes of a lattice. */
size_t lattice_size(const Lattice *l, int planes);

/* taken (planes, rows, columns) from image (planes, h, w). */
void lattice_take(const Lattice *l, int planes, const real *image, real *taken);

/* The adjoint: image += every element of `taken` at the pixel that it is a copy of. */
void lattice_add(const Lattice *l, int planes, const real *taken, real *image);

#endif
