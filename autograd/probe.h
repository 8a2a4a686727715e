/* The measurements of the gradient checker: it moves one element of a variable up and
 * down, replays the tape, and reports the loss and whether an op switched to another
 * smooth piece. gradcheck.h has the formulas and the terms.
 *
 *     Probe *probe = probe_new(tape, y, 1e-5);
 *     Sample *samples;
 *     size_t count = probe_measure(probe, x, 0, &samples);
 *     probe_free(probe); */
#ifndef AUTOGRAD_PROBE_H
#define AUTOGRAD_PROBE_H

#include "autograd/tape.h"

typedef struct Probe Probe;

/* The result at one element. */
typedef struct Sample {
    size_t index;
    double analytic, numeric;
    double error;     /* 0 unless `compared` */
    const Node *kink; /* the first op that switched, or NULL */
    bool compared;    /* no kink, and both numbers are finite */
} Sample;

/* Runs the tape forward, and backward from y with the random seed r. */
Probe *probe_new(Tape *tape, Node *y, double step);

/* Frees the probe and its samples. */
void probe_free(Probe *probe);

/* Measures x at no more than `most` elements spread evenly over it (0: all). Returns how
 * many, 0 when x does not lead to y. Restores every element and replays the tape. */
size_t probe_measure(Probe *probe, Node *x, size_t most, Sample **samples);

/* The largest numeric gradient that may be only a rounding error of the loss. */
double probe_noise(const Probe *probe);

#endif
