/* The generator of lesson 17: a photograph goes in and a painting comes out, in one pass.
 *
 *     Tensor w = one_pass_weights(arena, &rng);
 *     Node *drawn = one_pass(arena, tape_constant(tape, photo), tape_variable(tape, w),
 *                            true);
 *
 * It is the network of Johnson, Alahi and Fei-Fei (ECCV 2016), much narrower and with
 * one residual block: half the size twice, the block, twice the size twice. All weights
 * are one long vector, which is what an optimiser works on. */
#ifndef LESSONS_ONE_PASS_H
#define LESSONS_ONE_PASS_H

#include "autograd/ops.h"

/* Weights to start with, (1,1,1,count). Those of the last layer are small, so the first
 * image is grey. */
Tensor one_pass_weights(Arena *arena, Rng *rng);

/* x (n,3,h,w), RGB in [0, 1] -> (n,3,h,w) in (0, 1). With `norm` an instance norm stands
 * behind every convolution but the last one. Constants of the graph live in the arena. */
Node *one_pass(Arena *arena, Node *x, Node *w, bool norm);

#endif
