/* The linear system of one warp, and its solver.
 *
 * At a present flow (u0, v0), with W(p) = I2(p + (u0, v0)) and (a, b) the slopes of W,
 *
 *     E(u, v) = sum of (a u + b v + c)^2 + s sum over neighbours of (u_p - u_q)^2 + ...,
 *     c = W - I1 - a u0 - b v0.
 *
 * Where its gradient vanishes (the Euler-Lagrange equations of the discrete energy),
 *
 *     a (a u + b v + c) = s sum over the neighbours q of (u_q - u)     for each pixel,
 *     b (a u + b v + c) = s sum over the neighbours q of (v_q - v).
 *
 * With the means m, n of the four neighbours, where a neighbour beyond the edge counts as
 * the pixel itself, these two equations have the solution
 *
 *     t = (a m + b n + c) / (4 s + a^2 + b^2),   u = m - a t,   v = n - b t
 *
 * (Horn and Schunck 1981, section 12). A sweep moves every pixel there and a little
 * further, by a factor `relaxation` (successive over-relaxation): first the red squares of
 * a chess board, then the black ones. Squares of one colour are no neighbours, so the
 * order in which they are visited does not matter. */
#ifndef FLOW_SWEEP_H
#define FLOW_SWEEP_H

#include "flow/plane.h"

/* A plane whose red and black squares are apart, so that vectors hold one colour. The
 * square of column j is number j / 2 of its row. */
typedef struct Board {
    real *square[2]; /* red: row + column is even; black */
} Board;

/* A system of h x w pixels; u, v is the solution so far. */
typedef struct System {
    int h, w;
    size_t stride;       /* numbers in a row of a board */
    double smoothness;   /* s */
    Board a, b, c, part; /* part: 1 / (4 s + a^2 + b^2) */
    Board u, v;
} System;

/* A system of zeros. */
System system_alloc(Arena *arena, int h, int w, double smoothness);

/* Where a board keeps pixel (i, j). */
static inline real *system_at(const System *system, Board board, int i, int j) {
    return board.square[(i + j) & 1] + (size_t)i * system->stride + 1 + (size_t)(j >> 1);
}

/* Sets the equation of one pixel. */
static inline void system_set(const System *system, int i, int j, real a, real b,
                              real c) {
    const real four_s = (real)(4 * system->smoothness);
    *system_at(system, system->a, i, j) = a;
    *system_at(system, system->b, i, j) = b;
    *system_at(system, system->c, i, j) = c;
    *system_at(system, system->part, i, j) = 1 / (four_s + a * a + b * b);
}

/* Sweeps over all pixels. */
void system_sweep(const System *system, int sweeps, double relaxation);

/* Copies a plane to a board and back. */
void system_take(const System *system, Board board, Plane from);
void system_give(const System *system, Board board, Plane to);

#endif
