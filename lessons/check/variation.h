/* Total variation and its gradient, right and with each mistake, for exercise 10. */
#ifndef LESSONS_CHECK_VARIATION_H
#define LESSONS_CHECK_VARIATION_H

#include <stdbool.h>

#include "lessons/check/hints.h"

enum { VARIATION_IMAGES = 8 }; /* whose losses are compared */

typedef struct VariationImage {
    int h, w;
    const real *x, *before; /* before: in dx */
    bool squares;
} VariationImage;

/* The mistakes that can happen with these images. */
typedef struct VariationMistakes {
    const VariationImage *images;
    const char *whys[MISTAKES + 1];
    int numbers[MISTAKES]; /* by which the formulas know them */
} VariationMistakes;

VariationMistakes variation_loss_mistakes(const VariationImage *images);
VariationMistakes variation_pull_mistakes(const VariationImage *image);

/* Formulas (grade.h) whose context are VariationMistakes: the losses of VARIATION_IMAGES
 * images; and the gradient of one. */
void variation_losses(const void *context, int mistake, real *loss);
void variation_pulls(const void *context, int mistake, real *dx);

/* The right loss of the differences downwards, to the right, or both. */
double variation_loss(const VariationImage *t, bool down, bool right);

/* One of the two pixels of all differences of one direction, and what they add to it. */
typedef struct VariationEnd {
    bool down, second;
    const char *name;
} VariationEnd;

enum { VARIATION_ENDS = 4 };
extern const VariationEnd variation_ends[VARIATION_ENDS];
void variation_pull(const VariationImage *t, const VariationEnd *end, real *dx);

#endif
