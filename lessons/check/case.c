#include "lessons/check/case.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

bool case_say(const Case *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->text, DIAGNOSIS, format, arguments);
    va_end(arguments);
    return true;
}

double case_got(const Case *c, size_t i) {
    return (double)c->got[i];
}

double case_right(const Case *c, size_t i) {
    return (double)c->expected[i];
}

double case_start(const Case *c, size_t i) {
    return c->before ? (double)c->before[i] : 0;
}

bool case_close(const Case *c, double a, double b) {
    return fabs(a - b) <= c->tolerance; /* false for NaN */
}

bool case_wrong(const Case *c, size_t i) {
    return !case_close(c, case_got(c, i), case_right(c, i));
}

bool case_matrices(const Case *c) {
    const size_t matrix = (size_t)c->hints->rows * (size_t)c->hints->columns;
    return matrix && c->n % matrix == 0;
}
