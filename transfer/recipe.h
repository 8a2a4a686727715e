/* A recipe is the complete set of settings of a run: network, layers, loss forms,
 * weights, optimiser, start. Published systems differ in these settings only. Recipes
 * are files, see recipe_file.h.
 *
 *     Recipe recipe;
 *     if (!recipe_read("gatys", &recipe, &err)) ...
 *     recipe.run.steps = 50;
 *
 * Losses are named as in losses/; `total = content.weight content + style.weight style +
 * tv.weight tv`, where content and style are sums over layers with the layers' weights.
 */
#ifndef TRANSFER_RECIPE_H
#define TRANSFER_RECIPE_H

#include <stdint.h>

#include "autograd/plan_types.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "nn/network.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

/* Layers in one list at most; bytes of a layer's name, of a recipe's name and source. */
#define LAYERS_MOST 32
#define LAYER_NAME_MOST 48
#define RECIPE_NAME_MOST 48
#define RECIPE_SOURCE_MOST 160

/* Layers of a network, each with the weight of its loss. */
typedef struct LayerList {
    int count; /* layers */
    /* `count` of them. */
    struct {
        char name[LAYER_NAME_MOST]; /* as network_layer_find knows it */
        double weight;              /* of its loss */
    } item[LAYERS_MOST];
} LayerList;

/* The range of an image's numbers: RGB in [0, 1] (SPACE_UNIT), the network's input
 * (SPACE_INPUT), or the recipe's own pixels (SPACE_PIXELS). */
typedef enum Space { SPACE_UNIT, SPACE_INPUT, SPACE_PIXELS } Space;

/* The recipe's own pixels: (scale x - mean) / deviation for x, RGB in [0, 1]. */
typedef struct OwnPixels {
    double scale, mean[3], deviation[3]; /* mean and deviation of red, green and blue */
} OwnPixels;

/* What the network reads: what its weights were made for (INPUT_WEIGHTS), or the recipe's
 * own pixels, whatever the weights (INPUT_PIXELS). */
typedef enum Input { INPUT_WEIGHTS, INPUT_PIXELS } Input;

/* The size of features for which the losses' weights were chosen, see feature_scale.h. */
typedef enum Features {
    FEATURES_ANY,       /* as the weights have them */
    FEATURES_TORCH,     /* as if they read about -2 to 2: torchvision */
    FEATURES_CAFFE,     /* as if they read 0 to 255: Oxford, Gatys, Keras */
    FEATURES_NORMALISED /* every filter has the mean activation 1 */
} Features;

/* Which optimiser: METHOD_GD, METHOD_ADAM, METHOD_LBFGS or METHOD_ANNEAL. */
typedef enum Method { METHOD_GD, METHOD_ADAM, METHOD_LBFGS, METHOD_ANNEAL } Method;

/* The first image: the photograph (START_CONTENT), START_NOISE, the first painting
 * (START_STYLE), or an image of the caller: the photograph painted in one pass
 * (START_STYLIZED, app/stylized.h) or another one (START_FILE). */
typedef enum Start {
    START_CONTENT,
    START_NOISE,
    START_STYLE,
    START_STYLIZED,
    START_FILE
} Start;

/* The noise of a first image, in the numbers of the recipe's space: NOISE_UNIFORM and
 * NOISE_NORMAL; NOISE_UNIT is uniform RGB in [0, 1], whatever the space. */
typedef enum NoiseKind { NOISE_UNIT, NOISE_UNIFORM, NOISE_NORMAL } NoiseKind;

/* The noise of a first image. */
typedef struct Noise {
    NoiseKind kind;   /* unit: uniform RGB in [0, 1], whatever the space */
    double low, high; /* uniform: from low to high */
    double deviation; /* normal, of mean 0 */
    double share;     /* of the noise; the rest is the photograph. 1: noise alone */
} Noise;

/* How features are stored that only the backward pass still reads: as they are computed
 * (STORE_FULL), or in 16 bits (STORE_HALF), see autograd/tape_plan.h. */
typedef enum Store { STORE_FULL, STORE_HALF } Store;

/* Which side of the image has `size` pixels: SIDE_LONGER, SIDE_SHORTER, SIDE_HEIGHT or
 * SIDE_WIDTH. */
typedef enum SizeOf { SIDE_LONGER, SIDE_SHORTER, SIDE_HEIGHT, SIDE_WIDTH } SizeOf;

/* An interval; both 0: none. */
typedef struct Limits {
    double low, high; /* of every number of an image */
} Limits;

/* When pixels are clamped to their limits: before a step (CLAMP_BEFORE) or after it
 * (CLAMP_AFTER). */
typedef enum ClampWhen { CLAMP_BEFORE, CLAMP_AFTER } ClampWhen;

/* Sides of an image, pixels: fewer hold nothing to paint. */
#define MIN_IMAGE_SIDE 16
#define MAX_IMAGE_SIDE 16384

/* Stages of one recipe at most. */
#define STAGES_MOST 12

/* Steps for which a loss must stay where it is: see run.until. */
#define UNTIL_WINDOW 10

/* A run in several sizes, each from the result of the one before. */
typedef struct Stages {
    int count;    /* 0: one run, of run.steps at size.pixels */
    int left_out; /* smaller stages without enough pixels or steps */
    /* `count` of them. */
    struct {
        int size, steps; /* pixels of the side that size.of names; steps */
    } item[STAGES_MOST];
} Stages;

