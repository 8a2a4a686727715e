/* The threads of the installed library: the functions that gcc calls for the `#pragma omp`
 * lines of the sources. The programs of this project use GNU OpenMP (libgomp) for them.
 * A library cannot: libgomp reads its settings from the environment before main, and by
 * default lets a waiting thread occupy a processor for about ten milliseconds. A program
 * that computes now and then, and sleeps between, would pay for that each time.
 *
 * Here a thread that waits looks for WATCH_NS, which covers the gaps within a step, and
 * then sleeps. A program that also uses OpenMP keeps its own: library.mk gives these
 * functions other names in the library.
 *
 * A team is one calling thread and its helpers. Teams are kept for the next call, and two
 * threads that call at the same time have two of them. Threads start when the first loop
 * needs them. After fork() the child starts threads of its own.
 *
 * What gcc 12 calls for the pragmas of this project is here, not all of OpenMP: a pragma
 * that needs more does not link. */
#define _GNU_SOURCE /* sched_getaffinity */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#define WATCH_NS 50000
#define LOOPS 4 /* loops without a barrier between them that a thread may be ahead */

/* The functions below are called by the compiler. */
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
void GOMP_barrier(void);
void GOMP_critical_start(void);
void GOMP_critical_end(void);
bool GOMP_loop_nonmonotonic_dynamic_start(long start, long end, long step, long chunk,
                                          long *first, long *last);
bool GOMP_loop_nonmonotonic_dynamic_next(long *first, long *last);
void GOMP_loop_end(void);
void GOMP_loop_end_nowait(void);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_num_procs(void);
int omp_get_max_threads(void);
int omp_get_thread_limit(void);

/* Of the OpenMP that the program itself may use. */
extern int omp_in_parallel(void) __attribute__((weak));

/* ---- Waiting ---- */

/* A number that one thread raises and others wait for. */
typedef struct Signal {
    atomic_uint value;
    pthread_mutex_t lock;
    pthread_cond_t raised;
} Signal;

static void signal_init(Signal *s) {
    atomic_init(&s->value, 0);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->raised, NULL);
}

static void signal_raise(Signal *s) {
    pthread_mutex_lock(&s->lock);
    atomic_fetch_add(&s->value, 1);
    pthread_cond_broadcast(&s->raised);
    pthread_mutex_unlock(&s->lock);
}

static long nanoseconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - start->tv_sec) * 1000000000 + now.tv_nsec - start->tv_nsec;
}

/* Returns once the value is another than `seen`. */
static void signal_wait(Signal *s, unsigned seen) {
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        if (atomic_load(&s->value) != seen) return;
    } while (nanoseconds_since(&start) < WATCH_NS);
    pthread_mutex_lock(&s->lock);
    while (atomic_load(&s->value) == seen)
        pthread_cond_wait(&s->raised, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

/* ---- Teams ---- */

typedef struct Team Team;

typedef struct Helper {
    Team *team;
    int number; /* in the team, from 1 */
    Signal begin;
} Helper;

/* A loop whose turns go to whichever thread is free. */
typedef struct Loop {
    pthread_mutex_t lock;
    unsigned sequence; /* which loop of the region this is, from 1 */
    long end, stride;
    atomic_long next;
} Loop;

struct Team {
    Team *other;      /* in the list of teams that nobody uses */
    Helper **helpers; /* `room` of them, of which the first `started` run */
    int room, started;

    /* The region that runs. */
    int size; /* of this region: the caller and the first size - 1 helpers */
    void (*body)(void *);
    void *data;
    atomic_int arrived; /* at the barrier */
    Signal passed;      /* the barrier */
    Loop loops[LOOPS];
};

/* What this thread does in the region that runs on it; team is NULL outside, and in a
 * region of one thread. */
typedef struct Member {
    Team *team;
    int number;
    unsigned sequence; /* of the last loop begun */
    Loop *loop;
    int ahead; /* loops that ended since the last barrier without one */
} Member;

static _Thread_local Member member;

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static Team *unused;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void before_fork(void) {
    pthread_mutex_lock(&list_lock);
}

static void after_fork(void) {
    pthread_mutex_unlock(&list_lock);
}

/* No helper lives on in the child, whatever it was just doing in the parent. */
static void after_fork_in_child(void) {
    for (Team *team = unused; team; team = team->other) {
        team->started = 0;
        signal_init(&team->passed);
    }
    pthread_mutex_unlock(&list_lock);
}

static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static Team *team_take(void) {
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&list_lock);
    Team *team = unused;
    if (team) unused = team->other;
    pthread_mutex_unlock(&list_lock);
    if (team) return team;
    team = calloc(1, sizeof *team);
    if (!team) return NULL;
    signal_init(&team->passed);
    for (int i = 0; i < LOOPS; i++)
        pthread_mutex_init(&team->loops[i].lock, NULL);
    return team;
}

static void team_give(Team *team) {
    pthread_mutex_lock(&list_lock);
    team->other = unused;
    unused = team;
    pthread_mutex_unlock(&list_lock);
}

static void barrier(Team *team) {
    /* Once the last one has arrived, the next region may begin and set its own size. */
    const int size = team->size;
    const unsigned seen = atomic_load(&team->passed.value);
    if (atomic_fetch_add(&team->arrived, 1) + 1 == size) {
        atomic_store(&team->arrived, 0);
        signal_raise(&team->passed);
    } else {
        signal_wait(&team->passed, seen);
    }
}

