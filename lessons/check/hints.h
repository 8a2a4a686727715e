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
} Mistake;

/* What to look for when numbers are wrong; everything may be 0. */
typedef struct GradeHints {
    int channels, positions; /* N and M of the formula: factors N, M, N^2, M^2, NM ... */
    int rows, columns;       /* the numbers are a matrix, or several one after the other:
                                transposed, mirrored, only the border wrong? */
    const real *before;      /* the function adds to these numbers: was += forgotten? */
    Suspect suspects[8];     /* more factors, ended by one without `why` */
    Mistake mistakes[4];     /* and what no factor explains, ended in the same way */
} GradeHints;

#define DIAGNOSIS 600 /* characters of a diagnosis, at most */

#endif
