/* The same bits from the library's loops however they are run: on 1, 2 or 5 threads, in two
 * threads of the program at once, in a child after fork(), and inside of a loop of the
 * program's own OpenMP. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <string.h>
#include <stylegrad/stylegrad.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNELS = 8, SIDE = 48, NUMBERS = CHANNELS * SIDE * SIDE, ROUNDS = 4 };

/* The gradient of a loss with convolutions, pooling and sums, after some rounds. */
static void compute(real gradient[NUMBERS]) {
    Arena *arena = arena_new();
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, CHANNELS, SIDE, SIDE});
    Tensor w = tensor_alloc(arena, (Shape){CHANNELS, CHANNELS, 3, 3});
    tensor_fill_normal(x, &rng, 0, 1);
    tensor_fill_normal(w, &rng, 0, 1);
    Tape *tape = tape_new();
    Node *image = tape_variable(tape, x), *weight = tape_constant(tape, w);
    Node *y = ag_relu(ag_conv2d(image, weight, NULL, (Conv2d){.pad = 1}));
    y = ag_conv2d(ag_max_pool(y, (Pool2d){.kernel = 2}), weight, NULL,
                  (Conv2d){.pad = 1});
    Node *loss = ag_sum(ag_square(y));
    for (int i = 0; i < ROUNDS; i++) {
        tape_forward(tape);
        tape_backward(tape, loss);
    }
    memcpy(gradient, image->grad, NUMBERS * sizeof *gradient);
    tape_free(tape);
    arena_free(arena);
}

static real expected[NUMBERS];

static bool same(void) {
    static _Thread_local real gradient[NUMBERS];
    compute(gradient);
    return memcmp(gradient, expected, sizeof expected) == 0;
}

static void *same_in_thread(void *context) {
    *(bool *)context = same();
    return NULL;
}

static bool same_in_two_threads(void) {
    bool good[2] = {false, false};
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, same_in_thread, &good[i])) return false;
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    return good[0] && good[1];
}

static bool same_in_child(void) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(same() ? 0 : 1);
    }
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool same_in_a_loop(void) {
    int good = 0;
#pragma omp parallel for num_threads(3) reduction(+ : good)
    for (int i = 0; i < 3; i++)
        good += same();
    return good == 3;
}

static int complain(const char *where, int threads) {
    printf("other numbers %s, %d threads\n", where, threads);
    return 1;
}

int main(void) {
    static const int counts[] = {1, 2, 5};
    threads_set(1);
    compute(expected);
    for (int i = 0; i < 3; i++) {
        threads_set(counts[i]);
        if (!same()) return complain("in main", counts[i]);
        if (!same_in_two_threads()) return complain("in two threads", counts[i]);
        if (!same_in_child()) return complain("in a child", counts[i]);
        if (!same_in_a_loop()) return complain("in a loop", counts[i]);
        if (!same()) return complain("in main again", counts[i]);
    }
    printf("the same bits on 1, 2 and 5 threads\n");
    return 0;
}
