/* expects: missing += */
/* Exercise 11: the total loss, its gradient, and whether two gradients agree.
 *
 *     J = w_0 J_0 + w_1 J_1 + ...
 *     dJ/dx = w_0 dJ_0/dx + w_1 dJ_1/dx + ...
 *     cos(u, v) = u . v / (|u| |v|)            1: the same way, -1: against each other */
#include "lessons/exercises/exercise.h"

/* J, for `count` losses with their weights. */
double total_loss(int count, const double *loss, const double *weight) {
    double sum = 0;
    for (int t = 0; t < count; t++)
        sum += weight[t] * loss[t];
    return sum;
}

/* total += dJ/dx, n numbers; the gradient of term t is at gradient[t], n numbers too. */
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total) {
    for (int i = 0; i < n; i++)
        total[i] = 0;
    for (int t = 0; t < count; t++)
        for (int i = 0; i < n; i++)
            total[i] += (real)weight[t] * gradient[t][i];
}

/* cos(u, v); 0 when u or v is 0 everywhere, because nothing has no direction. */
double cosine(int n, const real *u, const real *v) {
    double uv = 0, uu = 0, vv = 0;
    for (int i = 0; i < n; i++) {
        uv += (double)(u[i] * v[i]);
        uu += (double)(u[i] * u[i]);
        vv += (double)(v[i] * v[i]);
    }
    return uu > 0 && vv > 0 ? uv / sqrt(uu * vv) : 0;
}
