/* Horn and Schunck's optical flow, formula by formula: lesson 19.
 *
 * With W(p) = I2(p + (u, v)) at the present flow, a and b the slopes of W to the right and
 * down, and c = W - I1 - a u - b v, the energy of a new flow is
 *
 *     E(u, v) = sum over pixels of (a u + b v + c)^2
 *             + s sum over neighbours p, q of (u_p - u_q)^2 + (v_p - v_q)^2. */
#ifndef LESSONS_HORN_SCHUNCK_H
#define LESSONS_HORN_SCHUNCK_H

#include "autograd/node.h"
#include "flow/plane.h"

/* A flow: to the right and down, in pixels. */
typedef struct Field {
    Plane u, v;
} Field;

/* Nothing moves. */
Field field_alloc(Arena *arena, int h, int w);

/* The two channels of (1,2,h,w); shares its numbers. */
Field field_of(Tensor flow);

/* a, b and c of each pixel. */
typedef struct Tangent {
    Plane a, b, c;
} Tangent;

/* Of the grey values I1 and I2 at a flow. A pixel that the flow leads out of the image has
 * a = b = c = 0: it follows its neighbours. */
Tangent tangent_at(Arena *arena, Plane i1, Plane i2, Field flow);

/* Of two images (1,3,h,w) when nothing moves yet. */
Tangent tangent_of_images(Arena *arena, Tensor first, Tensor second);

/* E, recorded: u and v are (1,1,h,w). */
Node *energy_of_flow(const Tangent *tangent, double s, Node *u, Node *v);

/* Its value. */
double energy_at(const Tangent *tangent, double s, Field flow);

/* What is left of the Euler-Lagrange equations, half of the gradient of E:
 *     a (a u + b v + c) - s sum over the neighbours of (u_q - u), and b (...) - s ... */
void equations_left(const Tangent *tangent, double s, Field flow, Field left);

/* Every pixel moves to where its own two equations hold, for its neighbours as they were
 * before the sweep. */
void jacobi_sweep(Arena *arena, const Tangent *tangent, double s, Field flow);

/* The same for its neighbours as they are now, and `omega` times as far: successive
 * over-relaxation. */
void relaxed_sweep(const Tangent *tangent, double s, Field flow, double omega);

/* How the whole flow is searched. */
typedef struct FlowSearch {
    double s;
    int sizes; /* of the image pyramid: each has half the side of the one before */
    int warps; /* in each size */
} FlowSearch;

/* The flow (1,2,h,w) from one image (1,3,h,w) to another: to(p + flow(p)) = from(p). */
Tensor flow_by_hand(Arena *arena, Tensor from, Tensor to, FlowSearch search);

#endif
