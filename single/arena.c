/* The arena of the single file: every request is a block of its own from calloc, so that
 * the sanitizers and valgrind see each of them. */
#include "tensor/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/check.h"

typedef struct ArenaBlock {
    struct ArenaBlock *older;
    size_t bytes;
} ArenaBlock;

struct Arena {
    ArenaBlock *newest;
    size_t used; /* bytes of all blocks */
};

Arena *arena_new(void) {
    Arena *arena = (Arena *)calloc(1, sizeof(Arena));
    CHECK(arena, "there is no memory for an arena");
    return arena;
}

void arena_free(Arena *arena) {
    if (!arena) return;
    while (arena->newest) {
        ArenaBlock *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes) {
    CHECK(bytes < SIZE_MAX / 2, "a request of %zu bytes", bytes);
    ArenaBlock *block = (ArenaBlock *)calloc(1, sizeof(ArenaBlock) + (bytes ? bytes : 1));
    CHECK(block, "there is no memory for %zu bytes", bytes);
    block->older = arena->newest;
    block->bytes = bytes;
    arena->newest = block;
    arena->used += bytes;
    return block + 1;
}

void *arena_alloc_array(Arena *arena, size_t n, size_t size) {
    CHECK(size == 0 || n <= SIZE_MAX / 2 / size, "%zu objects of %zu bytes", n, size);
    return arena_alloc(arena, n * size);
}

char *arena_string(Arena *arena, const char *text) {
    const size_t bytes = strlen(text) + 1;
    return (char *)memcpy(arena_alloc(arena, bytes), text, bytes);
}

size_t arena_used(const Arena *arena) {
    return arena->used;
}
