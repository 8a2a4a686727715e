/* A tape for a page that shows how differentiation works: see page/tape.js. A module of its own,
 * in double, because in float the difference quotients of a gradient check are mostly rounding.
 * One tape at a time; a node is its id.
 *
 *     graph_new();
 *     a = graph_leaf(1, 1, 1, 1, &two, true); b = graph_leaf(1, 1, 1, 1, &three, true);
 *     y = graph_op("mul", a, b, 0, 0);
 *     graph_backward(y, 0);                        *graph_gradient(a) is 3
 *
 * What does not fit together is a CHECK, which the page catches as it does memory that ends
 * (play.h): the text says which shapes met. */
#ifndef WEB_GRAPH_H
#define WEB_GRAPH_H

#include <stdbool.h>

#include "tensor/real.h"

/* A new tape; the old one is freed. */
void graph_new(void);

/* A leaf of this shape with a copy of the numbers: a variable, or a constant. */
int graph_leaf(int n, int c, int h, int w, const double *numbers, bool variable);

/* Records an op by its name. `b` is -1 for ops of one input; p and q are the op's numbers, in the
 * order of the table in graph.c. -1: there is no op of that name. */
int graph_op(const char *name, int a, int b, double p, double q);

/* `node` repeated to the shape of `like`, or itself when it has this shape already. */
int graph_spread(int node, int like);

/* Sets a number of a leaf. */
void graph_set(int leaf, int index, double value);

/* Computes all values; then all gradients of `loss`, or those after the steps back from `loss`
 * to the node `until` alone: what nodes before it have got by then. */
void graph_forward(void);
void graph_backward(int loss, int until);

/* Four sides; the numbers; the gradient, or NULL; the op's formulas. */
const int *graph_shape(int node);
const real *graph_value(int node);
const real *graph_gradient(int node);
const char *graph_math(int node);
const char *graph_derivative(int node);

/* (loss(x + h) - loss(x - h)) / 2h for one number x of a leaf. All is as before afterwards. */
double graph_quotient(int loss, int leaf, int index, double h);

/* The errors of the gradient of `loss` at each of `count` steps h: the median and the worst of all
 * numbers of all variables, as autograd/gradcheck.h defines them; 2 count numbers. */
void graph_curve(int loss, int count, const double *steps, double *errors);

#endif
