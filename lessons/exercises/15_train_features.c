/* Exercise 15: softmax with cross-entropy, its gradient, and a learning-rate schedule.
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
    BLANK("log of the sum of e^z, minus the z of the label; the mean over pictures");
}

void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz) {
    BLANK("what the softmax says minus what is true, divided by n; added to dz");
}

double cosine_rate(double rate, int step, int steps) {
    BLANK("half a cosine, from rate down to 0");
}
