/* Helpers of the entries, for the files of errata/: features and images with given or
 * random values, losses by name, and sizes of layers of VGG-19. */
#ifndef ERRATA_SHOW_H
#define ERRATA_SHOW_H

#include <math.h>

#include "autograd/ops.h"
#include "errata/errata.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "nn/network.h"

/* Features of the size that most entries use: N = 5 channels, M = 4 x 6 positions. */
#define SHOW_N 5
#define SHOW_M 24
#define SHOW_FEATURES ((Shape){1, SHOW_N, 4, 6})

/* A variable with these elements, row by row. */
Node *show_given(Tape *tape, Shape shape, const double *numbers);

/* A variable whose elements all have this value. */
Node *show_flat(Tape *tape, Shape shape, double value);

/* The losses of random features (1, N, 4, 6) against other random features, in two forms
 * of the same loss. The image has 8 x 12 pixels. */
ErrataNumbers show_contents(Tape *tape, ContentForm said, ContentForm right);
ErrataNumbers show_styles(Tape *tape, StyleForm said, StyleForm right);

/* The largest |gradient| of a variable after a backward pass from the loss. */
double show_largest_gradient(Tape *tape, Node *loss, const Node *variable);

/* Two forms of total variation of a ramp, an image of 2 rows and 4 columns that rises by
 * `slope` from column to column: their values, and their gradients at the upper right
 * pixel. */
ErrataNumbers show_variations(Tape *tape, TvForm said, TvForm right, double slope);
ErrataNumbers show_tv_gradients(Tape *tape, TvForm said, TvForm right, double slope);

/* A layer of VGG-19: the side of its receptive field in pixels, and the shape of its
 * output for a square image. */
int show_field(const char *layer);
Shape show_shape(const char *layer, int side);

#endif
