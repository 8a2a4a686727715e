/* expects: a straight line */
#include "lessons/exercises/exercise.h"

double cross_entropy(int n, int classes, const real *z, const int *label);
void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz);
double cosine_rate(double rate, int step, int steps);

double cross_entropy(int n, int classes, const real *z, const int *label) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double largest = (double)z[i * classes];
        for (int k = 1; k < classes; k++)
            largest = fmax(largest, (double)z[i * classes + k]);
        double all = exp((double)z[i * classes] - largest);
        for (int k = 1; k < classes; k++)
            all += exp((double)z[i * classes + k] - largest);
        sum += log(all) + largest - (double)z[i * classes + label[i]];
    }
    return sum / n;
}

void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz) {
    for (int i = 0; i < n; i++) {
        double largest = (double)z[i * classes];
        for (int k = 1; k < classes; k++)
            largest = fmax(largest, (double)z[i * classes + k]);
        double all = exp((double)z[i * classes] - largest);
        for (int k = 1; k < classes; k++)
            all += exp((double)z[i * classes + k] - largest);
        for (int k = 0; k < classes; k++) {
            const double p = exp((double)z[i * classes + k] - largest) / all;
            dz[i * classes + k] += (real)((p - (k == label[i] ? 1 : 0)) / n);
        }
    }
}

double cosine_rate(double rate, int step, int steps) {
    return rate * (1 - (double)step / (steps - 1));
}
