/* Elements in blocks, so that a loop on several threads can widen what is stored in halves
 * (node_values) into a small buffer of its own. */
#ifndef LOSSES_ELEMENT_BLOCKS_H
#define LOSSES_ELEMENT_BLOCKS_H

#include <stddef.h>

#define BLOCK_MOST ((size_t)512)

typedef struct Block {
    size_t start, count; /* elements */
} Block;

static inline size_t blocks_of(size_t size) {
    return (size + BLOCK_MOST - 1) / BLOCK_MOST;
}

static inline Block block_at(size_t size, size_t i) {
    const size_t start = i * BLOCK_MOST, left = size - start;
    return (Block){start, left < BLOCK_MOST ? left : BLOCK_MOST};
}

#endif
