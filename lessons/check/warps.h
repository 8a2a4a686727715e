/* A warp and its gradient, right and with each mistake, for exercise 19. */
#ifndef LESSONS_CHECK_WARPS_H
#define LESSONS_CHECK_WARPS_H

#include <stdbool.h>

#include "lessons/check/hints.h"

typedef struct WarpImage {
    int h, w;
    const real *x, *u, *v;
    const real *dy;
    const real *before_x, *before_u, *before_v; /* in the gradients; or NULL */
} WarpImage;

/* The mistakes of y, of dx, and of du and dv; the values for slips.h. */
extern const char *const warp_whys[], *const warp_dx_whys[], *const warp_flow_whys[];
extern const char *const warp_values[];

/* Formulas (grade.h) whose context is a WarpImage. */
void warp_right(const void *context, int mistake, real *y);
void warp_dx(const void *context, int mistake, real *dx);
void warp_du(const void *context, int mistake, real *du);
void warp_dv(const void *context, int mistake, real *dv);

/* What the four pixels add to y, and to dx; and to du or dv: SumTerms. */
enum { WARP_TERMS = 4 };
extern const char *const warp_term_names[WARP_TERMS];
void warp_y_term(const WarpImage *t, int term, real *y);
void warp_dx_term(const WarpImage *t, int term, real *dx);
void warp_flow_term(const WarpImage *t, bool down, int term, real *d);

/* The sum of dy y. */
double warp_sum(const WarpImage *t);

#endif
