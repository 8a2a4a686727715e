#include "transfer/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "transfer/space.h"

static const char *const method_names[] = {"gd", "adam", "lbfgs", "anneal"};

const Recipe recipe_defaults = {
    .net = "paintnet",
    .pixels = {1, {0, 0, 0}, {1, 1, 1}},
    .noise = {.kind = NOISE_UNIT, .share = 1},
    .size = 512,
    .style_scale = 1,
    .steps = 100,
    .method = METHOD_LBFGS,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .epsilon = 1e-8,
    .decay = 1,
    .history = 100,
    .tolerance_grad = 1e-7,
    .tolerance_change = 1e-9,
};

Recipe recipe_plain(void) {
    Recipe plain = recipe_defaults;
    plain.content_form = CONTENT_HALF_SUM;
    plain.style_form = STYLE_GATYS;
    plain.tv_form = TV_SQUARES;
    plain.content_weight = plain.style_weight = 1;
    return plain;
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

/* The usual layers of a network: several style layers from fine to coarse and one content
 * layer. The first row whose layers all have weights is used. */
static const struct {
    const char *net, *content, *style;
} usual_layers[] = {
    {"paintnet", "relu3_3", "relu1_1,relu1_2,relu2_1,relu2_2,relu3_1,relu3_3,relu4_1"},
    {"vgg19", "relu4_2", "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"},
    {"vgg19", "relu3_3", "relu1_1,relu2_1,relu3_1,relu3_4"},
    {"vgg19", "relu2_2", "relu1_1,relu2_1"},
    {"vgg16", "relu4_2", "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"},
    {"vgg16", "relu3_2", "relu1_1,relu2_1,relu3_1,relu3_3"},
    {"vgg16", "relu2_2", "relu1_1,relu2_1"},
    {"vgg19_small16x", "relu4_2", "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"},
    {"squeezenet1_1", "fire2", "relu1,fire3,fire4,fire5"},
};

static bool all_have_weights(const Network *network, const LayerList *layers) {
    for (int i = 0; i < layers->count; i++)
        if (!network_has(network, layers->item[i].name)) return false;
    return true;
}

bool recipe_complete(Recipe *recipe, const Network *network, Error *err) {
    for (size_t i = 0; i < sizeof usual_layers / sizeof *usual_layers; i++) {
        if (strcmp(usual_layers[i].net, network_name(network)) != 0) continue;
        LayerList content, style;
        if (!layers_parse(usual_layers[i].content, &content, err) ||
            !layers_parse(usual_layers[i].style, &style, err))
            return false;
        if (recipe->content_layers.count) content = recipe->content_layers;
        if (recipe->style_layers.count)
            style = recipe->style_layers;
        else
            for (int l = 0; l < style.count; l++)
                style.item[l].weight = 1.0 / style.count;
        if ((recipe->content_layers.count || all_have_weights(network, &content)) &&
            (recipe->style_layers.count || all_have_weights(network, &style))) {
            recipe->content_layers = content;
            recipe->style_layers = style;
            return true;
        }
    }
    return error_set(err,
                     "the weights end at %s, too early to paint with; name the layers "
                     "with --content-layers and --style-layers",
                     network_deepest(network));
}

#define ADAM_MOVE 0.02    /* of the range of a channel, per step */
#define DESCENT_RATE 2e-4 /* per pixel, for relative losses; five times more diverges */
#define ANNEAL_NOISE 0.01 /* deviation of the first step's noise */
#define ANNEAL_COOLING 0.95

static double usual_rate(const Recipe *r, const Network *network, Shape picture) {
    bool relative =
        r->content_form == CONTENT_RELATIVE && r->style_form == STYLE_RELATIVE;
    /* Of a channel that goes from black to white. */
    double range = 1 / space_of(r, network, r->space).deviation[1];
    switch (r->method) {
    case METHOD_LBFGS:
        return 1;
    case METHOD_ADAM:
        return ADAM_MOVE * range;
    case METHOD_GD:
    case METHOD_ANNEAL:
        break;
    }
    return relative && r->space == SPACE_UNIT ? DESCENT_RATE * picture.h * picture.w : 0;
}

bool recipe_choose_rate(Recipe *r, const Network *network, Shape picture, Error *err) {
    if (r->rate == 0) r->rate = usual_rate(r, network, picture);
    if (r->rate == 0)
        return error_set(err,
                         "--optim %s has no usual rate for these losses; give one with "
                         "--lr and watch the total fall",
                         method_name(r->method));
    if (r->temperature == 0) r->temperature = ANNEAL_NOISE * ANNEAL_NOISE / (2 * r->rate);
    if (r->cooling == 0) r->cooling = ANNEAL_COOLING;
    return isfinite(r->temperature) ||
           error_set(err,
                     "--lr %g: is too small for --optim anneal, whose temperature would "
                     "be infinite; use a larger one",
                     r->rate);
}

bool method_parse(const char *name, Method *out) {
    for (int m = 0; m < (int)(sizeof method_names / sizeof *method_names); m++) {
        if (strcmp(method_names[m], name) != 0) continue;
        *out = (Method)m;
        return true;
    }
    return false;
}

const char *method_name(Method method) {
    return method_names[method];
}
