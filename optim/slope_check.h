/* Is the gradient that an optimiser follows the gradient of the loss? Asked on the way,
 * along the step d that it has just taken from x:
 *
 *     slope      s = g . d                                  by the gradient at x
 *     quotient   q = (L(x + h d) - L(x - h d)) / (2 h)      by three values of h
 *
 * The two agree to the order h^2 (docs: the numeric gradient check of lesson 02, along
 * one direction). When they do not, the quotients from both sides show why: see
 * SlopeCause.
 *
 *     SlopeCheck *check = slope_check_new(arena, objective);
 *     ... keep x, take a step ...
 *     SlopeResult r = slope_check(check, x_before);
 *     if (r.cause != SLOPE_AGREES) printf("%s\n", slope_advice(r.cause)); */
#ifndef OPTIM_SLOPE_CHECK_H
#define OPTIM_SLOPE_CHECK_H

#include "optim/objective.h"
#include "tensor/arena.h"

/* Why the slope s and the quotient q differ. */
typedef enum SlopeCause {
    SLOPE_AGREES,    /* within SLOPE_TOLERANCE */
    SLOPE_ROUNDING,  /* the loss changes too little along d for the digits of `real` */
    SLOPE_KINK,      /* the slopes before and behind x differ: |x|, ReLU, max pooling */
    SLOPE_CURVATURE, /* they agree nearer to x: the step is long for this loss */
    SLOPE_WRONG,     /* none of these: the gradient is not that of the loss */
} SlopeCause;

/* How far they may differ, as a part of the larger of both. */
#define SLOPE_TOLERANCE 0.02

/* What a check has found. */
typedef struct SlopeResult {
    double slope, quotient; /* s, and the q that is nearest to it */
    double error;           /* |q - s| over the larger of both; 0 when both are 0 */
    SlopeCause cause;       /* why they differ */
} SlopeResult;

/* The memory of a check. */
typedef struct SlopeCheck SlopeCheck;

/* Memory for three vectors. */
SlopeCheck *slope_check_new(Arena *arena, Objective objective);

/* Evaluates the objective seven times between `before` and the present x. Then x and the
 * gradient have their old bits again. */
SlopeResult slope_check(SlopeCheck *check, const real *before);

/* One sentence: what a user can do. */
const char *slope_advice(SlopeCause cause);

#endif
