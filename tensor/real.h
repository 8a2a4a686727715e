/* The one floating-point type of the library.
 *
 * Programs compute in float; gradient checks need double, because a difference of two
 * nearly equal losses loses half of its digits. Both builds come from the same source:
 * -DREAL_DOUBLE turns `real` into double. Include <tgmath.h> beside this header and
 * sqrt, exp, ... pick the right width. Files always hold float32. */
#ifndef TENSOR_REAL_H
#define TENSOR_REAL_H

#include <float.h>

#ifdef REAL_DOUBLE
typedef double real;
#define REAL_NAME "double"
#define REAL_EPSILON DBL_EPSILON
#define REAL_MAX DBL_MAX
#else
typedef float real;
#define REAL_NAME "float"
#define REAL_EPSILON FLT_EPSILON
#define REAL_MAX FLT_MAX
#endif

#endif
