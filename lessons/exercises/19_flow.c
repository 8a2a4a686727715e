/* Exercise 19: optical flow and the temporal loss.
 *
 * All images are grey and have h rows and w columns; pixel (i, j) is x[i * w + j]. A flow
 * is u to the right and v down, in pixels. Where it points, an image is read between four
 * pixels: place_of(h, w, i + v, j + u) of place.h says which. With a, b those at the left
 * and the right in row `up`, and c, d those in row `down`,
 *
 *     y = (1 - t) ((1 - s) a + s b) + t ((1 - s) c + s d)
 *
 * Backward ADDS to dx, du and dv. */
#include "lessons/exercises/exercise.h"
#include "lessons/exercises/place.h"

/* y: x, read where the flow of each pixel points. */
void warp(int h, int w, const real *x, const real *u, const real *v, real *y) {
    BLANK("y of every pixel, from four pixels of x");
}

/* du is 0 where the column was moved to the edge (inside_x), dv where the row was. */
void warp_backward(int h, int w, const real *x, const real *u, const real *v,
                   const real *dy, real *dx, real *du, real *dv) {
    BLANK("each of the four pixels gets its part of dy; u and v get dy times a slope");
}

/* What is left of the equations of Horn and Schunck. The sums are over the neighbours q
 * above, below, left and right, as many as there are:
 *     left_u = a (a u + b v + c) - smoothness * sum of (u_q - u)
 *     left_v = b (a u + b v + c) - smoothness * sum of (v_q - v) */
void euler_lagrange(int h, int w, double smoothness, const real *a, const real *b,
                    const real *c, const real *u, const real *v, real *left_u,
                    real *left_v) {
    BLANK("half of the gradient of E, for every pixel");
}

/* 1 where the flow f = (u, v) is trusted, else 0. g = (back_u, back_v) is the flow back,
 * already read where f points. Not trusted is
 *     |f + g|^2 > 0.01 (|f|^2 + |g|^2) + 0.5
 *     |slope of u|^2 + |slope of v|^2 > 0.01 |f|^2 + 0.002
 * and a pixel from which f leads out of the image. A slope is half the difference of the
 * neighbours on both sides, for each axis; beyond the edge there is the pixel itself. */
void trusted(int h, int w, const real *u, const real *v, const real *back_u,
             const real *back_v, real *t) {
    BLANK("1 or 0 for every pixel");
}

/* The mean of t (x - b)^2 over channels and positions. x and b have a row of `positions`
 * numbers for each channel; t has one such row, for all channels. */
double temporal_loss(int channels, int positions, const real *t, const real *x,
                     const real *b) {
    BLANK("the mean over channels times positions");
}

/* dx += the gradient by x. */
void temporal_loss_backward(int channels, int positions, const real *t, const real *x,
                            const real *b, real *dx) {
    BLANK("the derivative of one square, divided by what the mean divides by");
}
