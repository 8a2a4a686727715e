/* What the commands have in common that open a network: its weights, the recipe, the
 * images and what belongs to each of them. */
#ifndef APP_SCENE_OPTIONS_H
#define APP_SCENE_OPTIONS_H

#include "app/options.h"
#include "transfer/colors.h"
#include "transfer/recipe_fields.h"
#include "transfer/scene.h"

/* One path for each style, in their order; NULL: none. */
typedef struct PathList {
    int count;
    const char *path[STYLES_MOST];
} PathList;

/* One number for each style; count 0: as large as the regions of the styles. */
typedef struct Blend {
    int count;
    double share[STYLES_MOST];
} Blend;

/* Strings point into the command line. */
typedef struct Options {
    const char *operand[1 + STYLES_MOST]; /* the content, the styles */
    int operands;
    Recipe recipe;           /* the named recipe with the options laid over it */
    const char *recipe_name; /* NULL: none, see recipe_plain() */
    const char *net;         /* NULL: the one that the weights are of */
    const char *weights;     /* NULL: paintnet's own, or random ones */
    Preprocess preprocess;
    PathList masks, parts; /* of the content, of the styles */
    Blend blend;
    Colors colors;
    int style_size;      /* longer side of the style images; 0: as the content */
    int pyramid;         /* levels that the user asks for; 0: as the recipe says */
    int threads;         /* 0: as many as there are */
    size_t memory_limit; /* bytes; 0: what the machine has */
    bool no_layers;      /* which layers are usual is of no interest */
} Options;

extern const SettingKind option_files; /* adds a path to a PathList; -: none */

/* Tables for groups. All are about Options, thread_options about one int,
 * memory_options about one size_t. */
extern const Option network_options[]; /* weights, net, preprocess */
extern const Option thread_options[];  /* threads */
extern const Option memory_options[];  /* memory-limit */
extern const Option style_options[];   /* what belongs to single styles */
extern const Option recipe_options[];  /* recipe */

/* Reads the recipe that the command line names, or else `usual`, which may be NULL; then
 * all options into `own`, of which `options` is a part; then fits the recipe to the size
 * and the steps that were said. With `last_stage` only the last stage of it is left. */
bool scene_options_read(const CommandLine *line, const char *usual, bool last_stage,
                        void *own, Options *options, Error *err);

/* Whether lists are as long as that of the styles, and the recipe can be done. */
bool scene_options_check(const Options *options, Error *err);

/* The first image that is a tensor, which is never resized; NULL: there is none. */
const char *options_tensor(const Options *options);

#endif
