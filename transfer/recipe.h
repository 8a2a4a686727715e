/* A recipe is everything that decides how a picture is painted, as plain data: network,
 * layers, loss forms, weights, optimiser, start. Published systems differ in nothing
 * else.
 *
 *     Recipe recipe = *recipe_find("gatys");
 *     recipe.steps = 50;
 *
 * Losses are named as in losses/; `total = content_weight content + style_weight style +
 * tv_weight tv`, where content and style are sums over layers with the layers' weights.
 */
#ifndef TRANSFER_RECIPE_H
#define TRANSFER_RECIPE_H

#include <stdint.h>

#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "nn/network.h"

#define LAYERS_MOST 32     /* layers in one list */
#define LAYER_NAME_MOST 48 /* bytes of a layer's name */

typedef struct LayerList {
    int count;
    struct {
        char name[LAYER_NAME_MOST];
        double weight;
    } item[LAYERS_MOST];
} LayerList;

/* Where numbers of a picture live: RGB in [0, 1], or what the network reads. */
typedef enum Space { SPACE_UNIT, SPACE_INPUT } Space;

typedef enum Method { METHOD_GD, METHOD_ADAM, METHOD_LBFGS, METHOD_ANNEAL } Method;

typedef enum Start { START_CONTENT, START_NOISE, START_STYLE, START_FILE } Start;

typedef struct Recipe {
    const char *name;
    const char *source; /* where it comes from, one line */

    const char *net;
    Pooling pool;
    LayerList content_layers,
        style_layers; /* empty: the network's own, network_layers() */
    ContentForm content_form;
    StyleForm style_form;
    TvForm tv_form;
    Space tv_space; /* in which tv measures */
    double content_weight, style_weight, tv_weight;

    Start start;
    uint64_t seed; /* of noise, of annealing */
    int size;      /* longer side of the picture in pixels */
    int tile;      /* side of the tiles it is computed in, pixels, rounded up to
                      whole steps of the network; 0: all at once */
    int steps;

    Method method;
    Space space;     /* in which the optimiser moves the picture */
    double rate;     /* learning rate; 0: the usual one, recipe_choose_rate() */
    double momentum; /* gradient descent */
    int drop_step;   /* from this step on a new optimiser runs at drop_rate; 0: never */
    double drop_rate;
    int history;                  /* pairs that L-BFGS remembers */
    bool line_search;             /* strong Wolfe for L-BFGS */
    double temperature;           /* annealing, at step 0; 0: the usual one */
    double cooling;               /* its factor per step; 0: the usual one */
    double clamp_low, clamp_high; /* limits of the picture in `space`, kept before each */
    int clamp_steps;              /* of the first clamp_steps steps; 0: only when saved;
                                     not with L-BFGS, which must be alone with x */

    bool recompute; /* the same picture in less memory and more time */
} Recipe;

/* All recipes, ended by one without a name. The first is the default. */
extern const Recipe recipes[];

/* The recipe of that name, or NULL. */
const Recipe *recipe_find(const char *name);

/* Reads "conv1_1:0.5,conv2_1" (no weight means 1). */
bool layers_parse(const char *text, LayerList *out, Error *err);

/* The names in the list; they live as long as it does. */
void layers_names(const LayerList *layers, const char *names[LAYERS_MOST]);

/* Gives empty layer lists the network's own layers: the usual ones, or, when the weights
 * end earlier, the nearest that exist. */
bool recipe_complete(Recipe *recipe, const Network *network, Error *err);

/* Replaces a rate, temperature or cooling of 0 by what usually works for a picture of
 * this shape: Adam moves a number by 1/50 of its range, L-BFGS tries its whole step, and
 * gradient descent, whose step is in units of the loss, has a usual rate for relative
 * losses in RGB only; for all else it fails and asks for one. */
bool recipe_choose_rate(Recipe *recipe, const Network *network, Shape picture,
                        Error *err);

/* Names on the command line and back. */
bool method_parse(const char *name, Method *out);
const char *method_name(Method method);

#endif