static void work(Team *team, int number) {
    member = (Member){.team = team, .number = number};
    team->body(team->data);
    member = (Member){0};
    barrier(team);
}

static void *help(void *context) {
    Helper *helper = context;
    for (unsigned seen = 0;; seen++) {
        signal_wait(&helper->begin, seen);
        work(helper->team, helper->number);
    }
    return NULL;
}

/* A thread that leaves signals to the program's threads. */
static bool start(Helper *helper) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t detached;
    if (pthread_attr_init(&detached) != 0) return false;
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const bool started = pthread_create(&thread, &detached, help, helper) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return started;
}

/* Memory for one more helper. */
static bool team_grow(Team *team) {
    const size_t count = (size_t)team->room + 1;
    Helper **helpers = realloc(team->helpers, count * sizeof *helpers);
    if (!helpers) return false;
    team->helpers = helpers;
    Helper *helper = calloc(1, sizeof *helper);
    if (!helper) return false;
    helper->team = team;
    helper->number = (int)count;
    helpers[count - 1] = helper;
    team->room++;
    return true;
}

/* One more helper runs; false when there is no memory or no thread left. */
static bool team_start(Team *team) {
    if (team->started == team->room && !team_grow(team)) return false;
    Helper *helper = team->helpers[team->started];
    signal_init(&helper->begin);
    if (!start(helper)) return false;
    team->started++;
    return true;
}

/* With fewer threads than asked for when the system gives no more. */
static void team_run(Team *team, int size, void (*body)(void *), void *data) {
    while (team->started < size - 1 && team_start(team)) {
    }
    team->size = team->started + 1 < size ? team->started + 1 : size;
    team->body = body;
    team->data = data;
    for (int i = 0; i < LOOPS; i++)
        team->loops[i].sequence = 0;
    for (int i = 0; i < team->size - 1; i++)
        signal_raise(&team->helpers[i]->begin);
    work(team, 0);
}

/* ---- Regions ---- */

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    (void)flags;
    const int size = threads ? (int)threads : omp_get_max_threads();
    const bool inside = member.team || (omp_in_parallel && omp_in_parallel());
    Team *team = size > 1 && !inside ? team_take() : NULL;
    if (team) {
        team_run(team, size, body, data);
        team_give(team);
        return;
    }
    const Member outside = member;
    member = (Member){0};
    body(data);
    member = outside;
}

void GOMP_barrier(void) {
    if (!member.team) return;
    barrier(member.team);
    member.ahead = 0;
}

static pthread_mutex_t critical = PTHREAD_MUTEX_INITIALIZER;

void GOMP_critical_start(void) {
    pthread_mutex_lock(&critical);
}

void GOMP_critical_end(void) {
    pthread_mutex_unlock(&critical);
}

int omp_get_thread_num(void) {
    return member.number;
}

int omp_get_num_threads(void) {
    return member.team ? member.team->size : 1;
}

/* ---- Loops ---- */

bool GOMP_loop_nonmonotonic_dynamic_next(long *first, long *last) {
    Loop *loop = member.loop;
    if (!loop) return false;
    const long begin = atomic_fetch_add(&loop->next, loop->stride);
    const bool up = loop->stride > 0;
    if (up ? begin >= loop->end : begin <= loop->end) return false;
    const long end = begin + loop->stride;
    *first = begin;
    *last = (up ? end > loop->end : end < loop->end) ? loop->end : end;
    return true;
}

bool GOMP_loop_nonmonotonic_dynamic_start(long start, long end, long step, long chunk,
                                          long *first, long *last) {
    if (!member.team) {
        *first = start;
        *last = end;
        return step > 0 ? start < end : start > end;
    }
    const unsigned sequence = ++member.sequence;
    Loop *loop = &member.team->loops[sequence % LOOPS];
    pthread_mutex_lock(&loop->lock);
    if (loop->sequence != sequence) {
        loop->sequence = sequence;
        loop->end = end;
        loop->stride = step * chunk;
        atomic_store(&loop->next, start);
    }
    pthread_mutex_unlock(&loop->lock);
    member.loop = loop;
    return GOMP_loop_nonmonotonic_dynamic_next(first, last);
}

void GOMP_loop_end(void) {
    GOMP_barrier();
}

/* Every thread ends the same loops, so all of them come to this barrier. */
void GOMP_loop_end_nowait(void) {
    if (++member.ahead == LOOPS - 1) GOMP_barrier();
}

/* ---- Numbers of threads ---- */

/* The first number of a variable of the environment, or `none`. */
static int number_of(const char *variable, int none) {
    const char *text = getenv(variable);
    const long number = text ? strtol(text, NULL, 10) : 0;
    return number >= 1 && number <= INT_MAX ? (int)number : none;
}

int omp_get_num_procs(void) {
    cpu_set_t mine;
    const int count =
        sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : 1;
    return count > 1 ? count : 1;
}

int omp_get_thread_limit(void) {
    return number_of("OMP_THREAD_LIMIT", INT_MAX);
}

int omp_get_max_threads(void) {
    const int count = number_of("OMP_NUM_THREADS", omp_get_num_procs());
    const int limit = omp_get_thread_limit();
    return count < limit ? count : limit;
}
