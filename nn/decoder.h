/* A network that paints from features: those of paintnet's relu3_1 go in, at a quarter of
 * the picture's side, and a picture comes out. How it paints is said by a code of some
 * numbers, one code for each image:
 *
 *     every convolution     y = s(code) (W x) + t(code)      s and t for each channel
 *
 * so one set of weights paints in any style (Dumoulin, Shlens and Kudlur 2017, "A Learned
 * Representation for Artistic Style"; Ghiasi et al. 2017). Unlike there, nothing is
 * normalised by statistics of the features: a part of the picture depends on the features
 * near it and on the code only, so a large picture can be painted in tiles.
 *
 *     Decoder *decoder = decoder_new(arena);
 *     decoder_random(decoder, 1);                          or decoder_load
 *     Node *picture = decoder_record(decoder, tape, features, code);
 *
 * For one code, s and t can be multiplied into the weights once:
 *
 *     Decoder *painter = decoder_for_code(arena, decoder, code);
 *     Node *picture = decoder_record(painter, tape, features, NULL);
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
#define DECODER_STEP 8     /* pixels that the picture's sides are multiples of */
#define DECODER_FIELD 48   /* a pixel depends on features of no pixel further away */

typedef struct Decoder Decoder;

/* The decoder, without weights. */
Decoder *decoder_new(Arena *arena);

/* Random weights: normal, mean 0, variance 2 / (in kh kw), and a code that says little
 * at first. */
void decoder_random(Decoder *decoder, uint64_t seed);

/* Takes the weights of a list, which must outlive the decoder. False when one is missing,
 * of another shape or not finite; `file` is what messages call the list. */
bool decoder_load(Decoder *decoder, const NamedTensors *list, const char *file,
                  Error *err);

/* All weights, named as in a file, read in place. */
NamedTensors decoder_weights(const Decoder *decoder, Arena *arena);

/* From now on weights are variables when they are recorded; at the start, constants. */
void decoder_trainable(Decoder *decoder, bool trainable);

/* Records the picture (n,3,4 h,4 w), RGB in [0, 1], of features (n,128,h,w) with even
 * sides of at least 4, and the codes (n,1280,1,1), or NULL for a decoder of one code. */
Node *decoder_record(const Decoder *decoder, Tape *tape, Node *features, Node *code);

/* The decoder of this code, (1,1280,1,1), which has weights of its own in the arena. */
Decoder *decoder_for_code(Arena *arena, const Decoder *decoder, Tensor code);

#endif
