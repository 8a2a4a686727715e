/* --memory-limit: how much memory a run may take.
 *
 * A run is refused before it starts when its forecast does not fit. Without the option
 * the limit is what the machine or its control group still has. */
#ifndef APP_MEMORY_LIMIT_H
#define APP_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/error.h"

/* "500M" and the like: bytes; with K, M or G, KiB, MiB or GiB. False when it is
 * none, or 0. */
bool memory_limit_parse(const char *text, size_t *bytes);

typedef struct MemoryNeed {
    size_t now, peak;   /* bytes of the process: at present, and at the most */
    const char *what;   /* that needs them: "512 x 340 pixels" */
    const char *advice; /* "a smaller --size needs less" */
} MemoryNeed;

/* Whether there is room. `limit` is that of the option in bytes; 0: not said. */
bool memory_limit_allows(size_t limit, const MemoryNeed *need, Error *err);

#endif
