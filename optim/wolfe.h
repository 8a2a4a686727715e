/* A line search with the strong Wolfe conditions (Nocedal and Wright, 2006, chapter 3).
 *
 * Along a line the loss is a function of one number, phi(t) = L(x + t d), with the slope
 * phi'(t) = g(x + t d) . d. The search evaluates only these two. It finds a t where
 *
 *     phi(t)    <=  phi(0) + c1 t phi'(0)      the loss has fallen enough (Armijo)
 *     |phi'(t)| <= -c2 phi'(0)                 the slope has become flat enough
 *
 * with c1 = 1e-4 and c2 = 0.9, as in PyTorch and minFunc. The second condition
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
