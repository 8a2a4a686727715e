/* Packs many weights into one vector, as an optimiser requires.
 *
 *     Parameters p = parameters_pack(arena, lists, 2);
 *     network_load(student, &p.list[0], "student", NULL, 0, &err);
 *     ... record with trainable weights ...
 *     Objective objective = {p.size, p.x, p.gradient, evaluate, &context};
 *
 * The tensors of the packed lists are in the vector one after the other, and the leaves
 * of a tape read them there; parameters_gather brings their gradients together. */
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include "autograd/tape.h"
#include "tensor/named.h"

typedef struct Parameters {
    size_t size;
    real *x, *gradient;
    NamedTensors *list; /* the lists that were packed, now reading from x */
} Parameters;

Parameters parameters_pack(Arena *arena, const NamedTensors *lists, int count);

/* Copies the gradient of every variable of the tape that reads from x to its part of
 * `gradient`. */
void parameters_gather(const Parameters *p, const Tape *tape);

#endif
