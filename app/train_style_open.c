#include "app/train_style_open.h"

#include <stdio.h>

#include "io/assets.h"
#include "io/image.h"
#include "nn/generator.h"
#include "transfer/recipe_usual.h"

#define PAINTING_LEAST 64 /* pixels on the shorter side */

static bool files_ready(const TrainRun *run, const TrainStyleOptions *o, Error *err) {
    Files files = {0};
    files_read(&files, "PAINTING", o->painting);
    return train_squares_files(run, &files, err);
}

/* Reduced to the size that was asked for. */
static bool open_painting(TrainRun *run, const TrainStyleOptions *o, Tensor *out,
                          Error *err) {
    if (run->shared->checkpoint.file &&
        !run_input(&run->inputs, "painting", 0, o->painting, err))
        return false;
    if (!image_read(run->arena, o->painting, out, err)) return false;
    const int h = out->shape.h, w = out->shape.w;
    if (h < PAINTING_LEAST || w < PAINTING_LEAST)
        return error_set(err,
                         "%s: %d x %d pixels are too few for a style; a painting needs "
                         "at least %d x %d",
                         o->painting, w, h, PAINTING_LEAST, PAINTING_LEAST);
    if (image_longest(out->shape) > o->painting_side) {
        const Shape size = image_fit(out->shape, o->painting_side);
        *out = image_resize(run->arena, *out, size.h, size.w);
    }
    return true;
}

/* The layers that were said, or else the usual ones; but the content is compared at
 * relu3_1 where there is one: deeper layers let forms dissolve, and a generator, unlike an
 * optimisation, does not start from the photograph. */
static bool complete(const TrainStyleOptions *o, const Network *network, Recipe *recipe,
                     Error *err) {
    *recipe = recipe_plain();
    recipe->content.layers = o->content;
    recipe->style.layers = o->style;
    if (recipe->content.layers.count == 0 && network_has(network, "relu3_1")) {
        recipe->content.layers.count = 1;
        recipe->content.layers.item[0].weight = 1;
        snprintf(recipe->content.layers.item[0].name, LAYER_NAME_MOST, "relu3_1");
    }
    return recipe_complete(recipe, network, err);
}

static bool convert(Arena *arena, const LayerList *from, const char *option,
                    StyleLayers *to, Error *err) {
    if (from->count > STYLE_LAYERS)
        return error_set(err, "--%s: at most %d layers", option, STYLE_LAYERS);
    to->count = from->count;
    for (int i = 0; i < from->count; i++) {
        if (!(from->item[i].weight > 0))
            return error_set(err, "--%s: the weight of %s must be above 0", option,
                             from->item[i].name);
        to->name[i] = arena_string(arena, from->item[i].name);
        to->weight[i] = from->item[i].weight;
    }
    return true;
}

bool train_style_layers(Arena *arena, const TrainStyleOptions *options,
                        const Network *network, StyleLayers *content, StyleLayers *style,
                        Error *err) {
    Recipe recipe;
    return complete(options, network, &recipe, err) &&
           convert(arena, &recipe.content.layers, "content-layers", content, err) &&
           convert(arena, &recipe.style.layers, "style-layers", style, err);
}

static StyleTarget *open_target(TrainRun *run, TrainStyle *t, Error *err) {
    const NetworkOptions wanted = {.pad = PADDING_REFLECT};
    const TrainStyleOptions *o = run->options;
    Tensor painting;
    StyleLayers content, style;
    if (!open_painting(run, o, &painting, err)) return NULL;
    t->network = train_squares_network(run, wanted, err);
    return t->network &&
                   train_style_layers(run->arena, o, t->network, &content, &style, err)
               ? style_target_new(run->arena, t->network, painting, &content, &style, err)
               : NULL;
}

static bool fits(const TrainRun *run, const TrainStyle *t, const StyleTarget *target,
                 Error *err) {
    size_t bytes = 0;
    Arena *arena = arena_new();
    const bool good = style_training_forecast(generator_new(arena), t->network, target,
                                              t->squares.settings, &bytes, err);
    arena_free(arena);
    return good && train_squares_fit(run, bytes, err);
}

/* Those that were named, or else our own pictures. */
static bool open_photographs(TrainRun *run, TrainStyle *t, Error *err) {
    static const char *const own[] = {"scene.png", "mosaic.png", "painting.png"};
    const char *path[3];
    const TrainShared *s = run->shared;
    for (int i = 0; s->files == 0 && i < 3; i++)
        if (!(path[i] = assets_path(run->arena, own[i], err))) return false;
    if (!train_inputs(run, err)) return false;
    t->crops = train_squares_crops(run, s->files ? s->photographs : path,
                                   s->files ? s->files : 3, err);
    if (!t->crops) return false;
    if (s->files == 0)
        fprintf(stderr, "no photograph is named: the pictures that come along are used; "
                        "ten of your own give a better style\n");
    train_squares_note(run, t->crops, "photographs");
    return true;
}

bool train_style_open(TrainRun *run, Error *err) {
    const TrainStyleOptions *o = run->options;
    TrainStyle *t = run->training = ARENA_NEW(run->arena, TrainStyle, 1);
    *t = (TrainStyle){.squares = train_squares(&o->squares, 4)};
    t->squares.stability = true;
    const StyleSettings *s = &t->squares.settings;
    if (!train_squares_check(&o->squares, err) || !files_ready(run, o, err)) return false;
    const StyleTarget *target = open_target(run, t, err);
    if (!target || !fits(run, t, target, err) || !open_photographs(run, t, err))
        return false;
    t->generator = generator_new(run->arena);
    t->training = style_training_new(run->arena, t->generator, t->network, target,
                                     t->crops, *s, err);
    if (!t->training || !train_squares_trace(run, err)) return false;
    t->squares.updates = style_training_updates(t->training);
    printf("%d photographs, %d squares an update of %d to %d pixels, %d updates\n",
           crops_count(t->crops), s->batch, s->first, s->last, s->steps);
    fflush(stdout);
    return true;
}
