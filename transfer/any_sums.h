/* The manner of a photograph that is seen in parts: sums over squares of it, each in
 * float, added in double.
 *
 *     AnySums *sums = any_sums_new(arena);
 *     any_sums_clear(sums);
 *     any_sums_add(sums, layer, features, box);             for every part
 *     any_sums_manner(sums, layer, manner); */
#ifndef TRANSFER_ANY_SUMS_H
#define TRANSFER_ANY_SUMS_H

#include "losses/manner.h"

typedef struct AnySums AnySums;

AnySums *any_sums_new(Arena *arena);
void any_sums_clear(AnySums *sums);

/* Rows from .. to and columns from .. to of features. */
typedef struct AnyBox {
    int top, bottom, left, right;
} AnyBox;

/* Adds what is in the box, of features (1,c,h,w) of a layer of manner_layers, in squares
 * of `block` rows and columns from the box's corner on. */
void any_sums_add(AnySums *sums, int layer, Tensor features, AnyBox box, int block);

/* The same for colours, (1,3,h,w). */
void any_sums_add_colours(AnySums *sums, Tensor pixels, AnyBox box, int block);
void any_sums_colours(const AnySums *sums, const Manner *manner);

/* Writes the means of a layer into the manner; something must have been added. */
void any_sums_manner(const AnySums *sums, int layer, const Manner *manner);

#endif
