/* The equations of Horn and Schunck, which pixels of a flow are trusted, and the temporal
 * loss, right and with each mistake, for exercise 19. */
#ifndef LESSONS_CHECK_FLOWS_H
#define LESSONS_CHECK_FLOWS_H

#include <stdbool.h>

#include "lessons/check/hints.h"

typedef struct FlowEquations {
    int h, w;
    double smoothness;
    const real *a, *b, *c, *u, *v;
} FlowEquations;

/* Formulas (grade.h) whose context are FlowEquations: left_u and left_v. */
extern const char *const equation_whys[], *const equation_values[];
void equations_of_u(const void *context, int mistake, real *left);
void equations_of_v(const void *context, int mistake, real *left);

/* What the right left_u or left_v is the sum of: SumTerms. */
enum { EQUATION_TERMS = 5 };
extern const char *const equation_term_names[EQUATION_TERMS];
void equation_term(const FlowEquations *t, bool of_v, int term, real *left);

/* E / 2, whose gradient they are. */
double equations_energy(const FlowEquations *t);

typedef struct FlowBothWays {
    int h, w;
    const real *u, *v, *back_u, *back_v;
} FlowBothWays;

/* A formula whose context are FlowBothWays. */
extern const char *const trusted_whys[], *const trusted_values[];
void trusted_pixels(const void *context, int mistake, real *t);

/* Which of the three conditions is wrong in a student's t. */
const char *trusted_otherwise(const FlowBothWays *flow, const real *t);

typedef struct FramePair {
    int channels, positions;
    const real *t, *x, *b;
    const real *before; /* in dx; or NULL */
} FramePair;

/* Formulas: the losses of TEMPORAL_PAIRS pairs, which are the context; and the gradient by x
 * of one pair. */
enum { TEMPORAL_PAIRS = 8 };
extern const char *const temporal_whys[], *const temporal_dx_whys[];
extern const char *const temporal_values[];
void temporal_means(const void *context, int mistake, real *loss);
void temporal_dx(const void *context, int mistake, real *dx);

/* The right loss of one. */
double temporal_right(const FramePair *pair);

#endif
