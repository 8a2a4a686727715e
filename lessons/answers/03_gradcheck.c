/* Answer 03: a gradient checker.
 *
 *     numeric_gradient    g_i = (L(x + h e_i) - L(x - h e_i)) / 2h
 *     relative_error      |a - b| / max(|a|, |b|), and 0 when both are 0
 *
 * where e_i is 1 at place i and 0 elsewhere. loss(context) computes L from the numbers in
 * x: move one of them, call it, and put the number back as it was. */
#include "lessons/exercises/exercise.h"

double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);

double relative_error(double a, double b) {
    const double largest = fmax(fabs(a), fabs(b));
    return largest > 0 ? fabs(a - b) / largest : 0;
}

/* gradient[i] for all i < n; x is afterwards what it was before. */
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient) {
    for (size_t i = 0; i < n; i++) {
        const real before = x[i];
        x[i] = before + (real)h;
        const double up = loss(context);
        x[i] = before - (real)h;
        const double down = loss(context);
        x[i] = before;
        gradient[i] = (real)((up - down) / (2 * h));
    }
}
