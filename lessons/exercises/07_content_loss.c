/* Exercise 07: the content loss of document 000 (4.1), and its gradient.
 *
 * f and p are features with N channels and M positions: N M numbers each, those of the
 * generated image and those of the photograph.
 *
 *     J = 1/2 sum_ij (f_ij - p_ij)^2
 *
 * Backward is given dj, the gradient of the total loss with respect to J, and ADDS to df
 * what the chain rule gives for f: there may be something in df already. */
#include "lessons/exercises/exercise.h"

double content_loss(int channels, int positions, const real *f, const real *p);
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df);

/* J. */
double content_loss(int channels, int positions, const real *f, const real *p) {
    BLANK("half the sum of the squared differences");
}

/* df += dj dJ/df */
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df) {
    BLANK("add dj times the derivative of J with respect to f[i] to df[i]");
}
