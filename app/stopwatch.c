#include "app/stopwatch.h"

#include "autograd/tape_nodes.h"
#include "tensor/clock.h"

/* The timer whose op the node points at: the op is its first member. */
static Timer *timer_of(const Node *y) {
    return (Timer *)(void *)y->op;
}

/* While the op works, the node is its own again. */
static void run(Node *y, Timer *timer, void (*work)(Node *y), double *seconds) {
    y->op = timer->real_op;
    double start = seconds_now();
    work(y);
    seconds[timer->watch->round] += seconds_now() - start;
    y->op = &timer->op;
}

static void forward(Node *y) {
    Timer *timer = timer_of(y);
    run(y, timer, timer->real_op->forward, timer->forward);
}

static void backward(Node *y) {
    Timer *timer = timer_of(y);
    run(y, timer, timer->real_op->backward, timer->backward);
}

Stopwatch *stopwatch_new(Arena *arena, Tape *tape, int rounds) {
    Stopwatch *watch = ARENA_NEW(arena, Stopwatch, 1);
    watch->tape = tape;
    watch->timer = ARENA_NEW(arena, Timer, (size_t)tape_size(tape));
    for (int id = 0; id < tape_size(tape); id++) {
        Node *y = tape_node(tape, id);
        Timer *timer = &watch->timer[id];
        *timer = (Timer){.op = *y->op, .real_op = y->op, .watch = watch};
        timer->forward = ARENA_NEW(arena, double, (size_t)rounds);
        timer->backward = ARENA_NEW(arena, double, (size_t)rounds);
        if (y->inputs == 0) continue;
        timer->op.forward = forward;
        timer->op.backward = backward;
        y->op = &timer->op;
    }
    return watch;
}

void stopwatch_round(Stopwatch *watch, int round) {
    watch->round = round;
}

void stopwatch_remove(Stopwatch *watch) {
    for (int id = 0; id < tape_size(watch->tape); id++)
        tape_node(watch->tape, id)->op = watch->timer[id].real_op;
}
