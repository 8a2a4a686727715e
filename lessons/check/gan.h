/* The losses of a GAN and their gradients, right and with each mistake, for exercise 16. */
#ifndef LESSONS_CHECK_GAN_H
#define LESSONS_CHECK_GAN_H

#include <stdbool.h>

#include "tensor/real.h"

enum { GAN_BATCHES = 8 };                             /* whose losses are compared */
enum { GAN_LOSS_D, GAN_LOSS_WRITTEN, GAN_LOSS_USED }; /* losses: L_D, L_G0, L_G */

typedef struct GanBatch {
    int n, loss; /* GAN_LOSS_D ... */
    const real *real_s, *fake_s, *before;
    bool fake; /* the gradient by fake_s, not by real_s */
} GanBatch;

/* The mistakes of a loss, and those of a gradient. */
const char *const *gan_loss_whys(int loss);
extern const char *const gan_back_whys[];

/* The loss of one batch. */
double gan_loss(const GanBatch *t, int mistake);

/* The two terms of L_D: the means of -log D(real) and of -log(1 - D(fake)). */
double gan_real_loss(const GanBatch *t);
double gan_fake_loss(const GanBatch *t);

/* The gradient of picture i, and D of it over n, which is a term of the gradient. */
double gan_pull(const GanBatch *t, int mistake, int i);
double gan_d(const GanBatch *t, int i);

/* Formulas (grade.h) whose context are GAN_BATCHES batches: their losses; and a batch:
 * the gradient. */
void gan_losses(const void *context, int mistake, real *loss);
void gan_pulls(const void *context, int mistake, real *ds);

#endif
