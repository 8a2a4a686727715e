/* Answer 16: the losses of the two players, and their gradients.
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

/* log(1 + e^s), without overflow: -log(1 - D); and -log D for -s. */
static double softplus(double s) {
    return fmax(s, 0) + log1p(exp(-fabs(s)));
}

static double probability(double s) {
    return 1 / (1 + exp(-s));
}

double d_loss(int n, const real *real_s, const real *fake_s) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += softplus(-(double)real_s[i]) + softplus((double)fake_s[i]);
    return sum / n;
}

void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake) {
    for (int i = 0; i < n; i++) {
        d_real[i] += (real)((probability((double)real_s[i]) - 1) / n);
        d_fake[i] += (real)(probability((double)fake_s[i]) / n);
    }
}

double g_loss_written(int n, const real *fake_s) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum -= softplus((double)fake_s[i]);
    return sum / n;
}

void g_loss_written_backward(int n, const real *fake_s, real *d_fake) {
    for (int i = 0; i < n; i++)
        d_fake[i] -= (real)(probability((double)fake_s[i]) / n);
}

double g_loss_used(int n, const real *fake_s) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += softplus(-(double)fake_s[i]);
    return sum / n;
}

void g_loss_used_backward(int n, const real *fake_s, real *d_fake) {
    for (int i = 0; i < n; i++)
        d_fake[i] += (real)((probability((double)fake_s[i]) - 1) / n);
}
