#include "tensor/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/no_memory.h"
#include "tensor/pages.h"
#include "tensor/sanitizer.h"

#define FIRST_BLOCK ((size_t)64 << 10) /* bytes; further blocks are twice as large */
#define LAST_BLOCK ((size_t)16 << 20)  /* up to this size */
#define LARGE ((size_t)4 << 20)        /* blocks from here on come as pages, and a */
                                       /* request gets its own block */

/* Sizes of images and files, and their products, are counted in size_t. A page of a
 * browser has 32 bits, and paints small pictures only: see web/play.h. */
#ifndef __wasm__
_Static_assert(sizeof(size_t) >= 8, "stylegrad needs a 64-bit system");
#endif

typedef struct ArenaBlock {
    struct ArenaBlock *older;
    size_t size, used; /* bytes after this header */
    bool pages;        /* from pages_alloc, zeroed; otherwise from the heap */
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
} ArenaBlock;

struct Arena {
    ArenaBlock *newest; /* where small requests go; those before it are full */
    size_t next;        /* size of the next block for small requests */
    size_t used;
    bool sketch; /* large blocks are only reserved */
};

static atomic_size_t blocks_taken; /* by all threads */

static size_t round_up(size_t bytes) {
    if (bytes > SIZE_MAX / 2) no_memory(bytes);
    return (bytes + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

static ArenaBlock *block_new(size_t size, bool sketch) {
    const bool pages = size >= LARGE;
    const size_t bytes = sizeof(ArenaBlock) + size;
    ArenaBlock *block = !pages   ? aligned_alloc(ARENA_ALIGNMENT, bytes)
                        : sketch ? pages_reserve(bytes)
                                 : pages_alloc(bytes);
    if (!block) no_memory(size);
    *block = (ArenaBlock){.size = size, .pages = pages};
    if (!sketch) sanitizer_hide(block->bytes, size);
    atomic_fetch_add_explicit(&blocks_taken, 1, memory_order_relaxed);
    return block;
}

/* A block with room for `bytes` bytes. A large request gets a new block, which is then
 * full. */
static ArenaBlock *block_for(Arena *arena, size_t bytes) {
    ArenaBlock *newest = arena->newest;
    if (newest && newest->size - newest->used >= bytes) return newest;
    while (bytes < LARGE && arena->next < bytes)
        arena->next *= 2;
    ArenaBlock *block = block_new(bytes >= LARGE ? bytes : arena->next, arena->sketch);
    if (bytes >= LARGE && newest) {
        /* Inserted after the newest block, which still has room. */
        block->older = newest->older;
        return newest->older = block;
    }
    if (bytes < LARGE && arena->next < LAST_BLOCK) arena->next *= 2;
    block->older = newest;
    return arena->newest = block;
}

Arena *arena_new(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena) no_memory(sizeof *arena);
    arena->next = FIRST_BLOCK;
    return arena;
}

Arena *arena_new_sketch(void) {
    Arena *arena = arena_new();
    arena->sketch = true;
    return arena;
}

void arena_free(Arena *arena) {
    if (!arena) return;
    for (ArenaBlock *block = arena->newest, *older; block; block = older) {
        older = block->older;
        if (!arena->sketch) sanitizer_show(block->bytes, block->size);
        if (block->pages)
            pages_free(block, sizeof(ArenaBlock) + block->size);
        else
            free(block);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes) {
    const size_t asked = bytes;
    bytes = round_up(bytes ? bytes : 1);
    ArenaBlock *block = block_for(arena, bytes + SANITIZER_GAP);
    void *start = block->bytes + block->used;
    block->used += bytes + SANITIZER_GAP;
    arena->used += bytes;
    if (!arena->sketch) sanitizer_show(start, asked);
    return block->pages ? start : memset(start, 0, asked);
}

void *arena_alloc_array(Arena *arena, size_t n, size_t size) {
    if (size > 0 && n > SIZE_MAX / size) no_memory(SIZE_MAX);
    return arena_alloc(arena, n * size);
}

char *arena_string(Arena *arena, const char *text) {
    size_t bytes = strlen(text) + 1;
    return memcpy(arena_alloc(arena, bytes), text, bytes);
}

size_t arena_used(const Arena *arena) {
    return arena->used;
}

size_t arena_blocks(void) {
    return atomic_load_explicit(&blocks_taken, memory_order_relaxed);
}
