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

#include "transfer/problem.h"

/* What a watcher receives after each step. */
typedef struct PaintStep {
    int step;        /* 1 for the first */
    int evaluations; /* of loss and gradient, so far */
    int side;        /* the picture's longer one, pixels */
    double rate;     /* learning rate of this step */
    double seconds;  /* since the start of the run */
    Terms terms;     /* of the best picture that this step has evaluated */
} PaintStep;

/* Returns false to end the run after this step. NULL: no watcher. */
typedef bool PaintWatcher(void *context, const Problem *problem, const PaintStep *step);

typedef struct PaintEnd {
    int steps;       /* taken */
    bool diverged;   /* loss or gradient left the finite numbers; the picture is the last
                        good one */
    bool hopeless;   /* diverged in the first evaluation, before anything was moved */
    const char *why; /* one sentence: steps done, stopped by the watcher, or the
                        optimiser's, good until the arena is freed */
    Terms terms;     /* at the final picture */
} PaintEnd;

PaintEnd paint_run(Problem *problem, Arena *arena, PaintWatcher *watcher, void *context);

#endif
