/* The inputs of a run: a photograph, and one or more style images, each with its share of
 * the style loss and optionally a mask.
 *
 *     Scene scene = scene_of(photograph, painting);          one style, everywhere
 *     scene.style[0].mask = sky;                             now only in the sky
 *
 * With the blends b_s the style loss of a layer is sum over s of b_s L_s: a sum of
 * losses, not the loss of a mean painting. */
#ifndef TRANSFER_SCENE_H
#define TRANSFER_SCENE_H

#include "autograd/tape.h"

/* Styles of a scene at most. */
#define STYLES_MOST 8

/* Targets of a style that are computed once for several runs: see targets.h. */
typedef struct StyleTargets StyleTargets;

/* One style image, and where it is wanted. */
typedef struct Style {
    Tensor image; /* (1,3,h',w'), RGB in [0, 1] */
    double blend; /* weight of its loss; in a scene they usually add up to 1 */
    Tensor mask;  /* (1,1,h,w), as large as the content: 1 where the style is wanted, 0
                       where not; without data: everywhere */
    Tensor part;  /* (1,1,h',w'), as large as the style image: 1 where it shows the
                       style; without data: everywhere */
    StyleTargets *kept; /* of this image in this size, for all runs with it; or NULL */
} Style;

/* A photograph and its styles. */
typedef struct Scene {
    Tensor content;           /* (1,3,h,w), RGB in [0, 1] */
    int styles;               /* at least 1 */
    Style style[STYLES_MOST]; /* `styles` of them */
} Scene;

/* One style, everywhere. */
Scene scene_of(Tensor content, Tensor style);

/* The same scene in another size: the content with a longer_side of so many pixels, all
 * styles and masks by the same factor, so that brush strokes keep their size relative to
 * the image. New images are in the arena; those that keep their size are shared. */
Scene scene_resized(Arena *arena, const Scene *scene, int longer_side);

/* Records the style loss of one layer, sum over s of blend_s losses[s]. */
Node *scene_style_loss(const Scene *scene, Node *const *losses);

#endif
