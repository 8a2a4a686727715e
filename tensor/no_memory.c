#include "tensor/no_memory.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tensor/check.h"

static _Thread_local MemoryUse present;
static NoMemoryHandler *program;

MemoryUse memory_for(const char *what, const char *less) {
    const MemoryUse before = present;
    if (what) present.what = what;
    if (less) present.less = less;
    return before;
}

void memory_for_again(MemoryUse before) {
    present = before;
}

void no_memory_handler(NoMemoryHandler *handler) {
    program = handler;
}

void no_memory(size_t bytes) {
    if (program) program(bytes, &present);
    CHECK(false, "no memory for %zu more bytes of %s", bytes,
          present.what ? present.what : "an arena");
    abort();
}

void *memory_take(size_t bytes) {
    return memory_resize(NULL, bytes);
}

void *memory_resize(void *block, size_t bytes) {
    void *larger = realloc(block, bytes ? bytes : 1);
    if (!larger) no_memory(bytes);
    return larger;
}
