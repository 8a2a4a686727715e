/* What a recipe leaves open: the usual layers of a network, the usual learning rates. */
#ifndef TRANSFER_RECIPE_USUAL_H
#define TRANSFER_RECIPE_USUAL_H

#include "transfer/recipe.h"

/* Gives empty layer lists the network's own layers: the usual ones, or, when the weights
 * end earlier, the nearest that exist. */
bool recipe_complete(Recipe *recipe, const Network *network, Error *err);

/* Whether every layer of the list gets something of an image of this shape; a layer that the
 * network lacks is reported where it is used. */
bool layers_fit(const LayerList *layers, const Network *network, Shape image);

/* Replaces a rate, temperature or cooling of 0 by what usually works for an image of
 * this shape: Adam moves a number by 1/50 of its range, L-BFGS tries its whole step, and
 * gradient descent, whose step is in units of the loss, has a usual rate for relative
 * losses in RGB only; for all else it fails and asks for one. */
bool recipe_choose_rate(Recipe *recipe, const Network *network, Shape image, Error *err);

#endif
