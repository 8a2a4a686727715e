/* Large blocks of memory, straight from the system.
 *
 * A program that reads 100 MB uses 25000 pages of 4 KiB, more than the TLB holds, or 50
 * huge pages of 2 MiB. Where the system has them (Linux), blocks begin at a multiple of
 * 2 MiB and request them. Pages are zeroed, and are allocated when they are first
 * touched: memory that is never used costs nothing. */
#ifndef TENSOR_PAGES_H
#define TENSOR_PAGES_H

#include <stddef.h>

/* `bytes` zeroed bytes, or NULL when the system has no room for them. */
void *pages_alloc(size_t bytes);

/* The same for memory that is never written: it may be more than the system has. */
void *pages_reserve(size_t bytes);

/* Gives back a block; `bytes` as asked for. */
void pages_free(void *block, size_t bytes);

#endif
