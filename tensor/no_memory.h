/* What happens when the machine has no memory left.
 *
 * Allocations of this library do not return NULL. If there is no memory, the handler of
 * the program is called, which prints a message and ends the program; without a handler
 * it stops as CHECK does. For a useful message, code that allocates much declares before
 * what the memory is for, and what would need less:
 *
 *     no_memory_handler(complain);
 *     ...
 *     const MemoryUse before = memory_for("the tape", "a smaller --size");
 *     tape_plan(tape, loss, 0, NULL);
 *     memory_for_again(before); */
#ifndef TENSOR_NO_MEMORY_H
#define TENSOR_NO_MEMORY_H

#include <stddef.h>

/* What allocations are for. */
typedef struct MemoryUse {
    const char *what; /* "the tape"; NULL: not declared */
    const char *less; /* "a smaller --size"; NULL: not declared */
} MemoryUse;

/* Declares what this thread's allocations are for from now on, and what would need less;
 * NULL leaves that part unchanged. The texts are not copied. Returns the previous
 * declaration. */
MemoryUse memory_for(const char *what, const char *less);
void memory_for_again(MemoryUse before);

/* `bytes` is the size of the request. Must not return, and must not allocate. */
typedef void NoMemoryHandler(size_t bytes, const MemoryUse *use);
void no_memory_handler(NoMemoryHandler *handler);

/* For allocators that could not get these bytes: ends the program. */
void no_memory(size_t bytes) __attribute__((noreturn));

/* malloc(bytes) and realloc(block, bytes) that end the program in place of returning
 * NULL. Libraries that let their user say where memory comes from are given these: not
 * all of them notice everywhere that an allocation failed. */
void *memory_take(size_t bytes);
void *memory_resize(void *block, size_t bytes);

#endif
