#include "tensor/processors.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "tensor/control_groups.h"
#include "tensor/system_file.h"

#define PROCESSORS_MOST 1024

/* The first line of a file of a group. */
static bool read_line(const char *root, const char *folder, const char *name,
                      char line[64]) {
    char path[GROUP_PATH_MOST + 32];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return system_file_first(root, path, line, 64);
}

/* Lowers `least` to the processors that one group allows. Version 2 has "max 100000" or
 * "150000 100000" in one file, version 1 has two files, and -1. */
static void add_quota(void *least, const char *root, bool unified, const char *folder) {
    char line[64];
    double quota = -1, period = 0, *of_all = least;
    if (!read_line(root, folder, unified ? "cpu.max" : "cpu.cfs_quota_us", line)) return;
    const int read = sscanf(line, "%lf %lf", &quota, &period);
    if (!unified && read == 1 && read_line(root, folder, "cpu.cfs_period_us", line) &&
        sscanf(line, "%lf", &period) != 1)
        period = 0;
    if (quota > 0 && period > 0) *of_all = fmin(*of_all, quota / period);
}

int processors_quota(const char *root) {
    double least = HUGE_VAL;
    control_groups_visit(root, "cpu", add_quota, &least);
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
