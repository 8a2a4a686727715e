/* A library to preload (LD_PRELOAD): it counts the allocations of a program and makes one
 * of them fail, as if memory were short at that moment.
 *
 *     FAIL_ALLOC_STATE   a file of a struct FailAlloc (tests/fail_alloc.h), which tells
 *                        what is to fail, and in which the program is seen at work
 *     FAIL_ALLOC_IN      the name of the program; others that it starts are left alone
 *
 * Allocations are malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign, mmap
 * without a file, and pthread_create. Those that the C library makes for itself, such as
 * the buffers of its streams, are among them. */
#define _GNU_SOURCE
#include "tests/fail_alloc.h"

#ifdef __linux__ /* elsewhere libraries are not preloaded so, and the tests skip */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The next library's functions, behind this one. */
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static void *(*next_memalign)(size_t, size_t);
static int (*next_posix_memalign)(void **, size_t, size_t);
static void (*next_free)(void *);
static void *(*next_mmap)(void *, size_t, int, int, int, off_t);
static int (*next_pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                                  void *);

/* Looking for them may allocate a little, before they are there. */
#define EARLY_ROOM 65536
static _Alignas(64) unsigned char early[EARLY_ROOM];
static size_t early_used;
static bool looking;

static FailAlloc *state; /* NULL: nothing is to fail here */

static void *early_alloc(size_t bytes) {
    if (bytes > EARLY_ROOM - early_used) abort();
    void *start = early + early_used;
    early_used += (bytes + 63) / 64 * 64;
    return start;
}

static bool is_early(const void *block) {
    return (const unsigned char *)block >= early &&
           (const unsigned char *)block < early + EARLY_ROOM;
}

/* ISO C knows no way from an object's address to a function's; POSIX does. */
static void find(void *function, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

static void open_state(void) {
    const char *path = getenv("FAIL_ALLOC_STATE"), *program = getenv("FAIL_ALLOC_IN");
    if (!path || !program || strcmp(program, program_invocation_short_name) != 0) return;
    const int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *shared =
        next_mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED) state = shared;
}

static void look(void) {
    looking = true;
    find(&next_calloc, "calloc");
    find(&next_realloc, "realloc");
    find(&next_aligned_alloc, "aligned_alloc");
    find(&next_memalign, "memalign");
    find(&next_posix_memalign, "posix_memalign");
    find(&next_free, "free");
    find(&next_mmap, "mmap");
    find(&next_pthread_create, "pthread_create");
    find(&next_malloc, "malloc");
    looking = false;
}

__attribute__((constructor)) static void begin(void) {
    if (!next_malloc) look();
    open_state();
}

/* A place for breakpoints. */
void fail_alloc_stop(void);
__attribute__((noinline)) void fail_alloc_stop(void) {
    errno = ENOMEM;
}

/* Whether this allocation is the one. */
static bool fails(void) {
    if (!state) return false;
    const long number = atomic_fetch_add(&state->count, 1) + 1;
    const long at = state->at;
    if (at == 0 || (number != at && !(state->ever && number > at))) return false;
    atomic_fetch_add(&state->failed, 1);
    fail_alloc_stop();
    return true;
}

void *malloc(size_t size) {
    if (!next_malloc && looking) return early_alloc(size);
    if (!next_malloc) look();
    return fails() ? NULL : next_malloc(size);
}

void *calloc(size_t n, size_t size) {
    if (!next_malloc && looking) return early_alloc(n * size);
    if (!next_malloc) look();
    return fails() ? NULL : next_calloc(n, size);
}

void *realloc(void *block, size_t size) {
    if (!next_malloc && looking) return early_alloc(size);
    if (!next_malloc) look();
    if (fails()) return NULL;
    if (!is_early(block)) return next_realloc(block, size);
    void *larger = next_malloc(size);
    return larger ? memcpy(larger, block, size < EARLY_ROOM ? size : EARLY_ROOM) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (!next_malloc) look();
    return fails() ? NULL : next_aligned_alloc(alignment, size);
}

/* Not declared by stdlib.h. Its sizes need not be multiples of the alignment. */
void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) {
    if (!next_malloc) look();
    return fails() ? NULL : next_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (!next_malloc) look();
    return fails() ? ENOMEM : next_posix_memalign(out, alignment, size);
}

void free(void *block) {
    if (!block || is_early(block)) return;
    if (!next_malloc) look();
    next_free(block);
}

void *mmap(void *where, size_t size, int rights, int kind, int file, off_t offset) {
    if (!next_mmap) look();
    return kind & MAP_ANONYMOUS && fails()
               ? MAP_FAILED
               : next_mmap(where, size, rights, kind, file, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *argument) {
    if (!next_malloc) look();
    return fails() ? EAGAIN : next_pthread_create(thread, attributes, run, argument);
}

#endif
