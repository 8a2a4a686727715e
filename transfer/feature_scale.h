/* The size of features, on which the weights of the losses depend: with features k times
 * as large, content losses become k^2 times and most style losses k^4 times as large, and
 * total variation stays. So a recipe says with `features` what size its weights were
 * chosen for, and a network with features of another size is rescaled. The
 * proportions of its features stay the same.
 *
 *     any         as the weights have them
 *     torch       as if they read deviations of ImageNet, about -2 to 2: torchvision
 *     caffe       as if they read pixels from 0 to 255: Oxford, Gatys, Keras
 *     normalised  every filter's mean activation over the given images is 1: Gatys et
 *                 al. 2016, section 2, with the images of ImageNet
 *
 * torch and caffe differ by 255 times the mean deviation of ImageNet, 57.6, which is what
 * a network whose first layer and biases are multiplied by it makes of its features. What
 * reads something else (vgg19_small16x) is left as it is. */
#ifndef TRANSFER_FEATURE_SCALE_H
#define TRANSFER_FEATURE_SCALE_H

#include "transfer/recipe.h"
#include "transfer/scene.h"

/* Changes the network's weights in place; once, after its layers are chosen. *factor is
 * by how much all features were multiplied, 1 when they stayed or were normalised one by
 * one. Fails when an image is too small for the network. */
bool feature_scale_apply(const Recipe *recipe, Network *network, const Scene *scene,
                         double *factor, Error *err);

#endif
