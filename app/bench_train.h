/* The training step that `stylegrad bench --train` measures: a small network for labelled
 * pictures, on a tape, and Adam on its weights.
 *
 *     Training *t = training_new(arena, 64, 100);
 *     tape_forward(t->tape);
 *     tape_backward(t->tape, t->loss);
 *     optimizer_step(t->adam);                       with the gradients that are there
 *     training_free(t); */
#ifndef APP_BENCH_TRAIN_H
#define APP_BENCH_TRAIN_H

#include "autograd/tape.h"
#include "optim/optimizer.h"

typedef struct Training Training;

struct Training {
    Tape *tape; /* planned */
    Node *loss;
    Optimizer *adam;
};

/* `batch` random pictures side x side, of classes 0 to 9; side at least 16. */
Training *training_new(Arena *arena, int side, int batch);
void training_free(Training *training); /* the tape; the rest is the arena's */

#endif
