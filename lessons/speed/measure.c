#include "lessons/speed/measure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "lessons/check/conv_dims.h"
#include "lessons/check/graded.h"
#include "tensor/check.h"
#include "tensor/clock.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/peak.h"
#include "tensor/rng.h"
#include "tensor/threads.h"

enum {
    TURNS = 40,
    SLOW_TURNS = 5, /* of what needs more than SLOW seconds: noise is a small part then */
    PEAK_LOOPS = 1000000 /* some 2 ms */
};
#define SLOW 0.05
#define TICK 0.01  /* seconds: the coarsest that systems count processor time in */
#define RIGHT 1e-4 /* of the largest number: floats, added in any order */

/* Small images: filters of 1, 3 and 5, wide, tall, and smaller than the filter. */
static const SpeedLayer small[] = {{2, 5, 7, 3, 3},  {3, 4, 2, 2, 1}, {2, 8, 6, 3, 5},
                                   {2, 3, 4, 3, 5},  {1, 1, 6, 2, 3}, {5, 9, 35, 9, 3},
                                   {9, 17, 3, 17, 3}};
enum { SMALL = sizeof small / sizeof *small };

/* What a process is to do. */
typedef struct Job {
    SpeedConv *conv; /* NULL: measure the peak */
    SpeedLayer layer;
    real *x, *weight, *bias; /* overwritten in each process: its own copies */
    real *y;                 /* seen by both processes */
    double *rate;            /* seen by both: seconds, or GFLOP/s of the peak */
    int threads, calls;
} Job;

static Job job; /* of the process that comes next */

/* ---- In the process that is measured ---- */

typedef struct Clocks {
    double wall, processor;
} Clocks;

static Clocks clocks_now(void) {
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (Clocks){seconds_now(), (double)t.tv_sec + 1e-9 * (double)t.tv_nsec};
}

/* The clock on the wall counts other programs, too. That of the processor does not, but
 * may be a tick behind: with one on top, both say at least the truth. */
static double seconds_since(Clocks start) {
    const Clocks end = clocks_now();
    const double wall = end.wall - start.wall,
                 processor = end.processor - start.processor + TICK;
    return job.threads > 1 ? wall : fmin(wall, processor);
}

static size_t count_x(const SpeedLayer *l) {
    return (size_t)(l->c * l->h * l->w);
}

static size_t count_weight(const SpeedLayer *l) {
    return (size_t)(l->o * l->c * l->k * l->k);
}

static size_t count_y(const SpeedLayer *l) {
    return (size_t)(l->o * l->h * l->w);
}

static void fill(size_t n, real *numbers, Rng *rng) {
    for (size_t i = 0; i < n; i++)
        numbers[i] = (real)(2 * rng_uniform(rng) - 1);
}

static void fill_inputs(int call) {
    Rng rng = rng_seed((uint64_t)(41 + call));
    fill(count_x(&job.layer), job.x, &rng);
    fill(count_weight(&job.layer), job.weight, &rng);
    fill((size_t)job.layer.o, job.bias, &rng);
}

/* For the library, and for the loops of a student. */
static void set_threads(void) {
    threads_set(job.threads);
#ifdef _OPENMP
    omp_set_num_threads(job.threads);
#endif
}

/* The last call has always the same numbers. */
static void time_calls(Grade *g) {
    const SpeedLayer *l = &job.layer;
    const Sizes d = {l->c, l->h, l->w, l->o, l->k};
    (void)g;
    set_threads();
    for (int call = job.calls - 1; call >= 0; call--) {
        fill_inputs(call);
        for (size_t i = 0; i < count_y(l); i++)
            job.y[i] = (real)NAN;
        const Clocks start = clocks_now();
        job.conv(&d, job.x, job.weight, job.bias, job.y);
        *job.rate = seconds_since(start);
    }
}

static void time_peak(Grade *g) {
    (void)g;
    set_threads();
    for (int call = 0; call < 2; call++) {
        double flop = 0;
        const Clocks start = clocks_now();
#pragma omp parallel for num_threads(job.threads) schedule(static, 1) reduction(+ : flop)
        for (int t = 0; t < job.threads; t++)
            flop += fma_run(PEAK_LOOPS);
        *job.rate = flop / seconds_since(start) * 1e-9;
    }
}

static void by_library(const Kernels *table, const Sizes *s, const real *x,
                       const real *weight, const real *bias, real *y) {
    const ConvDims d = conv_dims(s);
    static void *workspace; /* of this process, which has one table and one layer */
    const size_t bytes = table->conv2d_workspace(&d);
    if (bytes && !workspace) workspace = aligned_alloc(64, (bytes + 63) / 64 * 64);
    table->conv2d_forward(&d, x, weight, bias, y, workspace);
}

static void by_ref(const Sizes *s, const real *x, const real *weight, const real *bias,
                   real *y) {
    by_library(&kernels_ref, s, x, weight, bias, y);
}

static void by_gemm(const Sizes *s, const real *x, const real *weight, const real *bias,
                    real *y) {
    by_library(&kernels_gemm, s, x, weight, bias, y);
}

static void by_fast(const Sizes *s, const real *x, const real *weight, const real *bias,
                    real *y) {
    by_library(&kernels_fast, s, x, weight, bias, y);
}

/* ---- In the process that compares ---- */

static void *shared(size_t bytes) {
    const int both = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_ANONYMOUS;
    /* cppcheck-suppress invalidFunctionArg ; -1: no file behind it */
    void *room = mmap(NULL, bytes, both, kind, -1, 0);
    CHECK(room != MAP_FAILED, "no memory for %zu bytes", bytes);
    return room;
}

