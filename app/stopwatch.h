/* Times every node of a tape without the tape knowing: each node gets an op of its own,
 * which notes the time, calls the true one, and notes the time again.
 *
 *     Stopwatch *watch = stopwatch_new(arena, tape, rounds);
 *     for (int round = 0; round < rounds; round++) {
 *         stopwatch_round(watch, round);
 *         tape_forward(tape);
 *         tape_backward(tape, loss);
 *     }
 *     double *seconds = watch->timer[id].forward;                 of node id, each round
 *     stopwatch_remove(watch);
 *
 * So the tape runs as it always does, planned or not. */
#ifndef APP_STOPWATCH_H
#define APP_STOPWATCH_H

#include "autograd/op.h"

typedef struct Stopwatch Stopwatch;

/* The times of one node, seconds of each round; zeros for leaves. */
typedef struct Timer {
    Op op;             /* what the node is made to point at */
    const Op *real_op; /* what it pointed at before */
    Stopwatch *watch;
    double *forward, *backward;
} Timer;

struct Stopwatch {
    Tape *tape;
    int round;
    Timer *timer; /* one for each node */
};

/* Puts a timer behind each node; the arena must outlive the watch. */
Stopwatch *stopwatch_new(Arena *arena, Tape *tape, int rounds);

/* From now on times count for this round, 0 to rounds - 1, and are added. */
void stopwatch_round(Stopwatch *watch, int round);

/* Gives the nodes their ops back. */
void stopwatch_remove(Stopwatch *watch);

#endif