/* All settings of one painting. */
typedef struct Recipe {
    char name[RECIPE_NAME_MOST];     /* of its file, without the suffix */
    char source[RECIPE_SOURCE_MOST]; /* where it comes from, one line */

    /* The network that compares images. */
    struct {
        const char *name; /* as network_new knows it */
        Pooling pool;     /* what poolings compute */
        Padding pad;      /* how convolutions continue beyond the edge */
        Input input;
        Features features;
    } net;

    /* The content loss. Without layers: the network's own, recipe_complete(). */
    struct {
        LayerList layers; /* that are compared */
        ContentForm form; /* the formula */
        double weight;    /* of the sum of all layers */
    } content;
    /* The style loss; layers likewise. */
    struct {
        LayerList layers; /* that are compared */
        StyleForm form;   /* the formula */
        double weight;    /* of the sum of all layers */
    } style;
    /* The total variation loss. */
    struct {
        TvForm form;   /* the formula */
        Space space;   /* in which it measures */
        double weight; /* of the term */
    } tv;

    /* The numbers of the image while it is painted. */
    struct {
        OwnPixels own;        /* of SPACE_PIXELS and INPUT_PIXELS */
        Space space;          /* in which the optimiser moves the image */
        Limits clamp;         /* in `space`; none: clamped only when saved */
        ClampWhen clamp_when; /* before or after a step */
        int clamp_steps;      /* in the first clamp_steps steps only; 0: in all */
    } pixels;

    /* The first image. */
    struct {
        Start from;  /* the first image */
        Noise noise; /* of START_NOISE */
    } start;
    uint64_t seed; /* of noise and of annealing */

    /* How large the image is painted. */
    struct {
        int pixels;         /* on the side `of` */
        SizeOf of;          /* which side */
        double style_scale; /* the same side of the style images, as a part of `pixels` */
        int pyramid; /* without stages: this many, or as many as fit (pyramid.h); 0: none */
        Stages stages;
    } size;

    /* How long, and in how much memory. */
    struct {
        int steps;             /* of the optimiser */
        int evaluations;       /* of loss and gradient: the run's limit; 0: none */
        double tolerance_loss; /* ends when a step lowers the loss by a smaller part of
                                * it; 0: never */
        double until;          /* ends when the loss stayed within this part of itself
                                * for UNTIL_WINDOW steps; 0: never */
        double average;        /* decay of a running mean of the images, which is the
                                * result; 0: the last image is */
        int tile;              /* side of the tiles, pixels, rounded up to whole steps of
                                * the network; 0: all at once */
        bool recompute;        /* the same image in less memory and more time */
        Store store;           /* of features for the backward pass */
    } run;

    /* The settings of every method, without their rate and seed: these are schedule.lr
     * and `seed`. A rate, temperature or cooling of 0 is the usual one,
     * recipe_choose_rate(). */
    struct {
        Method method;
        Gd gd;
        Adam adam;
        Lbfgs lbfgs; /* tolerances: negative, never stops for them */
        Anneal anneal;
        Schedule schedule; /* a drop with `at` > 0 or a decay with `every` > 0, not both;
                            * `kind` and `restart` follow from them, see recipe_optimizer.h */
        bool decay_stairs; /* in stairs instead of smoothly */
        int restart_every; /* evaluations after which a new optimiser begins; 0: never */
    } optimizer;
} Recipe;

/* The defaults of all settings: no terms, L-BFGS as in PyTorch, 512 pixels. */
extern const Recipe recipe_defaults;

/* The settings of eval without a recipe: the network as it was published, with its own
 * padding and features, and the losses of Gatys et al. 2016, content and style with
 * weight 1, tv with 0. */
Recipe recipe_plain(void);

/* Gives the recipe another number of steps; a drop of the rate, the end of clamping and
 * that of all evaluations scale with it: document 002's drop at 180 of 200 is at 90 of
 * 100. Stages stay. */
void recipe_stretch(Recipe *recipe, int steps);

/* The steps of all stages together, and the size that the last one has. */
int recipe_steps(const Recipe *recipe);
int recipe_final_size(const Recipe *recipe);

/* The pixels of a style image in a stage, on the side that its `size.of` names. */
int recipe_style_pixels(const Recipe *stage);

/* Another final size and another number of steps for the whole run, 0 for what the recipe
 * says; stages keep their proportions, and the rest scales as in recipe_stretch. A
 * number of steps is exact: it replaces a limit of evaluations, and the smallest stages
 * are left out when there are more stages than steps, or no pixels for them. */
void recipe_fit(Recipe *recipe, int size, int steps);

/* Leaves out the first stages, but not the last; the others share the same sum of steps.
 */
void recipe_leave_out(Recipe *recipe, int first);

/* The recipe of stage 0, 1, ... as one of its own, and how many there are, at least 1. A
 * drop of the rate, the end of clamping and that of all evaluations come at the same part
 * of each stage. */
Recipe recipe_stage(const Recipe *recipe, int stage);
int recipe_stages(const Recipe *recipe);

/* Reads a text such as "conv1_1:0.5,conv2_1" (no weight means 1). No layer may be named
 * twice. */
bool layers_parse(const char *text, LayerList *out, Error *err);

/* The names in the list, valid as long as the list. */
void layers_names(const LayerList *layers, const char *names[LAYERS_MOST]);

/* What the plan of its tapes may do for less memory. */
PlanOptions recipe_plan_options(const Recipe *recipe);

/* Whether everything in the recipe can be done together, for recipes from anywhere; fails
 * with half a sentence. */
bool recipe_check(const Recipe *recipe, Error *err);

/* The names of the enums in files and on the command line, kind 0, 1, ...; NULL beyond
 * the last. START_FILE has none: it is named by the file. */
const char *space_name(int space);
const char *store_name(int store);
const char *input_name(int input);
const char *features_name(int features);
const char *method_name(int method);
const char *start_name(int start);
const char *noise_name(int kind);
const char *size_of_name(int size_of);
const char *clamp_when_name(int when);

#endif