__attribute__((format(printf, 2, 3))) static void say(Sentence why, const char *format,
                                                      ...) {
    for (int l = 0; l < LANGUAGES; l++) {
        va_list arguments;
        va_start(arguments, format);
        language_speak((Language)l);
        vsnprintf(why[l], STATEMENT, tr(format), arguments);
        va_end(arguments);
    }
    language_speak(language_yours());
}

/* Returns whether the job came to its end; `why` says why not. */
static bool run(const SpeedLayer *layer, SpeedConv *conv, int calls, Grade *grade,
                Sentence why) {
    const Part part = {"conv2d", 0, conv ? time_calls : time_peak};
    Graded graded;
    if (layer) job.layer = *layer;
    job.conv = conv;
    job.calls = calls;
    *job.rate = 0;
    const bool started = part_run(&part, grade, &graded);
    const bool good = started && grade->finished;
    if (!good && started && *graded.lost[ENGLISH])
        memcpy(why, graded.lost, sizeof graded.lost);
    else if (!good)
        say(why, "the process could not be started");
    if (started) free(graded.printed);
    return good;
}

static bool same(size_t n, const real *got, const real *expected) {
    double largest = 0, error = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs((double)expected[i]));
        if (!isfinite(got[i])) return false;
        error = fmax(error, fabs((double)(got[i] - expected[i])));
    }
    return error <= RIGHT * largest;
}

/* y of one layer in `expected`, and whether the student's is the same. It is that of the
 * im2col kernels, which have the bits of the formula. */
static bool is_right(const SpeedLayer *l, SpeedConv *conv, Grade *grade, real *expected,
                     SpeedResult *result) {
    const size_t n = count_y(l);
    if (!run(l, by_gemm, 1, grade, result->why)) return false;
    memcpy(expected, job.y, n * sizeof *expected);
    if (!run(l, conv, 1, grade, result->why)) return false;
    if (same(n, job.y, expected)) return true;
    say(result->why, "y is wrong for %d channels of %d x %d, %d filters of %d x %d", l->c,
        l->h, l->w, l->o, l->k, l->k);
    return false;
}

static void keep_least(double *least, double seconds) {
    if (*least == 0 || seconds < *least) *least = seconds;
}

/* One turn of one row in one layer. */
static bool take_turn(SpeedConv *conv, int layer, int turn, SpeedRow *row, Grade *grade,
                      const real *expected, SpeedResult *result) {
    const SpeedLayer *l = &speed_layers[layer];
    if (row->seconds[layer] > SLOW && turn >= SLOW_TURNS) return true;
    if (!run(l, conv, 2, grade, result->why)) return false;
    keep_least(&row->seconds[layer], *job.rate);
    if (same(count_y(l), job.y, expected)) return true;
    say(result->why,
        "y is wrong in the second call, with other numbers in the same memory");
    return false;
}

static bool measure(SpeedConv *const *convs, Grade *grade, real *const *expected,
                    SpeedResult *result) {
    for (int turn = 0; turn < TURNS; turn++) {
        if (!run(NULL, NULL, 1, grade, result->why)) return false;
        result->peak = fmax(result->peak, *job.rate);
        for (int layer = 0; layer < SPEED_LAYERS; layer++)
            for (int r = 0; r < SPEED_ROWS; r++)
                if (!take_turn(convs[r], layer, turn, &result->rows[r], grade,
                               expected[layer], result))
                    return false;
    }
    return true;
}

static bool compare_all(SpeedConv *conv, Grade *grade, real *const *expected,
                        SpeedResult *result) {
    for (int i = 0; i < SMALL; i++)
        if (!is_right(&small[i], conv, grade, expected[0], result)) return false;
    for (int i = 0; i < SPEED_LAYERS; i++)
        if (!is_right(&speed_layers[i], conv, grade, expected[i], result)) return false;
    return true;
}

void measure_conv2d(SpeedConv *conv, int threads, SpeedResult *result) {
    SpeedConv *const convs[SPEED_ROWS] = {conv, by_ref, by_gemm, by_fast};
    const char *const names[SPEED_ROWS] = {"yours", "the formula: seven loops",
                                           "the library's im2col", "the library's fast"};
    size_t x = 0, weight = 0, bias = 0, y = 0;
    Arena *arena = arena_new();
    real *expected[SPEED_LAYERS];
    *result = (SpeedResult){.threads = threads, .vector = fma_vector()};
    for (int r = 0; r < SPEED_ROWS; r++)
        result->rows[r].name = names[r];
    for (int i = 0; i < SPEED_LAYERS; i++) {
        const SpeedLayer *l = &speed_layers[i];
        x = count_x(l) > x ? count_x(l) : x;
        weight = count_weight(l) > weight ? count_weight(l) : weight;
        y = count_y(l) > y ? count_y(l) : y;
        bias = (size_t)l->o > bias ? (size_t)l->o : bias;
        expected[i] = ARENA_NEW(arena, real, count_y(l));
    }
    Grade *grade = shared(sizeof *grade);
    job = (Job){.x = ARENA_NEW(arena, real, x),
                .weight = ARENA_NEW(arena, real, weight),
                .bias = ARENA_NEW(arena, real, bias),
                .y = shared(y * sizeof(real)),
                .rate = shared(sizeof(double)),
                .threads = threads};
    result->right = compare_all(conv, grade, expected, result) &&
                    measure(convs, grade, expected, result);
    munmap(job.rate, sizeof(double));
    munmap(job.y, y * sizeof(real));
    munmap(grade, sizeof *grade);
    arena_free(arena);
}
