/* How far to go along a direction: a line search with the strong Wolfe conditions.
 *
 * Along a line the loss is a function of one number, phi(t) = L(x + t d), with the slope
 * phi'(t) = g(x + t d) . d, and the search sees nothing else. It looks for a t where
 *
 *     phi(t)    <=  phi(0) + c1 t phi'(0)      low enough for the way walked (Armijo)
 *     |phi'(t)| <= -c2 phi'(0)                 and flat: not steep in either direction
 *
 * with c1 = 1e-4 and c2 = 0.9, as PyTorch and minFunc take them. The second condition
 * makes y . s > 0, which is what L-BFGS needs to learn from the step. */
#ifndef OPTIM_WOLFE_H
#define OPTIM_WOLFE_H

typedef struct LinePoint {
    double t;     /* step length */
    double loss;  /* phi(t) */
    double slope; /* phi'(t) */
} LinePoint;

typedef struct Line {
    LinePoint (*at)(void *context, double t); /* evaluates phi */
    void *context;
    LinePoint start;     /* t = 0, loss finite, slope < 0 */
    double resolution;   /* brackets shorter than this are not refined */
    int max_evaluations; /* at least 1 */
} Line;

/* Searches from the first trial t > 0 and returns the point it accepts: one that
 * satisfies both conditions, or else the lowest point of the last bracket, which may be
 * the start itself. Adds the number of evaluations to *evaluations. A trial without a
 * finite loss and slope counts as infinitely high. */
LinePoint wolfe_search(const Line *line, double t, int *evaluations);

/* Where the cubic through two points with their slopes has its minimum, held to [from,
 * to]; the middle of [from, to] when the cubic has none. */
double wolfe_cubic_minimum(LinePoint a, LinePoint b, double from, double to);

#endif
