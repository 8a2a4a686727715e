#include "lessons/desk/fence.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BEFORE 0xFF /* a number of such bytes is NaN, which shows when it is read */

static size_t page(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Bytes of the pages that hold the array; at least one of them is before it. */
static size_t pages_of(size_t bytes) {
    return (bytes / page() + 2) * page();
}

/* The pages begin here; before them and behind them is one that nobody may touch. */
static char *pages_at(const void *array, size_t bytes) {
    return (char *)(uintptr_t)array + bytes - pages_of(bytes);
}

void *fence_new(size_t bytes) {
    const size_t inside = pages_of(bytes), all = inside + 2 * page();
    /* cppcheck-suppress invalidFunctionArg ; -1: no file behind it */
    char *start = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    if (mprotect(start + page(), inside, PROT_READ | PROT_WRITE) != 0) {
        munmap(start, all);
        return NULL;
    }
    char *array = start + page() + inside - bytes;
    memset(start + page(), BEFORE, inside - bytes);
    return array;
}

void fence_free(void *array, size_t bytes) {
    munmap(pages_at(array, bytes) - page(), pages_of(bytes) + 2 * page());
}

bool fence_whole(const void *array, size_t bytes) {
    const unsigned char *end = array;
    for (const unsigned char *c = (unsigned char *)pages_at(array, bytes); c < end; c++)
        if (*c != BEFORE) return false;
    return true;
}
