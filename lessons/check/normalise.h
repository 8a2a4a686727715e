/* Normalised weights and biases, right and with each mistake, for exercise 06. */
#ifndef LESSONS_CHECK_NORMALISE_H
#define LESSONS_CHECK_NORMALISE_H

#include "tensor/real.h"

typedef struct NormaliseLayer {
    int outputs, inputs, taps;
    const real *before, *mean, *w, *b;
} NormaliseLayer;

/* The mistakes, and the values for slips.h. */
extern const char *const normalise_weight_whys[], *const normalise_weight_values[];
extern const char *const normalise_bias_whys[], *const normalise_bias_values[];

/* Formulas (grade.h) whose context is a NormaliseLayer: w and b afterwards. */
void normalise_weights(const void *context, int mistake, real *w);
void normalise_biases(const void *context, int mistake, real *b);

#endif
