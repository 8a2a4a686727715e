/* Style transfer as one number to minimise: the graph from the pixels to the total loss.
 *
 *     pixels -> normalize -> network -> content loss of some layers  \
 *                                    -> style loss of some layers     > weighted sum
 *     pixels ---------------------------------------------> tv loss  /
 *
 * The targets (content features, style Gram matrices) are computed once, on tapes that
 * are freed again; the weights are constants. Only the pixels are a variable.
 *
 *     problem_forward(&problem);                    after the pixels have changed
 *     problem_backward(&problem);                   problem.variable->grad
 *     double loss = problem_terms(&problem).total;
 *
 * That is the graph of whole_losses.h. With recipe->run.tile the network runs in tiles:
 * tile_losses.h. */
#ifndef TRANSFER_PROBLEM_H
#define TRANSFER_PROBLEM_H

#include "transfer/losses.h"

/* Every term of the loss at one image, with layer weights but without the weights of
 * the terms; only `total` carries those. */
typedef struct Terms {
    double total, content, style, tv; /* each without the weight of its term but total */
    double temporal;                  /* likewise; 0 where there is no frame before */
    /* In the order of the recipe's lists. */
    double content_layer[LAYERS_MOST], style_layer[LAYERS_MOST];
} Terms;

/* An image, the losses on it and where they come from. */
typedef struct Problem {
    const Recipe *recipe; /* the settings, read in place */
    Network *network;     /* whose features are compared */
    Losses *losses;       /* on the image */
    Node
        *variable; /* losses->image, which the optimiser moves: in recipe->pixels.space */
} Problem;

/* Records the graph for one image size.
 *   content (1,3,h,w), style (1,3,h',w'), image (1,3,h,w): RGB in [0, 1]
 * The variable starts at the image. Everything lives in the arena but the tapes, which
 * problem_free frees. Fails when a layer is unknown, when its weights are missing, or
 * when an image is too small for it. */
bool problem_init(Problem *problem, Arena *arena, const Recipe *recipe, Network *network,
                  Tensor content, Tensor style, Tensor image, Error *err);

/* The same for a scene of several styles. Fails as well when it has masks and the style
 * form is w2 or w2-ck. */
bool problem_init_scene(Problem *problem, Arena *arena, const Recipe *recipe,
                        Network *network, const Scene *scene, Tensor image, Error *err);

/* Whether problem_again can follow: not in tiles, nor with masks. */
bool problem_lasts(const Recipe *recipe, const Scene *scene);

/* The same problem for another photograph of the same size in a scene with the same styles
 * and, if there is one, with another frame before: network, styles, weights and tape stay.
 * The recipe differs in its learning rate at most. What is
 * needed meanwhile is in the arena. */
bool problem_again(Problem *problem, Arena *arena, const Recipe *recipe,
                   const Scene *scene, Tensor image, Error *err);

/* The same without computing anything: for problem_bytes and problem_free only. */
bool problem_sketch(Problem *problem, Arena *arena, const Recipe *recipe,
                    Network *network, const Scene *scene, Error *err);

/* Bytes of the tapes of a problem, or what they would be of a sketch. */
size_t problem_bytes(const Problem *problem);
void problem_free(Problem *problem);

/* Computes all losses at the present pixels; problem_init has done so once. */
void problem_forward(Problem *problem);

/* Then the gradient, d total / d variable, in variable->grad. */
void problem_backward(Problem *problem);

/* The terms at the values of the last forward pass, added in double. */
Terms problem_terms(const Problem *problem);

/* The image now, as RGB in [0, 1] (not clamped), copied into the arena. */
Tensor problem_image(const Problem *problem, Arena *arena);

#endif
