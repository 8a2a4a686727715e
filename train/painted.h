/* Training images that the student itself is painting.
 *
 * With photographs alone the student learns its teacher's features of photographs only. A
 * painting in progress is different: gradient descent on the pixels finds exactly those
 * patterns in which the student differs from its teacher, and a style loss that is small
 * for the student may be large for other networks. So a part of every batch consists of
 * images that the student is painting at that time, each with the Gram matrices of
 * another photograph, and the student learns the teacher's features of these (compare
 * Ross et al. 2011, "DAgger").
 *
 *     Painted *p = painted_new(arena, student, layers, 4, (Shape){8, 3, 64, 64}, 1,
 *                              &err);
 *     ...                              every step, with photographs in the batch:
 *     painted_step(p, batch);          the last 8 of the batch are now paintings
 *     painted_free(p); */
#ifndef TRAIN_PAINTED_H
#define TRAIN_PAINTED_H

#include "nn/network.h"
#include "tensor/state.h"

typedef struct Painted Painted;

/* `shape` is that of the paintings, at most as many as a batch holds. They match the Gram
 * matrices of these layers of the student, whose weights are read in place. */
Painted *painted_new(Arena *arena, Network *student, const char *const *layers, int count,
                     Shape shape, uint64_t seed, Error *err);
void painted_free(Painted *p);

/* Moves every painting one step down its style loss, begins those anew that have had
 * their PAINTED_STEPS, from photographs in the batch, and writes them to the batch in
 * place of its last images. */
void painted_step(Painted *p, Tensor batch);

#define PAINTED_STEPS 40

/* Adds all that the paintings remember between two steps to the list; and whether the
 * pieces, copied from a file, can be theirs. */
void painted_state(Painted *p, StateList *list);
bool painted_state_check(const Painted *p, Error *err);

#endif
