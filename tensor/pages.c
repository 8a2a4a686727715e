#include "tensor/pages.h"

#ifdef __linux__

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define PAGE ((size_t)64 << 10) /* a multiple of every usual size */

static size_t whole_pages(size_t bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

/* The requested size and one huge page more, of which the parts before the first
 * multiple of HUGE_PAGE and after the end goes back. */
static void *map_aligned(size_t bytes, int also) {
    const int rights = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS | also;
    /* cppcheck-suppress invalidFunctionArg ; without a file there is no descriptor */
    unsigned char *room = mmap(NULL, bytes + HUGE_PAGE, rights, kind, -1, 0);
    if (room == MAP_FAILED) return NULL;
    const size_t before = (HUGE_PAGE - (uintptr_t)room % HUGE_PAGE) % HUGE_PAGE;
    unsigned char *block = room + before;
    if (before) munmap(room, before);
    munmap(block + bytes, HUGE_PAGE - before);
    /* cppcheck-suppress deallocret ; only its surroundings are given back */
    return block;
}

/* Only whole huge pages are asked for, so that the end takes no more memory than it
 * needs. A system that has none says no, and nothing is lost. */
void *pages_alloc(size_t bytes) {
    if (bytes > SIZE_MAX / 2) return NULL;
    void *block = map_aligned(whole_pages(bytes), 0);
    if (block) madvise(block, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return block;
}

void *pages_reserve(size_t bytes) {
    return bytes > SIZE_MAX / 2 ? NULL : map_aligned(whole_pages(bytes), MAP_NORESERVE);
}

void pages_free(void *block, size_t bytes) {
    munmap(block, whole_pages(bytes));
}

#else

#include <stdlib.h>
#include <string.h>

void *pages_alloc(size_t bytes) {
    void *block = NULL;
    return posix_memalign(&block, 4096, bytes) ? NULL : memset(block, 0, bytes);
}

void *pages_reserve(size_t bytes) {
    return pages_alloc(bytes);
}

void pages_free(void *block, size_t bytes) {
    (void)bytes;
    free(block);
}

#endif
