#include "app/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

size_t memory_peak(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (size_t)usage.ru_maxrss;
#else
    return (size_t)usage.ru_maxrss * 1024;
#endif
}

size_t memory_now(void) {
    size_t all, here;
    FILE *file = fopen("/proc/self/statm", "r");
    const bool said = file && fscanf(file, "%zu %zu", &all, &here) == 2;
    if (file) fclose(file);
    return said ? here * (size_t)sysconf(_SC_PAGESIZE) : memory_peak();
}
