/* Two small networks that play with patches of a painting, lesson 16: a generator and a
 * discriminator, each with all its weights in one long vector, which is what an optimiser
 * works on; the patches; and a sheet on which they are seen large. */
#ifndef LESSONS_PAINTERS_H
#define LESSONS_PAINTERS_H

#include "autograd/ops.h"

enum { PATCH_SIDE = 12, PATCH_NOISE = 12, SHEET_ROWS = 6, SHEET_COLUMNS = 8 };

/* Weights to start with, (1,1,1,count). Those of G's last layer are small, so it starts
 * with grey. */
Tensor generator_weights(Arena *arena, Rng *rng);
Tensor discriminator_weights(Arena *arena, Rng *rng);

/* Noise z (n,12,1,1) -> images (n,3,12,12) with values in (0, 1). */
Node *generator(Node *z, Node *w);

/* Images -> one number s for each, (n,1,1,1): D = sigmoid(s). Of images that are larger
 * it looks at every window, 4 pixels apart: (n,1,h/4-2,w/4-2). */
Node *discriminator(Node *x, Node *w);

/* Fills x (n,3,side,side) with squares of the painting (1,3,h,w), which is larger, from
 * anywhere. */
void patches_cut(Tensor painting, Tensor x, Rng *rng);

/* Rows of patches, enlarged. */
typedef struct Sheet {
    int count;
    Tensor image[SHEET_ROWS * SHEET_COLUMNS];
} Sheet;

/* Adds the first eight of x as a row. */
void sheet_add(Arena *arena, Sheet *sheet, Tensor x);

#endif
