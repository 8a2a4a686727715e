#include "tensor/workspace.h"

#include <pthread.h>
#include <stdlib.h>

#include "tensor/arena.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

#define DEPTH 8 /* pieces that one thread has taken at a time, at most */

typedef struct Piece {
    Arena *arena; /* holds this piece only; or NULL */
    void *start;
    size_t bytes;
} Piece;

/* Of one thread. */
typedef struct Workspace {
    int taken;
    Piece piece[DEPTH];
} Workspace;

static _Thread_local Workspace *own;
static pthread_key_t key; /* so that it is freed when the thread ends */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void workspace_free(void *workspace) {
    Workspace *w = workspace;
    for (int i = 0; i < DEPTH; i++)
        arena_free(w->piece[i].arena);
    free(w);
    own = NULL;
}

static void make_key(void) {
    const int failed = pthread_key_create(&key, workspace_free);
    CHECK(!failed, "no key for the workspaces of threads");
}

static Workspace *workspace_own(void) {
    if (own) return own;
    pthread_once(&once, make_key);
    own = calloc(1, sizeof *own);
    if (!own || pthread_setspecific(key, own)) no_memory(sizeof *own);
    return own;
}

void *workspace_take(size_t bytes) {
    Workspace *w = workspace_own();
    CHECK(w->taken < DEPTH, "%d pieces of workspace are taken already", w->taken);
    Piece *piece = &w->piece[w->taken++];
    if (piece->bytes >= bytes && piece->start) return piece->start;
    arena_free(piece->arena);
    piece->arena = arena_new();
    piece->start = arena_alloc(piece->arena, bytes);
    piece->bytes = bytes;
    return piece->start;
}

void workspace_give(const void *start) {
    Workspace *w = workspace_own();
    CHECK(w->taken > 0 && w->piece[w->taken - 1].start == start,
          "workspace: the piece taken last is given back first");
    w->taken--;
}
