/* Answer 19: optical flow and the temporal loss.
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
    for (int k = 0; k < h * w; k++) {
        const double row = k / w + (double)v[k];
        const double column = k % w + (double)u[k];
        const Place p = place_of(h, w, row, column);
        const real *up = x + p.up * w;
        const real *down = x + p.down * w;
        const double above = (1 - p.s) * (double)up[p.left] + p.s * (double)up[p.right];
        const double below =
            (1 - p.s) * (double)down[p.left] + p.s * (double)down[p.right];
        y[k] = (real)((1 - p.t) * above + p.t * below);
    }
}

/* du is 0 where the column was moved to the edge (inside_x), dv where the row was. */
void warp_backward(int h, int w, const real *x, const real *u, const real *v,
                   const real *dy, real *dx, real *du, real *dv) {
    for (int k = 0; k < h * w; k++) {
        const double row = k / w + (double)v[k];
        const double column = k % w + (double)u[k];
        const Place p = place_of(h, w, row, column);
        const int a = p.up * w + p.left;
        const int b = p.up * w + p.right;
        const int c = p.down * w + p.left;
        const int d = p.down * w + p.right;
        const double pull = (double)dy[k];
        dx[a] += (real)((1 - p.t) * (1 - p.s) * pull);
        dx[b] += (real)((1 - p.t) * p.s * pull);
        dx[c] += (real)(p.t * (1 - p.s) * pull);
        dx[d] += (real)(p.t * p.s * pull);
        const double right =
            (1 - p.t) * (double)(x[b] - x[a]) + p.t * (double)(x[d] - x[c]);
        const double downwards =
            (1 - p.s) * (double)(x[c] - x[a]) + p.s * (double)(x[d] - x[b]);
        if (p.inside_x) du[k] += (real)(pull * right);
        if (p.inside_y) dv[k] += (real)(pull * downwards);
    }
}

/* The sum of x_q - x over the neighbours q of pixel k. */
static double differences(int h, int w, const real *x, int k) {
    const double here = (double)x[k];
    double sum = 0;
    if (k / w > 0) sum += (double)x[k - w] - here;
    if (k / w < h - 1) sum += (double)x[k + w] - here;
    if (k % w > 0) sum += (double)x[k - 1] - here;
    if (k % w < w - 1) sum += (double)x[k + 1] - here;
    return sum;
}

/* What is left of the equations of Horn and Schunck. The sums are over the neighbours q
 * above, below, left and right, as many as there are:
 *     left_u = a (a u + b v + c) - smoothness * sum of (u_q - u)
 *     left_v = b (a u + b v + c) - smoothness * sum of (v_q - v) */
void euler_lagrange(int h, int w, double smoothness, const real *a, const real *b,
                    const real *c, const real *u, const real *v, real *left_u,
                    real *left_v) {
    for (int k = 0; k < h * w; k++) {
        const double unlike = (double)(a[k] * u[k] + b[k] * v[k] + c[k]);
        const double pull_u = smoothness * differences(h, w, u, k);
        const double pull_v = smoothness * differences(h, w, v, k);
        left_u[k] = (real)((double)a[k] * unlike - pull_u);
        left_v[k] = (real)((double)b[k] * unlike - pull_v);
    }
}

static double square_of_length(double x, double y) {
    return x * x + y * y;
}

/* |slope|^2 of x at pixel (i, j). */
static double steepness(int h, int w, const real *x, int i, int j) {
    const real *row = x + i * w;
    const double left = (double)row[j > 0 ? j - 1 : j];
    const double right = (double)row[j < w - 1 ? j + 1 : j];
    const double up = (double)x[(i > 0 ? i - 1 : i) * w + j];
    const double down = (double)x[(i < h - 1 ? i + 1 : i) * w + j];
    return square_of_length((right - left) / 2, (down - up) / 2);
}

/* 1 where the flow f = (u, v) is trusted, else 0. g = (back_u, back_v) is the flow back,
 * already read where f points. Not trusted is
 *     |f + g|^2 > 0.01 (|f|^2 + |g|^2) + 0.5
 *     |slope of u|^2 + |slope of v|^2 > 0.01 |f|^2 + 0.002
 * and a pixel from which f leads out of the image. A slope is half the difference of the
 * neighbours on both sides, for each axis; beyond the edge there is the pixel itself. */
void trusted(int h, int w, const real *u, const real *v, const real *back_u,
             const real *back_v, real *t) {
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const int k = i * w + j;
            const double f_u = (double)u[k];
            const double f_v = (double)v[k];
            const double g_u = (double)back_u[k];
            const double g_v = (double)back_v[k];
            const double f = square_of_length(f_u, f_v);
            const double g = square_of_length(g_u, g_v);
            const double apart = square_of_length(f_u + g_u, f_v + g_v);
            const double steep = steepness(h, w, u, i, j) + steepness(h, w, v, i, j);
            const int in_columns = j + f_u >= 0 && j + f_u <= w - 1;
            const int in_rows = i + f_v >= 0 && i + f_v <= h - 1;
            const int agrees = apart <= 0.01 * (f + g) + 0.5;
            const int smooth = steep <= 0.01 * f + 0.002;
            t[k] = in_columns && in_rows && agrees && smooth;
        }
}

/* The mean of t (x - b)^2 over channels and positions. x and b have a row of `positions`
 * numbers for each channel; t has one such row, for all channels. */
double temporal_loss(int channels, int positions, const real *t, const real *x,
                     const real *b) {
    double sum = 0;
    for (int e = 0; e < channels * positions; e++) {
        const double away = (double)(x[e] - b[e]);
        sum += (double)t[e % positions] * away * away;
    }
    return sum / (channels * positions);
}

/* dx += the gradient by x. */
void temporal_loss_backward(int channels, int positions, const real *t, const real *x,
                            const real *b, real *dx) {
    for (int e = 0; e < channels * positions; e++) {
        const double away = (double)(x[e] - b[e]);
        const double pull = 2 * (double)t[e % positions] * away;
        dx[e] += (real)(pull / (channels * positions));
    }
}
