/* Photographs as a store of squares, from which any number is cut: at random places, at
 * random scales, mirrored half of the time. Even one photograph gives thousands.
 *
 *     Crops *crops = crops_new(arena, &files, &err);
 *     Tensor batch = tensor_alloc(arena, (Shape){4, 3, 128, 128});
 *     crops_draw(crops, &rng, batch);
 *
 * All photographs are decoded once and kept with 8 bits a value, reduced to CROPS_SIDE
 * pixels on their shorter side: cutting from them takes no time beside a training step. */
#ifndef TRAIN_CROPS_H
#define TRAIN_CROPS_H

#include "tensor/rng.h"
#include "tensor/tensor.h"
#include "train/photo_files.h"

#define CROPS_SIDE 384 /* of what is kept, pixels on the shorter side */
#define CROPS_LEAST 16 /* of a photograph, pixels on the shorter side */
#define CROPS_MOST 600 /* photographs that are kept: some 400 MB */

typedef struct Crops Crops;

/* Decodes the photographs, on all threads; of more than CROPS_MOST this many, at equal
 * distances. Fails when there is none, when one cannot be read or has a side below
 * CROPS_LEAST. */
Crops *crops_new(Arena *arena, const PhotoFiles *files, Error *err);

/* How many are kept, and how many of them are enlarged for squares of this side. */
int crops_count(const Crops *crops);
int crops_enlarged(const Crops *crops, int side);

/* Fills (n, 3, side, side) with n squares, RGB in [0, 1]. Before it is resized to the
 * side, a square has between the side and the whole shorter side of its photograph, all
 * scales alike; of a smaller photograph it has the whole shorter side. The same rng gives
 * the same squares on any number of threads. */
void crops_draw(const Crops *crops, Rng *rng, Tensor batch);

/* Photograph i, from 0, as it is kept: (1, 3, h, w), in the arena. */
Tensor crops_photo(const Crops *crops, Arena *arena, int i);

#endif
