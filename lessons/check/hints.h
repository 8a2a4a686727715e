/* What is known about numbers that are graded, for a diagnosis of what is wrong. */
#ifndef LESSONS_CHECK_HINTS_H
#define LESSONS_CHECK_HINTS_H

#include "tensor/real.h"

typedef struct Suspect {
    double ratio;    /* wrong / right */
    const char *why; /* "the mean was taken instead of the sum" */
} Suspect;

typedef struct Mistake {
    const real *numbers; /* what comes out, as many as are compared */
    const char *why;     /* "F is read as if its rows had N numbers" */
    const char *value;   /* "a_i": why says what is wrong with that value; or NULL */
} Mistake;

/* The right numbers are a sum of terms, each `times` its own numbers. When the numbers of
 * a student are a sum of the same terms with other factors, these are named. */
typedef struct SumTerm {
    const real *numbers;
    const char *name; /* "the downward differences" */
    double times;     /* 1, or 0 for a term that does not belong there */
} SumTerm;

/* At most, without the end. */
enum { SUSPECTS = 12, MISTAKES = 160, SUM_TERMS = 8 };

/* What to look for when numbers are wrong; everything may be 0. */
typedef struct GradeHints {
    int channels, positions; /* N and M of the formula: factors N, M, N^2, M^2, NM ... */
    int rows, columns;       /* the numbers are a matrix, or several one after the other:
                                transposed, mirrored, only the border wrong? */
    const real *before;      /* the function adds to these numbers: was += forgotten? */
    Suspect suspects[SUSPECTS + 1]; /* more factors, ended by one without `why` */
    Mistake mistakes[MISTAKES + 1]; /* and what no factor explains, ended the same way */
    SumTerm terms[SUM_TERMS + 1];   /* ended by one without `name` */
    const char *const *values;      /* of a formula, for slips.h; ended by NULL */
    const char *formula,
        *right_formula;    /* what the numbers are, and should be; or NULL */
    const char *otherwise; /* said when nothing else explains the numbers */
} GradeHints;

#define DIAGNOSIS 900 /* characters of a diagnosis, at most */

#endif
