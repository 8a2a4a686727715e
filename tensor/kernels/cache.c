#include "tensor/kernels/cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tensor/kernels/blocks.h"
#include "tensor/real.h"
#include "tensor/system_file.h"

#define KIB ((ptrdiff_t)1024)

/* The size used where the system reports none, and the limits. Blocks for more than 1 MiB
 * of second-level cache would take much memory in every thread, and larger caches are
 * often shared by several cores. */
enum { USUAL_L1 = 32, MIN_L1 = 16, MAX_L1 = 128 };    /* KiB */
enum { USUAL_L2 = 512, MIN_L2 = 256, MAX_L2 = 1024 }; /* KiB */

static CacheBlocks blocks;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The first word of a file of Linux's description of a cache of the first processor. */
static bool read_word(const char *root, int index, const char *file, char word[32]) {
    char path[80];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index,
             file);
    char line[64];
    return system_file_first(root, path, line, sizeof line) &&
           sscanf(line, "%31s", word) == 1;
}

/* Its files hold "1", "Data" and "32K". */
size_t cache_size_in_sys(const char *root, int level) {
    char word[32];
    for (int index = 0; read_word(root, index, "level", word); index++) {
        unsigned long kib = 0;
        if (word[0] - '0' != level) continue;
        if (!read_word(root, index, "type", word) || strcmp(word, "Instruction") == 0)
            continue;
        if (read_word(root, index, "size", word) && sscanf(word, "%luK", &kib) == 1)
            return (size_t)kib << 10;
    }
    return 0;
}

CacheSizes cache_sizes(void) {
    long l1 = 0, l2 = 0;
#if defined(_SC_LEVEL1_DCACHE_SIZE) && defined(_SC_LEVEL2_CACHE_SIZE)
    l1 = sysconf(_SC_LEVEL1_DCACHE_SIZE);
    l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    CacheSizes sizes = {l1 > 0 ? (size_t)l1 : cache_size_in_sys("", 1),
                        l2 > 0 ? (size_t)l2 : cache_size_in_sys("", 2)};
    if (sizes.l1 == 0) sizes.l1 = (size_t)(USUAL_L1 * KIB);
    if (sizes.l2 == 0) sizes.l2 = (size_t)(USUAL_L2 * KIB);
    return sizes;
}

static ptrdiff_t within(size_t bytes, ptrdiff_t least, ptrdiff_t most) {
    if (bytes > (size_t)(most * KIB)) return most * KIB;
    return max_of((ptrdiff_t)bytes, least * KIB);
}

/* The largest multiple of 16 whose M, 36 matrices of a block of output channels by a
 * block of tiles, takes at most 4/3 of the second-level cache as floats. M is used one
 * matrix after the other, so it may be a little larger than the cache; in double, smaller
 * blocks would reuse less. */
static ptrdiff_t winograd_block(ptrdiff_t l2_bytes) {
    const ptrdiff_t most = l2_bytes / (ptrdiff_t)sizeof(float) / 3 * 4;
    ptrdiff_t block = 32;
    while (block < CACHE_MAX_WINOGRAD && 36 * (block + 16) * (block + 16) <= most)
        block += 16;
    return block;
}

/* mc, nc: a packed block of B, KC x NC with KC = 256, is read once for every panel of A,
 *     so it takes half of the second-level cache. A block of A, KC x MC, is read once for
 *     every block of B and is as large. At least 128 of each, which is what a Gram matrix
 *     takes at a time, and whole vectors.
 * columns: a band is written once and read a few times; a wide band reuses weights.
 * narrow: the three lines of a band of an image, of which a forward pass reads every
 *     element for each output channel, take three eighths of the first-level cache. */
CacheBlocks cache_blocks_for(CacheSizes sizes) {
    const ptrdiff_t l1 = within(sizes.l1, MIN_L1, MAX_L1) / (ptrdiff_t)sizeof(real);
    const ptrdiff_t l2 = within(sizes.l2, MIN_L2, MAX_L2) / (ptrdiff_t)sizeof(real);
    const ptrdiff_t packed = max_of(l2 / 2 / 256 / 16 * 16, 128);
    return (CacheBlocks){.mc = packed,
                         .nc = packed,
                         .columns = 2 * l2,
                         .scatter = l2,
                         .narrow_forward = l1 / 8,
                         .narrow_backward = l2 / 32,
                         .winograd = winograd_block(l2 * (ptrdiff_t)sizeof(real))};
}

static void compute(void) {
    blocks = cache_blocks_for(cache_sizes());
}

const CacheBlocks *cache_blocks(void) {
    pthread_once(&once, compute);
    return &blocks;
}

void cache_assume(CacheSizes sizes) {
    pthread_once(&once, compute);
    blocks = cache_blocks_for(sizes);
}
