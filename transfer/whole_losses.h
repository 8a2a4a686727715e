/* The losses of an image that the network sees at once: image, network, all losses and
 * their sum are on one tape. */
#ifndef TRANSFER_WHOLE_LOSSES_H
#define TRANSFER_WHOLE_LOSSES_H

#include "transfer/losses.h"

/* The losses at an image (1,3,h,w), RGB in [0, 1], as large as the content of the scene.
 * NULL when a layer is unknown, when its weights are missing, or when an image is too
 * small for it. */
Losses *whole_losses_new(const LossesSetup *setup, Tensor image, Error *err);

#endif
