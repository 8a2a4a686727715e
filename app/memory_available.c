#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/memory.h"

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* The number after `name` in a file of lines "name: 123 kB" or "name 123"; `otherwise`
 * when there is none. */
static size_t number_in(const char *path, const char *name, size_t otherwise) {
    char line[256];
    size_t value = otherwise;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        const size_t length = strlen(name);
        if (strncmp(line, name, length) != 0 || !strchr(": ", line[length])) continue;
        value = (size_t)strtoull(line + length + 1, NULL, 10);
        break;
    }
    if (file) fclose(file);
    return value;
}

/* A file with one number; "max" and an absent file mean that there is no limit. */
static size_t limit_in(const char *path) {
    unsigned long long value;
    FILE *file = fopen(path, "r");
    const bool said = file && fscanf(file, "%llu", &value) == 1;
    if (file) fclose(file);
    return said ? (size_t)value : SIZE_MAX;
}

/* Free memory, and what the system keeps of files. */
static size_t of_machine(void) {
    const size_t free_kib = number_in("/proc/meminfo", "MemAvailable", SIZE_MAX >> 11);
    return 1024 * (free_kib + number_in("/proc/meminfo", "SwapFree", 0));
}

/* What a control group may still take. Pages of files count as used, but are given back
 * when they are wanted. */
static size_t of_group(const char *folder, const char *limit_name, const char *use_name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, limit_name);
    const size_t limit = limit_in(path);
    snprintf(path, sizeof path, "%s/%s", folder, use_name);
    const size_t use = limit_in(path);
    if (limit == SIZE_MAX || use == SIZE_MAX) return SIZE_MAX;
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    const size_t files =
        number_in(path, "inactive_file", 0) + number_in(path, "active_file", 0);
    const size_t fixed = use > files ? use - files : 0;
    return limit > fixed ? limit - fixed : 0;
}

/* The group of this process and all groups around it. In a container the files of the
 * innermost one lie at the top. */
static size_t of_groups(const char *top, const char *group, const char *limit_name,
                        const char *use_name) {
    char folder[400];
    size_t room = of_group(top, limit_name, use_name);
    snprintf(folder, sizeof folder, "%s%s", top, group);
    for (char *slash; strlen(folder) > strlen(top); *slash = 0) {
        room = least(room, of_group(folder, limit_name, use_name));
        slash = strrchr(folder, '/');
    }
    return room;
}

/* Lines such as "4:memory:/group" (version 1) and "0::/group" (version 2). */
static size_t of_control_groups(void) {
    char line[400];
    size_t room = SIZE_MAX;
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        const char *group = strrchr(line, ':');
        if (strncmp(line, "0::", 3) == 0)
            room = least(room, of_groups("/sys/fs/cgroup", group + 1, "memory.max",
                                         "memory.current"));
        else if (strstr(line, ":memory:"))
            room =
                least(room, of_groups("/sys/fs/cgroup/memory", group + 1,
                                      "memory.limit_in_bytes", "memory.usage_in_bytes"));
    }
    if (file) fclose(file);
    return room;
}

/* ulimit -v, less what is mapped already. */
static size_t of_address_space(void) {
    struct rlimit limit;
    size_t pages = 0;
    if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%zu", &pages) != 1) pages = 0;
    if (file) fclose(file);
    const size_t mapped = pages * (size_t)sysconf(_SC_PAGESIZE);
    return limit.rlim_cur > mapped ? (size_t)limit.rlim_cur - mapped : 0;
}

size_t memory_available(void) {
    return least(least(of_machine(), of_control_groups()), of_address_space());
}
