/* Moments and AdaIN, and their gradients, right and with each mistake, for exercise 18. What
 * can be wrong with z and its gradient is in norm.h. */
#ifndef LESSONS_CHECK_MOMENTS_H
#define LESSONS_CHECK_MOMENTS_H

#include "lessons/check/norm.h"

/* of.dz is the gradient by y. */
typedef struct AdainImage {
    NormImage of;
    double alpha;
    const real *mean, *deviation;     /* of the painting */
    const real *d_mean, *d_deviation; /* for moments_backward */
} AdainImage;

/* The mistakes; those of adain and its gradient begin with those of norm.h. */
extern const char *const moments_whys[], *const moments_back_whys[];
const char *const *adain_whys(void);
const char *const *adain_back_whys(void);

/* The values for slips.h. */
extern const char *const moments_values[], *const moments_back_values[];

/* Formulas (grade.h) whose context is an AdainImage: m, d, the gradient by x of both; y,
 * and the gradient by x of it. */
void moments_means(const void *context, int mistake, real *mean);
void moments_deviations(const void *context, int mistake, real *deviation);
void moments_pulls(const void *context, int mistake, real *dx);
void adain_blend(const void *context, int mistake, real *y);
void adain_pulls(const void *context, int mistake, real *dx);

/* d_mean m + d_deviation d, added up over the channels; and the sum of dy y. */
double moments_loss(const AdainImage *t);
double adain_loss(const AdainImage *t);

#endif
