/* Finds the probable mistake when numbers are wrong.
 *
 *     char text[DIAGNOSIS];
 *     if (!diagnose(n, got, expected, tolerance, &hints, text)) puts(text);
 *
 * Common mistakes have recognisable effects: one factor everywhere, a transposed matrix,
 * a missing border. They are tried one after the other, simple ones first, and the first
 * that explains every element is named. */
#ifndef LESSONS_CHECK_DIAGNOSE_H
#define LESSONS_CHECK_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/hints.h"

/* Whether all n numbers are within `tolerance` of the right ones. If not, `text` is one
 * sentence or more: what is wrong with them, and the worst of them. hints may be NULL. */
bool diagnose(size_t n, const real *got, const real *expected, double tolerance,
              const GradeHints *hints, char text[DIAGNOSIS]);

/* "2 N M", "1/4", "-1": the name of a factor in which N channels and M positions may
 * occur, and NULL when it has none. N or M 0: they do not occur. */
const char *factor_name(double ratio, int channels, int positions);

#endif
