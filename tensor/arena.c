#include "tensor/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/check.h"

#define FIRST_BLOCK                                                                      \
    ((size_t)64 << 10)                  /* bytes; every further block is at least twice  \
                                         */
#define LARGEST_STEP ((size_t)16 << 20) /* the last, until a request itself is larger */

typedef struct Block {
    struct Block *older;
    size_t size, used; /* bytes after this header */
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
} Block;

struct Arena {
    Block *newest;
    size_t used;
};

static size_t round_up(size_t bytes) {
    CHECK(bytes <= SIZE_MAX / 2, "a request for %zu bytes cannot be meant", bytes);
    return (bytes + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

static void add_block(Arena *arena, size_t at_least) {
    size_t size = arena->newest ? arena->newest->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_STEP) size = LARGEST_STEP;
    if (size < at_least) size = at_least;
    Block *block = aligned_alloc(ARENA_ALIGNMENT, sizeof(Block) + size);
    CHECK(block, "no memory for %zu more bytes; use smaller pictures", size);
    *block = (Block){.older = arena->newest, .size = size};
    arena->newest = block;
}

Arena *arena_new(void) {
    Arena *arena = calloc(1, sizeof *arena);
    CHECK(arena, "no memory for an arena");
    return arena;
}

void arena_free(Arena *arena) {
    if (!arena) return;
    for (Block *block = arena->newest, *older; block; block = older) {
        older = block->older;
        free(block);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes) {
    bytes = round_up(bytes ? bytes : 1);
    if (!arena->newest || arena->newest->size - arena->newest->used < bytes)
        add_block(arena, bytes);
    Block *block = arena->newest;
    void *start = block->bytes + block->used;
    block->used += bytes;
    arena->used += bytes;
    return memset(start, 0, bytes);
}

void *arena_alloc_array(Arena *arena, size_t n, size_t size) {
    CHECK(size == 0 || n <= SIZE_MAX / size, "%zu objects of %zu bytes", n, size);
    return arena_alloc(arena, n * size);
}

char *arena_string(Arena *arena, const char *text) {
    size_t bytes = strlen(text) + 1;
    return memcpy(arena_alloc(arena, bytes), text, bytes);
}

size_t arena_used(const Arena *arena) {
    return arena->used;
}
