#include "app/train_style_open.h"

#include <stdio.h>

#include "app/memory.h"
#include "app/memory_limit.h"
#include "io/assets.h"
#include "io/image.h"
#include "nn/generator.h"
#include "transfer/network_open.h"
#include "transfer/recipe_usual.h"

#define LESS_MEMORY "a smaller --batch or --last-size"
#define PAINTING_LEAST 64 /* pixels on the shorter side */

static bool check_options(const TrainStyleOptions *o, Error *err) {
    const StyleSettings *s = &o->training;
    if (s->last < s->first)
        return error_set(err,
                         "--last-size %d is smaller than the %d of --size: squares grow "
                         "during the training; choose a larger one",
                         s->last, s->first);
    if (s->weights.style > 0 && s->weights.content > 0) return true;
    return error_set(err,
                     "--style-weight and --content-weight must be above 0: without the "
                     "one there is nothing to learn, without the other no photograph");
}

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const TrainRun *run, const TrainStyleOptions *o, Error *err) {
    Files files = {0};
    files_read(&files, "PAINTING", o->painting);
    files_read(&files, "--weights", o->network);
    files_write(&files, "--preview", o->preview);
    train_files(run, &files);
    return (!o->preview || image_write_check(o->preview, err)) &&
           train_files_check(run, &files, err);
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

static bool open_network(TrainRun *run, TrainStyle *t, Error *err) {
    const char *path = t->options->network;
    const NetworkOptions wanted = {.pad = PADDING_REFLECT};
    NetworkInfo info;
    if (!path) path = assets_path(run->arena, "paintnet.safetensors", err);
    if (!path) return false;
    t->network = network_open(run->arena, path, &wanted, &info, err);
    return t->network &&
           (!run->shared->checkpoint.file ||
            run_input_known(&run->inputs, "weights", 0, path, &info.hash, err));
}

/* The layers that were said, or else the usual ones; but the content is compared at
 * relu3_1 where there is one: deeper layers let forms dissolve, and a generator, unlike an
 * optimisation, does not start from the photograph. */
static bool layers_of(const TrainStyle *t, Recipe *recipe, Error *err) {
    *recipe = recipe_plain();
    recipe->content.layers = t->options->content;
    recipe->style.layers = t->options->style;
    if (recipe->content.layers.count == 0 && network_has(t->network, "relu3_1")) {
        recipe->content.layers.count = 1;
        recipe->content.layers.item[0].weight = 1;
        snprintf(recipe->content.layers.item[0].name, LAYER_NAME_MOST, "relu3_1");
    }
    return recipe_complete(recipe, t->network, err);
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

static StyleTarget *open_target(TrainRun *run, TrainStyle *t, Error *err) {
    Tensor painting;
    Recipe recipe;
    StyleLayers content, style;
    return open_painting(run, t->options, &painting, err) && open_network(run, t, err) &&
                   layers_of(t, &recipe, err) &&
                   convert(run->arena, &recipe.content.layers, "content-layers", &content,
                           err) &&
                   convert(run->arena, &recipe.style.layers, "style-layers", &style, err)
               ? style_target_new(run->arena, t->network, painting, &content, &style, err)
               : NULL;
}

/* Those that were named, or else our own pictures. */
static bool open_photographs(TrainRun *run, TrainStyle *t, Error *err) {
    static const char *const own[] = {"scene.png", "mosaic.png", "painting.png"};
    const char *path[3];
    PhotoFiles files;
    const TrainShared *s = run->shared;
    for (int i = 0; s->files == 0 && i < 3; i++)
        if (!(path[i] = assets_path(run->arena, own[i], err))) return false;
    if (!train_inputs(run, err) ||
        !photo_files_read(run->arena, s->files ? s->photographs : path,
                          s->files ? s->files : 3, &files, err) ||
        !(t->crops = crops_new(run->arena, &files, err)))
        return false;
    const int small = crops_enlarged(t->crops, t->settings.last);
    if (s->files == 0)
        fprintf(stderr, "no photograph is named: the pictures that come along are used; "
                        "ten of your own give a better style\n");
    if (small)
        fprintf(stderr,
                "%d of %d photographs have a side below %d pixels and are enlarged, so "
                "they are blurred\n",
                small, crops_count(t->crops), t->settings.last);
    return true;
}

/* Whether there is room for the largest step; the threads' workspaces took a tenth. */
static bool fits(const TrainRun *run, const TrainStyle *t, const StyleTarget *target,
                 Error *err) {
    char what[80];
    size_t bytes = 0;
    Arena *arena = arena_new();
    const StyleSettings *s = &t->settings;
    const bool good = style_training_forecast(generator_new(arena), t->network, target,
                                              *s, &bytes, err);
    arena_free(arena);
    snprintf(what, sizeof what, "%d squares of %d x %d pixels an update", s->batch,
             s->last, s->last);
    const size_t now = memory_now();
    const MemoryNeed need = {now, now + bytes + bytes / 8, what,
                             LESS_MEMORY " needs less"};
    return good && memory_limit_allows(run->shared->memory_limit, &need, err);
}

static bool open_trace(TrainRun *run, Error *err) {
    static const char *const columns[] = {"step",  "side", "total",     "content",
                                          "style", "tv",   "stability", "seconds"};
    run->trace = table_open(run->arena, run->shared->trace, columns, 8,
                            run->shared->checkpoint.file != NULL, err);
    return run->trace;
}

bool train_style_open(TrainRun *run, Error *err) {
    const TrainStyleOptions *o = run->options;
    TrainStyle *t = run->training = ARENA_NEW(run->arena, TrainStyle, 1);
    *t = (TrainStyle){.options = o, .settings = o->training};
    t->settings.steps = o->shared.steps;
    t->settings.first = o->training.first / 4 * 4;
    t->settings.last = o->training.last / 4 * 4;
    if (!check_options(o, err) || !outputs_ready(run, o, err)) return false;
    const StyleTarget *target = open_target(run, t, err);
    if (!target || !fits(run, t, target, err) || !open_photographs(run, t, err))
        return false;
    t->generator = generator_new(run->arena);
    t->training = style_training_new(run->arena, t->generator, t->network, target,
                                     t->crops, t->settings, err);
    if (!t->training || !open_trace(run, err)) return false;
    printf("%d photographs, %d squares an update of %d to %d pixels, %d updates\n",
           crops_count(t->crops), t->settings.batch, t->settings.first, t->settings.last,
           t->settings.steps);
    fflush(stdout);
    return true;
}
