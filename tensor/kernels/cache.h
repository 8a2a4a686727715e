/* Block sizes that depend on the caches of the processor, computed in one place.
 *
 *     const ptrdiff_t rows = cache_blocks()->mc;
 *
 * None of them changes a bit of any result: they decide where an element is computed, not
 * the order of its sum. Sizes that do decide the order are constants of the kernels (KC
 * of gemm_block.c, and of winograd_plan.h, the parts of gram.c and weight.c), so
 * that machines with other caches give the same images. */
#ifndef TENSOR_KERNELS_CACHE_H
#define TENSOR_KERNELS_CACHE_H

#include <stddef.h>

/* Bytes of the data caches of one core. */
typedef struct CacheSizes {
    size_t l1, l2;
} CacheSizes;

#define CACHE_MAX_WINOGRAD 96

/* Counted in elements (reals). */
typedef struct CacheBlocks {
    ptrdiff_t mc, nc;          /* rows of A and columns of B that are packed at a time */
    ptrdiff_t columns;         /* of a band of a column matrix */
    ptrdiff_t scatter;         /* of the column matrix of one task */
    ptrdiff_t narrow_forward;  /* positions of a band */
    ptrdiff_t narrow_backward; /* the same, backward */
    ptrdiff_t winograd;        /* tiles and output channels of a block, at most */
} CacheBlocks;

/* The sizes that the system reports; 32 KiB and 512 KiB where it reports none. */
CacheSizes cache_sizes(void);

/* The bytes of the data cache of that level in Linux's description of the first processor,
 * or 0. `root` is put before all paths: "" but in tests. */
size_t cache_size_in_sys(const char *root, int level);

/* The block sizes for caches of these sizes, which are first clamped to sensible
 * limits. */
CacheBlocks cache_blocks_for(CacheSizes sizes);

/* The block sizes for this machine. */
const CacheBlocks *cache_blocks(void);

/* For tests, between calls of kernels: block sizes for other caches from now on. */
void cache_assume(CacheSizes sizes);

#endif
