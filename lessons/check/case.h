/* One comparison of numbers, and tests of it: for the files that implement diagnose.h. */
#ifndef LESSONS_CHECK_CASE_H
#define LESSONS_CHECK_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/hints.h"

typedef struct Case {
    size_t n;
    const real *got, *expected, *before; /* before: NULL unless the function adds */
    double tolerance;                    /* absolute */
    const GradeHints *hints;
    char *text; /* the diagnosis, DIAGNOSIS characters of room */
} Case;

/* Adds to the diagnosis. The format is translated; texts among the arguments are not. */
void case_add(const Case *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes the diagnosis in the same way, and returns true. */
bool case_say(const Case *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

double case_got(const Case *c, size_t i);
double case_right(const Case *c, size_t i);
double case_start(const Case *c, size_t i); /* what was there before, or 0 */
bool case_wrong(const Case *c, size_t i);
bool case_close(const Case *c, double a, double b);

/* Whether `least` different right numbers are added, apart from 0 and 1: of fewer numbers,
 * nearly any would be the squares of the right ones or stand in some other order. */
bool case_tells(const Case *c, int least);

/* Whether the right numbers are not all the same. */
bool case_varies(const Case *c);

/* Whether rows and columns are known and divide the numbers into matrices. */
bool case_matrices(const Case *c);

/* "only the last row is wrong", if that is true; NULL if there is no such description. */
const char *case_place(const Case *c);

/* Suspicions: each writes a diagnosis if it is the one, and then returns true. */
bool case_misplaced(const Case *c); /* all numbers, in another order: order.c */
bool case_elsewhere(const Case *c); /* some, in no order that has a name: order.c */
bool case_partly(const Case *c);    /* some are right: place.c */
bool case_other_sum(const Case *c); /* the terms, with other factors: sums.c */

#endif
