/* Exercise 11: the total loss, its gradient, and whether two gradients agree.
 *
 *     J = w_0 J_0 + w_1 J_1 + ...
 *     dJ/dx = w_0 dJ_0/dx + w_1 dJ_1/dx + ...
 *     cos(u, v) = u . v / (|u| |v|)            1: the same way, -1: against each other */
#include "lessons/exercises/exercise.h"

/* J, for `count` losses with their weights. */
double total_loss(int count, const double *loss, const double *weight) {
    BLANK("return the weighted sum of the losses");
}

/* total += dJ/dx, n numbers; the gradient of term t is at gradient[t], n numbers too. */
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total) {
    BLANK("add weight[t] * gradient[t][i] to total[i], for all t and i");
}

/* cos(u, v); 0 when u or v is 0 everywhere, because nothing has no direction. */
double cosine(int n, const real *u, const real *v) {
    BLANK("return u . v divided by the lengths of u and v");
}
