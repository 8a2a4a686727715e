#include "tensor/memory_room.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tensor/control_groups.h"
#include "tensor/system_file.h"

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t add(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

/* A number of `unit` bytes; SIZE_MAX when a size_t holds less. */
static size_t bytes_of(const char *digits, size_t unit) {
    const unsigned long long value = strtoull(digits, NULL, 10);
    return value > SIZE_MAX / unit ? SIZE_MAX : (size_t)value * unit;
}

/* The number after `name` in a file of lines "name: 123 kB" or "name 123"; false when
 * there is none. */
static bool number_in(const char *root, const char *path, const char *name, size_t unit,
                      size_t *out) {
    char line[256];
    SystemFile file;
    const size_t length = strlen(name);
    bool found = false;
    if (!system_file_open(&file, root, path)) return false;
    while (!found && system_file_line(&file, line, sizeof line)) {
        found = strncmp(line, name, length) == 0 && line[length] &&
                strchr(": \t", line[length]);
        if (found) *out = bytes_of(line + length + 1, unit);
    }
    system_file_close(&file);
    return found;
}

/* Free memory, and what the system keeps of files. */
static size_t of_machine(const char *root) {
    size_t available, swap = 0;
    if (!number_in(root, "/proc/meminfo", "MemAvailable", 1024, &available))
        return SIZE_MAX;
    (void)number_in(root, "/proc/meminfo", "SwapFree", 1024, &swap);
    return add(available, swap);
}

/* A file of a group with one number; "max" and an absent file mean that there is none. */
static bool number_of(const char *root, const char *folder, const char *name,
                      size_t *out) {
    char path[GROUP_PATH_MOST + 32], line[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!system_file_first(root, path, line, sizeof line)) return false;
    if (line[0] < '0' || line[0] > '9') return false;
    *out = bytes_of(line, 1);
    return true;
}

/* Pages of files count as used, but are given back when they are wanted. Version 1 has
 * them with those of the groups below, which its usage counts, under other names. */
static size_t files_of(const char *root, const char *folder) {
    static const char *const names[][2] = {{"total_inactive_file", "total_active_file"},
                                           {"inactive_file", "active_file"}};
    char path[GROUP_PATH_MOST + 32];
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t inactive = 0, active = 0;
        if (!number_in(root, path, names[i][0], 1, &inactive)) continue;
        (void)number_in(root, path, names[i][1], 1, &active);
        return add(inactive, active);
    }
    return 0;
}

/* Lowers the room to what a group may still take. Above `high`, version 2 slows the group
 * down until it is next to still. */
static void add_group(void *context, const char *root, bool unified, const char *folder) {
    size_t limit = SIZE_MAX, high = SIZE_MAX, use, *room = context;
    (void)number_of(root, folder, unified ? "memory.max" : "memory.limit_in_bytes",
                    &limit);
    if (unified) (void)number_of(root, folder, "memory.high", &high);
    limit = least(limit, high);
    if (limit == SIZE_MAX ||
        !number_of(root, folder, unified ? "memory.current" : "memory.usage_in_bytes",
                   &use))
        return;
    const size_t files = files_of(root, folder), fixed = use > files ? use - files : 0;
    *room = least(*room, limit > fixed ? limit - fixed : 0);
}

/* ulimit -v, less what is mapped already. */
static size_t of_address_space(const char *root) {
    char line[128];
    struct rlimit limit;
    size_t pages = 0;
    if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
    if (system_file_first(root, "/proc/self/statm", line, sizeof line))
        pages = (size_t)strtoull(line, NULL, 10);
    const size_t mapped = pages * (size_t)sysconf(_SC_PAGESIZE);
    return limit.rlim_cur > mapped ? (size_t)limit.rlim_cur - mapped : 0;
}

size_t memory_room(const char *root) {
    size_t room = least(of_machine(root), of_address_space(root));
    control_groups_visit(root, "memory", add_group, &room);
    return room;
}
