#include "tensor/processors.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#define LINE 1024
#define PROCESSORS_MOST 1024

/* Where a hierarchy of groups is seen: `top` is the group that `folder` shows. */
typedef struct Mount {
    char top[LINE], folder[LINE];
} Mount;

/* One hierarchy: version 2, or the one of version 1 that shares out processors. */
typedef struct Hierarchy {
    bool unified;
    Mount mount;
    char group[LINE]; /* of this process */
} Hierarchy;

/* Whether a list such as "cpu,cpuacct" has the word. */
static bool has_word(const char *list, const char *word) {
    const size_t length = strlen(word);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, length) == 0 && (at[length] == 0 || at[length] == ','))
            return true;
    return false;
}

static FILE *open_below(const char *root, const char *path) {
    char whole[4 * LINE];
    const int length = snprintf(whole, sizeof whole, "%s%s", root, path);
    return length > 0 && (size_t)length < sizeof whole ? fopen(whole, "r") : NULL;
}

/* A line of /proc/self/mountinfo:
 *     36 25 0:31 /top /sys/fs/cgroup/cpu rw,... shared:9 - cgroup cgroup rw,cpu,cpuacct
 */
static bool read_mount(char *line, bool unified, Mount *mount) {
    char type[64], options[LINE];
    char *rest = strstr(line, " - ");
    if (!rest || sscanf(rest, " - %63s %*s %1023s", type, options) != 2) return false;
    if (strcmp(type, unified ? "cgroup2" : "cgroup") != 0) return false;
    if (!unified && !has_word(options, "cpu")) return false;
    return sscanf(line, "%*s %*s %*s %1023s %1023s", mount->top, mount->folder) == 2;
}

static bool find_mount(const char *root, bool unified, Mount *mount) {
    char line[2 * LINE];
    FILE *file = open_below(root, "/proc/self/mountinfo");
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file))
        found = read_mount(line, unified, mount);
    if (file) fclose(file);
    return found;
}

/* A line of /proc/self/cgroup: "4:cpu,cpuacct:/group", or "0::/group" for version 2. */
static bool find_group(const char *root, bool unified, char group[LINE]) {
    char line[LINE];
    FILE *file = open_below(root, "/proc/self/cgroup");
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *names = strchr(line, ':');
        char *path = names ? strchr(names + 1, ':') : NULL;
        if (!path) continue;
        *path++ = 0;
        found = unified ? strcmp(line, "0:") == 0 : has_word(names + 1, "cpu");
        if (found) snprintf(group, LINE, "%s", path);
    }
    if (file) fclose(file);
    return found;
}

/* Processors that one folder of a hierarchy allows; infinity when it has no quota.
 * Version 2 has "max 100000" or "150000 100000" in one file, version 1 has two files, and
 * -1. */
static double quota_of(const char *root, bool unified, const char *folder) {
    char path[2 * LINE + sizeof "/cpu.cfs_period_us"];
    double quota = -1, period = 0;
    snprintf(path, sizeof path, "%s/%s", folder,
             unified ? "cpu.max" : "cpu.cfs_quota_us");
    FILE *file = open_below(root, path);
    if (!file) return HUGE_VAL;
    const int read = fscanf(file, "%lf %lf", &quota, &period);
    fclose(file);
    if (!unified && read == 1) {
        snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
        file = open_below(root, path);
        if (file && fscanf(file, "%lf", &period) != 1) period = 0;
        if (file) fclose(file);
    }
    return quota > 0 && period > 0 ? quota / period : HUGE_VAL;
}

/* The least quota of a group and of all groups above it that can be seen. */
static double quota_of_path(const char *root, const Hierarchy *h) {
    const size_t top = strcmp(h->mount.top, "/") == 0 ? 0 : strlen(h->mount.top);
    const bool below = strncmp(h->group, h->mount.top, top) == 0 &&
                       (h->group[top] == '/' || h->group[top] == 0) &&
                       !strstr(h->group, "/..");
    char path[2 * LINE];
    const size_t folder = strlen(h->mount.folder);
    snprintf(path, sizeof path, "%s%s", h->mount.folder, below ? h->group + top : "");
    double least = HUGE_VAL;
    for (size_t length = strlen(path); length >= folder && length > 0; length--) {
        if (path[length] != '/' && path[length] != 0) continue;
        path[length] = 0;
        least = fmin(least, quota_of(root, h->unified, path));
    }
    return least;
}

int processors_quota(const char *root) {
    double least = HUGE_VAL;
    for (int unified = 0; unified < 2; unified++) {
        Hierarchy *h = malloc(sizeof *h);
        if (!h) return 0;
        h->unified = unified;
        if (find_mount(root, unified, &h->mount) && find_group(root, unified, h->group))
            least = fmin(least, quota_of_path(root, h));
        free(h);
    }
    return least < INT_MAX ? (int)ceil(least) : 0;
}

#ifdef _OPENMP

/* Whether the user has set the number of threads; several numbers are for nested loops.
 */
static bool asked_for(int count) {
    const char *asked = getenv("OMP_NUM_THREADS");
    return count != omp_get_num_procs() || (asked && strtol(asked, NULL, 10) == count);
}

int processors_limit(void) {
    const int limit = omp_get_thread_limit();
    return limit < PROCESSORS_MOST ? limit : PROCESSORS_MOST;
}

int processors_default(void) {
    int count = omp_get_max_threads();
    const int quota = asked_for(count) ? 0 : processors_quota("");
    if (quota > 0 && quota < count) count = quota;
    return count < processors_limit() ? count : processors_limit();
}

#else

int processors_limit(void) {
    return 1;
}

int processors_default(void) {
    return 1;
}

#endif
