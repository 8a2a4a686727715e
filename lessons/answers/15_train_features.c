/* Answer 15: softmax with cross-entropy, its gradient, and a learning-rate schedule.
 *
 * z is (n, classes), label (n); softmax is taken over the classes of one image:
 *
 *     p[i,k] = e^z[i,k] / sum over j of e^z[i,j]       L = mean over i of -log p[i,label]
 *     dz[i,k] += (p[i,k] - (1 if k = label[i], else 0)) / n
 *
 * Take the largest z of an image out of its exponents, so that none overflows. p may be
 * too small for a number, and L is finite all the same. The rate goes along half a cosine
 * from `rate` at step 0 to 0 at the last step, steps - 1:
 *
 *     rate (1 + cos(pi step / (steps - 1))) / 2 */
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
    return rate * (1 + cos(acos(-1) * step / (steps - 1))) / 2;
}
