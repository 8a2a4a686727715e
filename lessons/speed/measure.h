/* Measures a student's convolution beside the library's and the machine's peak.
 *
 * Everything runs in processes of its own, in turns, so that a crash or an endless loop
 * of the student's ends nothing else, and other programs of the machine disturb all
 * alike. In each turn the convolution is called twice, with other numbers each time. The
 * second call is the one that is timed, and its y is the one that is compared with the
 * formula. Each rate is the best of several turns, because whatever else runs on the
 * machine can only take away. For the same reason a long call on one thread is measured by
 * the processor's time. */
#ifndef LESSONS_SPEED_MEASURE_H
#define LESSONS_SPEED_MEASURE_H

#include "lessons/check/types.h"
#include "lessons/speed/score.h"

typedef void SpeedConv(const Sizes *d, const real *x, const real *weight,
                       const real *bias, real *y);

/* First compares `conv` with the formula on small images, then measures. `result` says
 * whether it is right, and why not. */
void measure_conv2d(SpeedConv *conv, int threads, SpeedResult *result);

#endif
