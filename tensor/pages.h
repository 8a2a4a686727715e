/* Large blocks of memory, straight from the system.
 *
 * A program that walks through 100 MB in pages of 4 KiB looks up 25000 addresses, more
 * than the processor remembers; in huge pages of 2 MiB there are 50. Where the system has
 * them (Linux), blocks begin at a multiple of 2 MiB and ask for them. Pages come zeroed,
 * and are only there once they are touched: room that is never used takes no memory. */
#ifndef TENSOR_PAGES_H
#define TENSOR_PAGES_H

#include <stddef.h>

/* `bytes` zeroed bytes, or NULL when the system has no room for them. */
void *pages_alloc(size_t bytes);

/* The same for room that nobody will write to: more than the system has is no reason to
 * refuse. */
void *pages_reserve(size_t bytes);

/* Gives back a block; `bytes` as asked for. */
void pages_free(void *block, size_t bytes);

#endif
