/* The parameters of a network as one vector, as an optimiser requires.
 *
 * They may be the variables of a tape, recorded in any number and order:
 *
 *     Node *w = tape_variable(tape, first), *b = tape_variable(tape, zeros); ...
 *     Node *loss = ...
 *     Parameters p = parameters_of(arena, loss);
 *     Optimizer *adam = adam_new(arena, parameters_objective(arena, &p, loss),
 *                                ADAM_DEFAULTS);
 *     for (...) optimizer_step(adam);              now node_tensor(w) is trained
 *
 * or the weights of a network in lists, before anything is recorded with them:
 *
 *     Parameters p = parameters_pack(arena, lists, 2);
 *     network_load(student, &p.list[0], "student", NULL, 0, &err);
 *     ... record with trainable weights ...
 *     Objective objective = {p.size, p.x, p.gradient, evaluate, &context};
 *
 * Either way the numbers are in the vector one after the other, leaves read them there,
 * and parameters_gather brings their gradients together. */
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include "autograd/tape.h"
#include "optim/objective.h"
#include "tensor/named.h"
#include "tensor/state.h"

/* The numbers of many leaves as one vector. */
typedef struct Parameters {
    size_t size;        /* numbers */
    real *x, *gradient; /* `size` each: the parameters, and d loss / d x */
    NamedTensors *list; /* the lists that were packed, now reading from x; or NULL */
} Parameters;

/* All variables of the tape that lead to the loss, in the order of recording. Their
 * numbers move: from now on these leaves read from the vector, and the tensors that they
 * were recorded with are not read any more. node_tensor(leaf) is where the numbers are,
 * also for leaves of other tapes that are recorded later. Stops when there is none, and
 * when two leaves read the same memory: record a tensor once, and use the node twice. */
Parameters parameters_of(Arena *arena, Node *loss);

/* The same for these variables only, `count` leaves: of two networks on one tape, say. */
Parameters parameters_of_leaves(Arena *arena, int count, Node *const *leaves);

/* Copies the numbers of all tensors of `count` lists into one vector. The lists in `list`
 * have the same names and read from the vector. */
Parameters parameters_pack(Arena *arena, const NamedTensors *lists, int count);

/* Copies the gradient of every variable of the tape that reads from x to its part of
 * `gradient`. */
void parameters_gather(const Parameters *p, const Tape *tape);

/* The loss as a function of the parameters: each evaluation is a forward and a backward
 * pass of its tape. */
Objective parameters_objective(Arena *arena, const Parameters *p, Node *loss);

/* Adds the numbers to the list, under the name "parameters": with optimizer_state they are
 * all that a training on the same data remembers. */
void parameters_state(const Parameters *p, StateList *list);

#endif
