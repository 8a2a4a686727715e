/* What `stylegrad bench` measures when it is not a step of style transfer.
 *
 *     BenchRun run;
 *     if (!bench_style_update(arena, 128, 4, &run, &err)) ...
 *     tape_forward(run.tape);
 *     tape_backward(run.tape, run.loss);
 *     optimizer_step(run.adam);                     with the gradients that are there
 *     tape_free(run.tape); */
#ifndef APP_BENCH_RUN_H
#define APP_BENCH_RUN_H

#include "autograd/tape.h"
#include "optim/optimizer.h"

typedef struct BenchRun {
    Tape *tape;      /* planned */
    Node *loss;      /* NULL: forward only */
    Optimizer *adam; /* NULL: there is none */
} BenchRun;

/* Adam over all variables that lead to the loss, before the tape is planned. A step takes
 * their gradients as they are, and evaluates nothing. */
Optimizer *bench_adam(Arena *arena, Node *loss);

#endif
