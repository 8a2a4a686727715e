#include "transfer/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/text.h"

const Recipe recipe_defaults = {
    .net.name = "paintnet",
    .pixels.own = {1, {0, 0, 0}, {1, 1, 1}},
    .start.noise = {.kind = NOISE_UNIT, .share = 1},
    .size = {.pixels = 512, .style_scale = 1},
    .run.steps = 100,
    .optimizer = {.method = METHOD_LBFGS,
                  .adam = {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
                  .lbfgs = {.history = 100,
                            .max_evaluations = 26,
                            .tolerance_grad = 1e-7,
                            .tolerance_change = 1e-9},
                  .schedule.factor = 1},
};

Recipe recipe_plain(void) {
    Recipe plain = recipe_defaults;
    plain.content.form = CONTENT_HALF_SUM;
    plain.style.form = STYLE_GATYS;
    plain.tv.form = TV_SQUARES;
    plain.content.weight = plain.style.weight = 1;
    return plain;
}

const char *space_name(int space) {
    static const char *const names[] = {
        [SPACE_UNIT] = "unit", [SPACE_INPUT] = "input", [SPACE_PIXELS] = "pixels"};
    return TEXT_AT(names, space);
}

const char *store_name(int store) {
    static const char *const names[] = {[STORE_FULL] = "full", [STORE_HALF] = "half"};
    return TEXT_AT(names, store);
}

PlanOptions recipe_plan_options(const Recipe *r) {
    return (PlanOptions){.recompute = r->run.recompute,
                         .halves = r->run.store == STORE_HALF};
}

const char *input_name(int input) {
    static const char *const names[] = {
        [INPUT_WEIGHTS] = "weights", [INPUT_PIXELS] = "pixels"};
    return TEXT_AT(names, input);
}

const char *features_name(int features) {
    static const char *const names[] = {[FEATURES_ANY] = "any",
                                        [FEATURES_TORCH] = "torch",
                                        [FEATURES_CAFFE] = "caffe",
                                        [FEATURES_NORMALISED] = "normalised"};
    return TEXT_AT(names, features);
}

const char *method_name(int method) {
    static const char *const names[] = {[METHOD_GD] = "gd",
                                        [METHOD_ADAM] = "adam",
                                        [METHOD_LBFGS] = "lbfgs",
                                        [METHOD_ANNEAL] = "anneal"};
    return TEXT_AT(names, method);
}

const char *start_name(int start) {
    static const char *const names[] = {[START_CONTENT] = "content",
                                        [START_NOISE] = "noise",
                                        [START_STYLE] = "style",
                                        [START_STYLIZED] = "stylized"};
    return TEXT_AT(names, start);
}

const char *noise_name(int kind) {
    static const char *const names[] = {
        [NOISE_UNIT] = "unit", [NOISE_UNIFORM] = "uniform", [NOISE_NORMAL] = "normal"};
    return TEXT_AT(names, kind);
}

const char *size_of_name(int size_of) {
    static const char *const names[] = {[SIDE_LONGER] = "longer",
                                        [SIDE_SHORTER] = "shorter",
                                        [SIDE_HEIGHT] = "height",
                                        [SIDE_WIDTH] = "width"};
    return TEXT_AT(names, size_of);
}

const char *clamp_when_name(int when) {
    static const char *const names[] = {
        [CLAMP_BEFORE] = "before", [CLAMP_AFTER] = "after"};
    return TEXT_AT(names, when);
}

/* Reads one "name" or "name:weight" of `length` bytes. */
static bool parse_item(const char *text, size_t length, LayerList *out, Error *err) {
    char item[LAYER_NAME_MOST + 32];
    if (length == 0 || length >= sizeof item)
        return error_set(err,
                         "layers are written as name:weight,name:weight; see --help");
    memcpy(item, text, length);
    item[length] = 0;
    double weight = 1;
    char *colon = strchr(item, ':'), *end;
    if (colon) {
        *colon = 0;
        weight = strtod(colon + 1, &end);
        if (end == colon + 1 || *end || !isfinite(weight) || weight < 0)
            return error_set(err, "layer %s: '%s' is not a weight; write %s:1", item,
                             colon + 1, item);
    }
    if (strlen(item) >= LAYER_NAME_MOST || !*item)
        return error_set(err, "'%s' is not the name of a layer", item);
    if (out->count == LAYERS_MOST)
        return error_set(err,
                         "more than %d layers in one list; leave some out, or raise "
                         "LAYERS_MOST (transfer/recipe.h)",
                         LAYERS_MOST);
    for (int i = 0; i < out->count; i++)
        if (strcmp(out->item[i].name, item) == 0)
            return error_set(err,
                             "layer %s is named twice; name it once, with the sum of "
                             "the weights",
                             item);
    strcpy(out->item[out->count].name, item);
    out->item[out->count++].weight = weight;
    return true;
}

bool layers_parse(const char *text, LayerList *out, Error *err) {
    *out = (LayerList){0};
    for (;;) {
        size_t length = strcspn(text, ",");
        if (!parse_item(text, length, out, err)) return false;
        if (!text[length]) return true;
        text += length + 1;
    }
}

void layers_names(const LayerList *layers, const char *names[LAYERS_MOST]) {
    for (int i = 0; i < layers->count; i++)
        names[i] = layers->item[i].name;
}
