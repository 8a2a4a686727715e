/* The training step that `stylegrad bench --train` measures: a small network for labelled
 * images, on a tape, and Adam on its weights.
 *
 *     BenchTraining *t = bench_training_new(arena, 64, 100);
 *     tape_forward(t->tape);
 *     tape_backward(t->tape, t->loss);
 *     optimizer_step(t->adam);                       with the gradients that are there
 *     bench_training_free(t); */
#ifndef APP_BENCH_TRAIN_H
#define APP_BENCH_TRAIN_H

#include "autograd/tape.h"
#include "optim/optimizer.h"

typedef struct BenchTraining BenchTraining;

struct BenchTraining {
    Tape *tape; /* planned */
    Node *loss;
    Optimizer *adam;
};

/* `batch` random images side x side, of classes 0 to 9; side at least 16. */
BenchTraining *bench_training_new(Arena *arena, int side, int batch);
void bench_training_free(BenchTraining *training); /* the tape; the rest is the arena's */

#endif
