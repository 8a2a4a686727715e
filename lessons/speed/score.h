/* Arithmetic of `make speed-04`: rates, shares of the peak, and points for them. */
#ifndef LESSONS_SPEED_SCORE_H
#define LESSONS_SPEED_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/language.h"

/* One convolution whose time is taken: c channels of h rows and w columns to o channels,
 * filters of k x k, and zeros around the image. */
typedef struct SpeedLayer {
    int c, h, w, o, k;
} SpeedLayer;

enum { SPEED_LAYERS = 2, SPEED_POINTS = 5, SPEED_ROWS = 4 };

extern const SpeedLayer speed_layers[SPEED_LAYERS];

/* The shares of the peak, in percent, for 1, 2, ... points. */
extern const double speed_shares[SPEED_POINTS];

/* Whose time it is, and the least number of seconds of each layer; 0 is no time. */
typedef struct SpeedRow {
    const char *name;
    double seconds[SPEED_LAYERS];
} SpeedRow;

typedef struct SpeedResult {
    int threads;
    const char *vector;        /* the registers of the peak: "avx2" */
    double peak;               /* GFLOP/s, a multiply-add counts as two */
    SpeedRow rows[SPEED_ROWS]; /* the student's first */
    bool right;                /* every y of the student's is right */
    Sentence why;              /* when it is not, or could not be measured */
} SpeedResult;

/* Floating-point operations of the sum as it is written, zeros outside included. */
double speed_flop(const SpeedLayer *layer);

/* GFLOP/s in one layer, and in all of them together; 0 without a time. */
double speed_rate(const SpeedRow *row, int layer);
double speed_total(const SpeedRow *row);

/* Share of the peak, in percent; 0 without a peak. */
double speed_share(double rate, double peak);

/* Points of the student's row: 0 when something is wrong. */
int speed_points(const SpeedResult *result);

#endif
