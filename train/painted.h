/* Pictures as they look while a student paints with them.
 *
 * Photographs alone teach a student what it sees in photographs. A painting in progress
 * is none: descending on the pixels finds just those patterns in which the student
 * differs from its teacher, and a style that the student calls matched is not matched for
 * anybody else. So a part of every batch is pictures that the student itself is painting
 * at that time, each after the Gram matrices of another photograph, and it learns what
 * its teacher sees there (as Ross et al. 2011, "DAgger", let a pupil visit its own
 * mistakes).
 *
 *     Painted *p = painted_new(arena, student, layers, 4, (Shape){8, 3, 64, 64}, 1,
 *                              &err);
 *     ...                              every step, with photographs in the batch:
 *     painted_step(p, batch);          the last 8 of the batch are now paintings
 *     painted_free(p); */
#ifndef TRAIN_PAINTED_H
#define TRAIN_PAINTED_H

#include "nn/network.h"

typedef struct Painted Painted;

/* `shape` is that of the paintings, at most as many as a batch holds. They match the Gram
 * matrices of these layers of the student, whose weights are read in place. */
Painted *painted_new(Arena *arena, Network *student, const char *const *layers, int count,
                     Shape shape, uint64_t seed, Error *err);
void painted_free(Painted *p);

/* Moves every painting one step down its style loss, begins those anew that have had
 * their PAINTED_STEPS, from photographs in the batch, and puts all into the batch in the
 * place of its last pictures. */
void painted_step(Painted *p, Tensor batch);

#define PAINTED_STEPS 40

#endif
