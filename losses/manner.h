/* The manner of a picture: all that painting in any style knows of a painting. At each of
 * MANNER_LAYERS layers of paintnet, with features f of c channels at m positions,
 *
 *     gram   G = f f^T / m       mean   sum of f / m
 *
 * and the same of its colours, with c = 3. All of these are means over positions. So those
 * of several pictures can be mixed, and the mixture is the manner of a picture that has a
 * part of each: several styles, or a style and the photograph itself. Features are changed
 * at one layer, MANNER_PLACE.
 *
 *     MannerNodes nodes;
 *     manner_record(network, tape, images, &nodes, &err);
 *     Manner m = manner_of(&nodes, 0);                                  of image 0
 *     manner_code(&m, code);                                   for nn/decoder.h
 *     manner_palette(&m, palette);
 *     manner_map(&photo, &m, &map);                 features of the photograph to those
 *     manner_light(&photo, pixels, light);                  for nn/decoder.h */
#ifndef LOSSES_MANNER_H
#define LOSSES_MANNER_H

#include "autograd/tape.h"
#include "nn/network.h"

#define MANNER_LAYERS 7
#define MANNER_PLACE "relu3_1"
#define MANNER_CHANNELS 128 /* of MANNER_PLACE */

/* The names of the layers, from fine to coarse, and the number of MANNER_PLACE among them. */
extern const char *const manner_layers[MANNER_LAYERS];
enum { MANNER_AT = 4 };

/* Of n images. */
typedef struct MannerNodes {
    Node *features;            /* at MANNER_PLACE (n,128,h,w) */
    Node *gram[MANNER_LAYERS]; /* (n,1,c,c) */
    Node *mean[MANNER_LAYERS]; /* (n,c,1,1) */
    Node *colour_gram;         /* (n,1,3,3) */
    Node *colour_mean;         /* (n,3,1,1) */
} MannerNodes;

/* Of one image, or of a mixture. */
typedef struct Manner {
    Tensor gram[MANNER_LAYERS]; /* (1,1,c,c) */
    Tensor mean[MANNER_LAYERS]; /* (1,c,1,1) */
    Tensor colour_gram;         /* (1,1,3,3) */
    Tensor colour_mean;         /* (1,3,1,1) */
} Manner;

/* Channels of a layer of MANNER_LAYERS. */
int manner_channels(int layer);

/* Records what a manner needs, of RGB images (n,3,h,w) in [0, 1]. False when they are too
 * small for the deepest layer. The network is paintnet: its layers have channels as
 * manner_channels says. */
bool manner_record(Network *network, Tape *tape, Node *images, MannerNodes *out,
                   Error *err);

/* All nodes that a plan must keep, to be read by manner_of: `out` has MANNER_NODES. */
enum { MANNER_NODES = 3 + 2 * MANNER_LAYERS };
void manner_kept(const MannerNodes *nodes, Node **out);

/* The manner of image i, read in place from the nodes. */
Manner manner_of(const MannerNodes *nodes, int i);

/* A manner with memory of its own; and to = the sum of share[i] from[i]. */
Manner manner_new(Arena *arena);
void manner_mix(Manner to, int count, const Manner *from, const double *share);

/* The code of a manner, 1280 numbers: log(1 + mean) and log(1 + deviation) of each
 * channel of all layers. */
void manner_code(const Manner *manner, real *code);

/* The palette, 12 numbers: for each of red, green and blue a row of the root of the
 * covariance of the colours, and their mean, so that r, g, b = root z + mean have these
 * colours for any z with mean 0 and covariance I. MANNER_GREY is added to the variances,
 * about the rounding of a byte. */
#define MANNER_GREY 1e-5
void manner_palette(const Manner *manner, real *palette);

/* y = map x + shift for the features x of one position. */
typedef struct MannerMap {
    real map[MANNER_CHANNELS * MANNER_CHANNELS], shift[MANNER_CHANNELS];
} MannerMap;

/* The map that moves features with the mean and covariance of `from` to those of `to`,
 * and all of them together as little as possible: the optimal transport of one Gaussian to
 * another (transport.h). MANNER_REST is added to all variances, because directions in
 * which features hardly vary hold noise, and would be enlarged to any size. */
#define MANNER_REST 0.02
void manner_map(const Manner *from, const Manner *to, MannerMap *out);

/* Applies it to all positions: features and out (1,128,h,w), which must not overlap. */
void manner_apply(const MannerMap *map, Tensor features, Tensor out);

/* How light pixels (1,3,f h,f w) of a photograph are, in squares of f x f of them, out
 * (1,1,h,w): with the luminance Y = 0.299 r + 0.587 g + 0.114 b,
 *
 *     l = (mean of Y in the square - mean of Y) / deviation of Y
 *
 * where the latter two are those of all of the photograph, as its manner has them. The
 * deviation is at least MANNER_LIGHT_LEAST: a flat photograph has no light and dark, only
 * noise, which would be enlarged to any size. */
#define MANNER_LIGHT_LEAST 0.02
void manner_light(const Manner *photo, Tensor pixels, Tensor out);

#endif
