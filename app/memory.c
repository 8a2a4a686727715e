#include "app/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tensor/system_file.h"

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
    char line[128];
    const bool said = system_file_first("", "/proc/self/statm", line, sizeof line) &&
                      sscanf(line, "%zu %zu", &all, &here) == 2;
    return said ? here * (size_t)sysconf(_SC_PAGESIZE) : memory_peak();
}
