#include "tensor/workspace.h"

#include <pthread.h>
#include <stdlib.h>

#include "tensor/arena.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

#define DEPTH 8 /* blocks that one thread has taken at a time, at most */

typedef struct WorkspaceBlock {
    Arena *arena; /* holds this block only; or NULL */
    void *start;
    size_t bytes;
} WorkspaceBlock;

/* The workspace of one thread. */
typedef struct Workspace {
    int taken;
    WorkspaceBlock block[DEPTH];
} Workspace;

static _Thread_local Workspace *current;
static pthread_key_t key; /* so that it is freed when the thread ends */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void workspace_free(void *workspace) {
    Workspace *w = workspace;
    for (int i = 0; i < DEPTH; i++)
        arena_free(w->block[i].arena);
    free(w);
    current = NULL;
}

static void make_key(void) {
    const int failed = pthread_key_create(&key, workspace_free);
    CHECK(!failed, "no key for the workspaces of threads");
}

static Workspace *workspace_of_thread(void) {
    if (current) return current;
    pthread_once(&once, make_key);
    current = calloc(1, sizeof *current);
    if (!current || pthread_setspecific(key, current)) no_memory(sizeof *current);
    return current;
}

void *workspace_take(size_t bytes) {
    Workspace *w = workspace_of_thread();
    CHECK(w->taken < DEPTH, "%d blocks of workspace are taken already", w->taken);
    WorkspaceBlock *block = &w->block[w->taken++];
    if (block->bytes >= bytes && block->start) return block->start;
    arena_free(block->arena);
    block->arena = arena_new();
    block->start = arena_alloc(block->arena, bytes);
    block->bytes = bytes;
    return block->start;
}

void workspace_reserve(size_t bytes) {
    workspace_give(workspace_take(bytes));
}

void workspace_give(const void *start) {
    Workspace *w = workspace_of_thread();
    CHECK(w->taken > 0 && w->block[w->taken - 1].start == start,
          "workspace: the block taken last is given back first");
    w->taken--;
}
