/* The layers of a convolutional network: one file each, one line each in ops.def.
 *
 *     Node *y = ag_relu(ag_conv2d(x, w, b, (Conv2d){.pad = 1}));
 *     y = ag_max_pool(y, (Pool2d){.kernel = 2});
 *
 * Shapes in -> out, for x (n, c, h, w):
 *
 *     conv2d      weight (o, c / groups, kh, kw), bias (1, o, 1, 1) or NULL
 *                 -> (n, o, oh, ow), oh = (h + 2 pad - reach) / stride + 1 rounded down,
 *                 reach = (kh - 1) dilation + 1, ow likewise
 *     conv2d_relu relu(conv2d): the same bits, with one pass over memory fewer
 *     linear      weight (1, 1, o, k) with k = c h w, bias (1, o, 1, 1) or NULL
 *                 -> (n, o, 1, 1)
 *     max_pool,   -> (n, c, oh, ow), oh = (h + 2 pad - kernel) / stride + 1 rounded down,
 *     avg_pool       or up with ceil_mode
 *     upsample, upsample_bilinear             -> (n, c, h factor, w factor)
 *     upsample_conv2d
 *                 weight (o, c, 3, 3), bias (1, o, 1, 1) or NULL -> (n, o, 2 h, 2 w):
 *                 conv2d with pad 1, mirrored, of upsample by 2, without that image
 *     scale_shift, instance_norm, instance_norm_relu
 *                 scale and shift, both (1, c, 1, 1) or (n, c, 1, 1), shift may be NULL
 *                 -> the shape of x
 *     warp        flow (n, 2, h, w)           -> the shape of x
 *     relu, leaky_relu, normalize (c = 3)     -> the shape of x
 *
 * Every op stops with both shapes in its message when they do not fit. */
#ifndef NN_OPS_H
#define NN_OPS_H

#include "autograd/node.h"
#include "autograd/op_table.h"

/* The padding of the image, with pad 2:
 *     PAD_ZERO       0 0 [1 2 3 4] 0 0
 *     PAD_REFLECT    3 2 [1 2 3 4] 3 2     needs pad < h and pad < w
 *     PAD_REPLICATE  1 1 [1 2 3 4] 4 4
 * Zeros leave a frame in generated images, the others do not. */
typedef enum PadMode { PAD_ZERO, PAD_REFLECT, PAD_REPLICATE } PadMode;

/* Zeros: stride 1, no padding, one group, no dilation. */
typedef struct Conv2d {
    int stride;   /* pixels between windows; 0 means 1 */
    int pad;      /* pixels added on each of the four sides */
    PadMode mode; /* what is added */
    int groups;   /* 0 means 1; else c and o are cut into as many groups of channels, and
                     outputs of group g read inputs of group g only; c: depthwise */
    int dilation; /* pixels between neighbours of a window; 0 means 1 */
} Conv2d;

/* y = x for x > 0, else slope x */
typedef struct LeakyRelu {
    double slope; /* y = slope x for x <= 0 */
} LeakyRelu;

/* Windows of kernel x kernel. Padding is ignored by maxima and means
 * (PyTorch: count_include_pad=False). */
typedef struct Pool2d {
    int kernel; /* 1 to 16 */
    int stride; /* 0 means kernel */
    int pad;    /* at most kernel / 2 */
    /* Keeps a last window that reaches beyond the right or bottom edge, if it begins
     * inside the image or its left or top padding. */
    bool ceil_mode;
} Pool2d;

/* y has `factor` times as many rows and columns as x. */
typedef struct Upsample {
    int factor; /* how many times as high and as wide */
} Upsample;

/* y = scale (x - mean) / sqrt(variance + epsilon) + shift, for each channel of each
 * image. */
typedef struct InstanceNorm {
    double epsilon; /* added to the variance, above 0; PyTorch: 1e-5 */
} InstanceNorm;

/* The mean and deviation, per colour, by which a network's input is normalised. */
typedef struct Normalize {
    double mean[3], deviation[3]; /* in the unit of x; no deviation may be 0 */
} Normalize;

#define OPS_FILE "nn/ops.def"
#include "autograd/op_declare.inc"
#undef OPS_FILE

/* All of these ops. */
extern const OpTable nn_ops;

#endif
