/* Exercise 16: the losses of the two players, and their gradients.
 *
 * s is what the discriminator says, before the sigmoid: D = 1 / (1 + e^-s). real_s (n) is
 * for real images, fake_s (n) for generated ones.
 *
 *     L_D  = mean of -log D(real) + mean of -log(1 - D(fake))       = -V
 *     L_G0 = mean of log(1 - D(fake))       as document 004 writes it
 *     L_G  = mean of -log D(fake)           as it is used
 *
 * s may be 1000 or -1000: no loss overflows, and no gradient. Backward ADDS the
 * gradients with respect to s. */
#include "lessons/exercises/exercise.h"

double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);

double d_loss(int n, const real *real_s, const real *fake_s) {
    BLANK("both means; -log D is log(1 + e^-s), which must not overflow");
}

void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake) {
    BLANK("the gradient of each mean with respect to its own s; added");
}

double g_loss_written(int n, const real *fake_s) {
    BLANK("the mean of log(1 - D)");
}

void g_loss_written_backward(int n, const real *fake_s, real *d_fake) {
    BLANK("its gradient, which vanishes where D is small");
}

double g_loss_used(int n, const real *fake_s) {
    BLANK("the mean of -log D");
}

void g_loss_used_backward(int n, const real *fake_s, real *d_fake) {
    BLANK("its gradient, which does not");
}
