#include "io/colours_memory.h"

#include <lcms2_plugin.h>
#include <pthread.h>
#include <stdlib.h>

#include "tensor/check.h"
#include "tensor/no_memory.h"

#define MOST ((cmsUInt32Number)512 << 20) /* bytes at a time, as in Little CMS itself */

static void *take(cmsContext context, cmsUInt32Number bytes) {
    (void)context;
    return bytes > MOST ? NULL : memory_take(bytes);
}

static void *resize(cmsContext context, void *block, cmsUInt32Number bytes) {
    (void)context;
    return bytes > MOST ? NULL : memory_resize(block, bytes);
}

static void give(cmsContext context, void *block) {
    (void)context;
    free(block);
}

static void take_over(void) {
    static cmsPluginMemHandler handler = {
        .base = {.Magic = cmsPluginMagicNumber,
                 .ExpectedVersion = 2000, /* Little CMS 2.0 */
                 .Type = cmsPluginMemHandlerSig},
        .MallocPtr = take,
        .FreePtr = give,
        .ReallocPtr = resize,
    };
    const cmsBool done = cmsPlugin(&handler);
    CHECK(done, "Little CMS refuses its memory");
}

void colours_memory(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, take_over);
}
