/* expects: measured against b alone */
#include "lessons/exercises/exercise.h"

double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);

double relative_error(double a, double b) {
    const double largest = fabs(b);
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
