/* Runs that are killed at random moments. */
#ifndef TESTS_KILLED_H
#define TESTS_KILLED_H

#include <math.h>
#include <time.h>

#include "io/checkpoint.h"
#include "tensor/rng.h"
#include "tests/app.h"

static Rng rng;

static inline double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void assert_ended(Outcome o, const char *name) {
    if (o.status != 0) fail_msg("%s: status %d: %s", name, o.status, o.err);
}

/* How often in all: in `make soak`, in `make test`; $KILLS says another number. */
static inline int kills_of(int soak, int usual) {
    const char *asked = getenv("KILLS");
    if (asked) return atoi(asked);
    return getenv("SOAK") ? soak : usual;
}

static inline void begin_chance(void) {
    rng = rng_seed(getenv("SOAK") ? (uint64_t)time(NULL) : 1);
}

/* Waits for a part of some seconds, and kills the run if it is still there. */
static inline bool kill_after(pid_t child, double seconds) {
    const double wait = seconds * rng_uniform(&rng);
    const struct timespec time = {.tv_sec = (time_t)wait,
                                  .tv_nsec = (long)((wait - floor(wait)) * 1e9)};
    int status;
    nanosleep(&time, NULL);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return true;
    assert_ended(outcome_of(WEXITSTATUS(status)), "the run");
    return false;
}

/* A complete checkpoint or none, at every moment. */
static inline void assert_whole_checkpoint(void) {
    Error err;
    CheckpointFile file;
    Arena *own = arena_new();
    if (access(in_folder("run.checkpoint"), F_OK) == 0 &&
        !checkpoint_read(own, in_folder("run.checkpoint"), &file, &err))
        fail_msg("%s", err.text);
    arena_free(own);
}

#endif
