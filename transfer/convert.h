/* Weights of one published system in the units of another. Systems mean different numbers
 * by the same losses (losses/forms.h), so "content 5, style 100" of neural-style cannot
 * be used with Gatys' formulas. A loss is u D, where D is what both measure and u is the
 * unit. Another system has u' D, and the weight with the same gradient is
 *
 *     w' = w u / u'
 *
 * for each layer on its own, because units depend on the layer's channels and positions.
 *
 *     Conversion c;
 *     if (!convert_recipe(&ns, &gatys, network, image, &c, &err)) ...
 *     c.recipe.style_layers.item[0].weight          of that layer, in Gatys' units
 *
 * The total of c.recipe is c.factor times that of `ns` at every image of this size, and
 * so is its gradient. */
#ifndef TRANSFER_CONVERT_H
#define TRANSFER_CONVERT_H

#include "transfer/recipe.h"

typedef struct Conversion {
    Recipe recipe; /* `to`, with the layers of `from` and converted weights */
    double factor; /* total of recipe / total of from: so large that the content weight
                      is the one that `to` is published with */
    bool tv_kept;  /* tv has no counterpart in `to`: form and space are those of `from` */
} Conversion;

/* Converts the weights of `from`, whose layers the network must have, for an image of
 * this shape. Fails when a form of one side is no multiple of the other's (relative, w2,
 * w2-ck), or when a layer is unknown. */
bool convert_recipe(const Recipe *from, const Recipe *to, const Network *network,
                    Shape image, Conversion *out, Error *err);

#endif
