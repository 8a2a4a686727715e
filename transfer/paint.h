/* The loop: in each step an optimiser changes the pixels to reduce the total loss.
 *
 *     Problem problem;
 *     problem_init(&problem, arena, &recipe, network, content, style, content, &err);
 *     const char *why = paint_run(&problem, arena, watch, context);
 *
 * The watcher sees every step and may end the run. A step whose loss is not finite is
 * taken back and ends the run. */
#ifndef TRANSFER_PAINT_H
#define TRANSFER_PAINT_H

#include "optim/slope_check.h"
#include "tensor/state.h"
#include "transfer/problem.h"

/* What a watcher receives after each step. */
typedef struct PaintStep {
    int step;        /* 1 for the first */
    int evaluations; /* of loss and gradient, so far */
    int side;        /* the image's longer one, pixels */
    double rate;     /* learning rate of this step */
    double seconds;  /* since the start of the run */
    Terms terms;     /* of the best image that this step has evaluated */
} PaintStep;

/* Returns false to end the run after this step. NULL: no watcher. */
typedef bool PaintWatcher(void *context, const Problem *problem, const PaintStep *step);

/* How a run ended. */
typedef struct PaintEnd {
    int steps;       /* taken */
    bool diverged;   /* loss or gradient left the finite numbers; the image is the last
                        good one */
    bool hopeless;   /* diverged in the first evaluation, before anything was moved */
    const char *why; /* one sentence: steps done, stopped by the watcher, or the
                        optimiser's, good until the arena is freed */
    Terms terms;     /* at the final image */
    Terms lost;      /* diverged: at the image where it did, in the step after `steps` */
} PaintEnd;

/* Paints until the recipe's last step, or until the watcher says so. `context` is the
 * watcher's. */
PaintEnd paint_run(Problem *problem, Arena *arena, PaintWatcher *watcher, void *context);

/* The same in parts, for a program that saves a run and continues it in another process:
 *
 *     PaintRun *run = paint_begin(&problem, arena);
 *     StateList list = {0};
 *     paint_state(run, &list);
 *     if (saved) {
 *         ... the pieces are copied from the file into the list ...
 *         if (!paint_resume(run, &err)) ...
 *     }
 *     PaintEnd end = paint_continue(run, watcher, context);
 *
 * The watcher may save the pieces: after each step they are what the next one needs. A
 * resumed run of the same problem ends in the same bits as one that was never stopped. */
typedef struct PaintRun PaintRun;

/* A run that has not taken a step; it lives in the arena. */
PaintRun *paint_begin(Problem *problem, Arena *arena);

/* Adds all that the run remembers between two steps, the image included. */
void paint_state(PaintRun *run, StateList *list);

/* To be called when the pieces were written from a file: fails when they cannot be those
 * of this run. */
bool paint_resume(PaintRun *run, Error *err);

/* The last step, counted in this run; 0 before the first. */
PaintStep paint_now(const PaintRun *run);

/* Compares the gradient with difference quotients along the last step. Seven evaluations;
 * the run then goes on with the same bits. To be called by the watcher. */
SlopeResult paint_check_slope(PaintRun *run);

/* All steps that are left. `context` is the watcher's. */
PaintEnd paint_continue(PaintRun *run, PaintWatcher *watcher, void *context);

/* The same one by one, for a program that has other things to do between two steps:
 *
 *     PaintEnd end = {.why = NULL};
 *     while (paint_take_step(run, &end)) ...
 *     paint_end(run, &end);
 *
 * The first returns whether a step was taken; without one the run is over. The second
 * puts the result in place and fills in the rest of `end`. */
bool paint_take_step(PaintRun *run, PaintEnd *end);
void paint_end(PaintRun *run, PaintEnd *end);

#endif
