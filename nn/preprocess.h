/* How an image becomes the input of a network, and the names of these conventions. */
#ifndef NN_PREPROCESS_H
#define NN_PREPROCESS_H

#include <stdbool.h>

#include "nn/ops.h"

/* The input that the weights were trained with; x is RGB in [0, 1]:
 *     torch      (x - (.485, .456, .406)) / (.229, .224, .225)    torchvision, timm
 *     caffe      255 x - (123.68, 116.779, 103.939), in the order BGR    Gatys, Keras
 *     caffe-rgb  the same in the order RGB                        our own files
 *     none       x                                                vgg19_small16x
 * A network always reads RGB: weights made for BGR get the input channels of their first
 * convolution swapped when they are loaded. */
typedef enum Preprocess {
    PREPROCESS_AUTO,      /* to be inferred from the weights */
    PREPROCESS_TORCH,     /* "torch" */
    PREPROCESS_CAFFE,     /* "caffe" */
    PREPROCESS_CAFFE_RGB, /* "caffe-rgb" */
    PREPROCESS_NONE,      /* "none" */
} Preprocess;

/* auto, torch, caffe, caffe-rgb or none, and the reverse; false for another name. */
const char *preprocess_name(int preprocess);
bool preprocess_parse(const char *name, Preprocess *out);

/* Its means and deviations, for RGB; auto has none. */
Normalize preprocess_normalize(Preprocess preprocess);

/* For RGB in [0, 1]: Oxford's VGG reads 0..255 minus the mean colour of ImageNet,
 * torchvision's networks read mean 0 and deviation 1 over ImageNet. */
extern const Normalize normalize_oxford, normalize_imagenet, normalize_nothing;

/* The convention with these means and deviations, in the order RGB; PREPROCESS_AUTO when
 * there is none. */
Preprocess preprocess_of(const Normalize *normalize);

#endif
