#include "lessons/check/case.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lessons/check/language.h"

void case_add(const Case *c, const char *format, ...) {
    const size_t length = strlen(c->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->text + length, DIAGNOSIS - length, tr(format), arguments);
    va_end(arguments);
}

bool case_say(const Case *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->text, DIAGNOSIS, tr(format), arguments);
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

bool case_tells(const Case *c, int least) {
    int count = 0;
    for (size_t i = 0; i < c->n && count < least; i++) {
        const double x = case_right(c, i) - case_start(c, i);
        bool new = !case_close(c, x, 0) && !case_close(c, x, 1);
        for (size_t j = 0; j < i && new; j++)
            new = !case_close(c, x, case_right(c, j) - case_start(c, j));
        count += new;
    }
    return count >= least;
}

bool case_varies(const Case *c) {
    for (size_t i = 1; i < c->n; i++)
        if (!case_close(c, case_right(c, i), case_right(c, 0))) return true;
    return false;
}

bool case_matrices(const Case *c) {
    const size_t matrix = (size_t)c->hints->rows * (size_t)c->hints->columns;
    return matrix && c->n % matrix == 0;
}
