/* Helpers of the entries: features and pictures with given or random numbers, losses by
 * name, and questions about VGG-19. For the files of errata/. */
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

/* A variable with these numbers, row by row. */
Node *show_given(Tape *tape, Shape shape, const double *numbers);

/* A variable that is the same number everywhere. */
Node *show_flat(Tape *tape, Shape shape, double value);

/* Random features (1, N, 4, 6) against others in two forms of the same loss; the picture
 * is 8 x 12. */
ErrataNumbers show_contents(Tape *tape, ContentForm said, ContentForm right);
ErrataNumbers show_styles(Tape *tape, StyleForm said, StyleForm right);

/* Largest |gradient| of a variable after a backward pass from the loss. */
double show_pull(Tape *tape, Node *loss, const Node *variable);

/* A picture of two rows that rises by `slope` from column to column, 4 of them: what two
 * forms of total variation are, and their gradients at its upper right pixel. */
ErrataNumbers show_variations(Tape *tape, TvForm said, TvForm right, double slope);
ErrataNumbers show_tv_pulls(Tape *tape, TvForm said, TvForm right, double slope);

/* A layer of VGG-19: the side of its receptive field, pixels; and the shape of its output
 * for a square picture. */
int show_field(const char *layer);
Shape show_shape(const char *layer, int side);

#endif
