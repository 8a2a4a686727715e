#include "tensor/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *function, const char *condition,
                  const char *format, ...) {
    fprintf(stderr, "%s:%d: %s: ", file, line, function);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " [%s does not hold]\n", condition);
    fflush(stderr);
    abort();
}
