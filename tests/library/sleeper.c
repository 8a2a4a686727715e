/* A program that computes now and then: a pass of a tape with parallel loops, and a sleep.
 *
 *     sleeper THREADS    0: as many as the library takes by itself
 *
 * Prints the threads, the processor time of a pass that is followed by a sleep, and that
 * of one that is not, in milliseconds; the difference is what waiting costs. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <stylegrad/stylegrad.h>
#include <time.h>

enum { PASSES = 15 };

static double processor_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of PASSES passes. */
static double pass_ms(Tape *tape, Node *loss, const struct timespec *sleep) {
    double used[PASSES];
    for (int i = 0; i < PASSES; i++) {
        const double start = processor_ms();
        tape_forward(tape);
        tape_backward(tape, loss);
        if (sleep) nanosleep(sleep, NULL);
        used[i] = processor_ms() - start;
    }
    qsort(used, PASSES, sizeof *used, by_size);
    return used[PASSES / 2];
}

int main(int argc, char **argv) {
    const int threads = argc > 1 ? atoi(argv[1]) : 0;
    if (threads) threads_set(threads);
    Arena *arena = arena_new();
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, 8, 32, 32});
    Tensor w = tensor_alloc(arena, (Shape){8, 8, 3, 3});
    tensor_fill_normal(x, &rng, 0, 1);
    tensor_fill_normal(w, &rng, 0, 1);
    Tape *tape = tape_new();
    Node *y = ag_conv2d(tape_variable(tape, x), tape_variable(tape, w), NULL,
                        (Conv2d){.pad = 1});
    Node *loss = ag_sum(ag_square(y));
    pass_ms(tape, loss, NULL);
    const double busy = pass_ms(tape, loss, NULL);
    const double with_sleep = pass_ms(tape, loss, &(struct timespec){0, 50000000});
    printf("%d %.3f %.3f\n", threads_count(), with_sleep, busy);
    tape_free(tape);
    arena_free(arena);
    return 0;
}
