/* Everything lives in an arena; an arena is freed once, whole; a pointer into it never
 * moves and never outlives it. That one sentence is the ownership rule of the library.
 *
 *     Arena *arena = arena_new();
 *     Tensor image = tensor_alloc(arena, (Shape){1, 3, 256, 256});
 *     ...
 *     arena_free(arena);
 *
 * An arena grows by adding blocks, so no size has to be guessed. */
#ifndef TENSOR_ARENA_H
#define TENSOR_ARENA_H

#include <stddef.h>

/* Bytes: a cache line, and the widest vector register. */
#define ARENA_ALIGNMENT 64

/* Blocks of memory that are freed together. */
typedef struct Arena Arena;

/* An empty arena. No allocation here fails: see no_memory.h. */
Arena *arena_new(void);

/* An arena that says how much would be taken: large requests may exceed what the system
 * has, and only as much of them as it has can be written to. */
Arena *arena_new_sketch(void);

/* Frees all blocks; NULL is allowed. */
void arena_free(Arena *arena);

/* `bytes` zeroed bytes, aligned to ARENA_ALIGNMENT. Zero bytes give a valid pointer. */
void *arena_alloc(Arena *arena, size_t bytes);

/* A copy of the text that lives in the arena. */
char *arena_string(Arena *arena, const char *text);

/* Bytes handed out so far, rounded up to the alignment; unused room is not counted. */
size_t arena_used(const Arena *arena);

/* Blocks that all arenas together have taken from the system so far. A loop that has come
 * to run steadily takes none. */
size_t arena_blocks(void);

/* n zeroed objects of a type: `real *x = ARENA_NEW(arena, real, 10)`. */
#define ARENA_NEW(arena, type, n) ((type *)arena_alloc_array(arena, n, sizeof(type)))
void *arena_alloc_array(Arena *arena, size_t n, size_t size);

#endif
