#include "app/memory_limit.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "tensor/memory_room.h"

#define MIB ((size_t)1 << 20)

/* Bytes of a unit, 0 when there is no such unit. */
static unsigned long long unit_of(const char *text) {
    if (text[0] && text[1]) return 0;
    switch (text[0]) {
    case 0:
        return 1;
    case 'K':
    case 'k':
        return 1ull << 10;
    case 'M':
    case 'm':
        return 1ull << 20;
    case 'G':
    case 'g':
        return 1ull << 30;
    default:
        return 0;
    }
}

bool memory_limit_parse(const char *text, size_t *bytes) {
    char *end;
    errno = 0;
    const bool digit = *text >= '0' && *text <= '9';
    const unsigned long long number = strtoull(text, &end, 10), unit = unit_of(end);
    if (!digit || errno || unit == 0 || number == 0 || number > SIZE_MAX / unit)
        return false;
    *bytes = (size_t)(number * unit);
    return true;
}

/* Rounded up, so that a need is never said to be as large as a smaller limit. */
static size_t mib_above(size_t bytes) {
    return bytes / MIB + (bytes % MIB > 0);
}

static bool allowed_by_user(size_t limit, const MemoryNeed *need, Error *err) {
    return need->peak <= limit ||
           error_set(err,
                     "no memory for %s: with program, weights and images it is about "
                     "%zu MiB at its peak, and --memory-limit allows %zu; %s",
                     need->what, mib_above(need->peak), limit / MIB, need->advice);
}

static bool allowed_by_machine(const MemoryNeed *need, Error *err) {
    const size_t room = memory_room("");
    const size_t more = need->peak > need->now ? need->peak - need->now : 0;
    return more <= room ||
           error_set(err,
                     "no memory for %s: they need about %zu MiB, and %zu MiB are free; "
                     "%s",
                     need->what, mib_above(more), room / MIB, need->advice);
}

bool memory_limit_allows(size_t limit, const MemoryNeed *need, Error *err) {
    return limit ? allowed_by_user(limit, need, err) : allowed_by_machine(need, err);
}
