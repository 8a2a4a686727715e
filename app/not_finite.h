/* A loss that is no number, told so that its reader knows where to look. */
#ifndef APP_NOT_FINITE_H
#define APP_NOT_FINITE_H

#include "transfer/problem.h"

/* Fails when the value of a term ("style"), in a form, at a layer (NULL: of the image)
 * is infinite or not a number, and says which, where and why. */
bool finite_loss(const char *term, const char *form, const char *layer, double value,
                 Error *err);

/* The same for all terms of a recipe, then for their total. */
bool finite_terms(const Recipe *recipe, const Terms *terms, Error *err);

/* What is not finite in a step of a run: "the style loss gram at relu1_1 is infinite"; or
 * the gradient, when every loss is finite, with the layer whose loss is largest. */
void not_finite_say(const Recipe *recipe, const Terms *terms, char *text, size_t room);

#endif
