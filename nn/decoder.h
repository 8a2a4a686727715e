/* A network that paints from features: those of paintnet's relu3_1 go in, at a quarter of
 * the picture's side, and a picture comes out. How it paints is said by a code of some
 * numbers, one code for each image:
 *
 *     every convolution     y = s(code) (W x) + t(code)      s and t for each channel
 *
 * and in which colours by a palette: what the last convolution makes, z, becomes
 *
 *     (red, green, blue) = root z + mean
 *
 * where root is a 3 x 3 matrix. So colours that were never learned are painted as well.
 * Light and dark need not be guessed from features: a decoder with light adds
 *
 *     z + light l (1, 1, 1)
 *
 * before the palette, where l is how much lighter than usual the photograph is around a
 * pixel (losses/manner.h): one number for every feature, bilinear between them.
 *
 * One set of weights paints in any style (Dumoulin, Shlens and Kudlur 2017, "A Learned
 * Representation for Artistic Style"; Ghiasi et al. 2017). Unlike there, nothing is
 * normalised by statistics of the features: a part of the picture depends on the features
 * near it, on the code and on the palette only, so a large picture can be painted in tiles.
 *
 *     Decoder *decoder = decoder_new(arena);
 *     decoder_random(decoder, 1);                          or decoder_load
 *     Node *picture = decoder_record(decoder, tape, features, l, code, palette);
 *
 * For one code and palette, s, t and root can be multiplied into the weights once:
 *
 *     Decoder *painter = decoder_new(arena);
 *     decoder_fold(painter, decoder, code, palette);
 *     Node *picture = decoder_record_folded(painter, tape, features, l);
 *
 * decoder.c has the layers. */
#ifndef NN_DECODER_H
#define NN_DECODER_H

#include <stdint.h>

#include "autograd/tape.h"
#include "tensor/error.h"
#include "tensor/named.h"

#define DECODER_READS 128  /* channels of the features */
#define DECODER_CODE 1280  /* numbers of a code */
#define DECODER_PALETTE 12 /* of a palette: rows of root, each with its mean */
#define DECODER_STEP 8     /* pixels that the picture's sides are multiples of */
#define DECODER_LIGHT 4    /* pixels along each side of a feature, and of a number of l */
#define DECODER_LIGHT_MOST 4.0 /* of `light`: more is no picture */

typedef struct Decoder Decoder;

/* The decoder, without weights. */
Decoder *decoder_new(Arena *arena);

/* Random weights: normal, mean 0, variance 2 / (in kh kw), a hundredth of it in the last
 * convolution, and a code that says little at first. */
void decoder_random(Decoder *decoder, uint64_t seed);

/* How much l counts, from 0, as at first, to DECODER_LIGHT_MOST. Drawing, loading and
 * folding leave it. */
void decoder_set_light(Decoder *decoder, double light);
double decoder_light(const Decoder *decoder);

/* Takes the weights of a list, which must outlive the decoder. False when one is missing,
 * of another shape or not finite; `file` is what messages call the list. */
bool decoder_load(Decoder *decoder, const NamedTensors *list, const char *file,
                  Error *err);

/* A decoder with the same weights, of its own, and the same light, in the arena. */
Decoder *decoder_copy(Arena *arena, const Decoder *decoder);

/* All weights, named as in a file, read in place. */
NamedTensors decoder_weights(const Decoder *decoder, Arena *arena);

/* From now on weights are variables when they are recorded; at the start, constants. */
void decoder_trainable(Decoder *decoder, bool trainable);

/* Records the picture (n,3,4 h,4 w), RGB, also out of [0, 1], of features (n,128,h,w) with
 * even sides of at least 4, l (n,1,h,w), codes (n,1280,1,1) and palettes (n,1,3,4). l is
 * NULL when, and only when, the decoder's light is 0. */
Node *decoder_record(const Decoder *decoder, Tape *tape, Node *features, Node *l,
                     Node *code, Node *palette);

/* The same for a painter, with RGB in [0, 1]; l may be NULL: the picture has none. */
Node *decoder_record_folded(const Decoder *painter, Tape *tape, Node *features, Node *l);

/* painter = the decoder for this code, palette and light only. What was recorded of the
 * painter goes on with the new weights. */
void decoder_fold(Decoder *painter, const Decoder *decoder, const real *code,
                  const real *palette);

#endif
