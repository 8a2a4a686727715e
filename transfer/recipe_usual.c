#include "transfer/recipe_usual.h"

#include <math.h>
#include <string.h>

#include "transfer/pixel_space.h"

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
        if (recipe->content.layers.count) content = recipe->content.layers;
        if (recipe->style.layers.count)
            style = recipe->style.layers;
        else
            for (int l = 0; l < style.count; l++)
                style.item[l].weight = 1.0 / style.count;
        if ((recipe->content.layers.count || all_have_weights(network, &content)) &&
            (recipe->style.layers.count || all_have_weights(network, &style))) {
            recipe->content.layers = content;
            recipe->style.layers = style;
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

static double usual_rate(const Recipe *r, const Network *network, Shape image) {
    bool relative =
        r->content.form == CONTENT_RELATIVE && r->style.form == STYLE_RELATIVE;
    /* Of a channel that goes from black to white. */
    double range = 1 / pixel_space_of(r, network, r->pixels.space).deviation[1];
    switch (r->optimizer.method) {
    case METHOD_LBFGS:
        return 1;
    case METHOD_ADAM:
        return ADAM_MOVE * range;
    case METHOD_GD:
    case METHOD_ANNEAL:
        break;
    }
    return relative && r->pixels.space == SPACE_UNIT ? DESCENT_RATE * image.h * image.w
                                                     : 0;
}

bool recipe_choose_rate(Recipe *r, const Network *network, Shape image, Error *err) {
    double *rate = &r->optimizer.schedule.lr;
    Anneal *anneal = &r->optimizer.anneal;
    if (*rate == 0) *rate = usual_rate(r, network, image);
    if (*rate == 0)
        return error_set(err,
                         "--optim %s has no usual rate for these losses; give one with "
                         "--lr and watch the total fall",
                         method_name((int)r->optimizer.method));
    if (anneal->temperature == 0)
        anneal->temperature = ANNEAL_NOISE * ANNEAL_NOISE / (2 * *rate);
    if (anneal->cooling == 0) anneal->cooling = ANNEAL_COOLING;
    return isfinite(anneal->temperature) ||
           error_set(err,
                     "--lr %g: is too small for --optim anneal, whose temperature would "
                     "be infinite; use a larger one",
                     *rate);
}

bool layers_fit(const LayerList *layers, const Network *network, Shape image) {
    Shape shape;
    Error ignored;
    for (int i = 0; i < layers->count; i++)
        if (network_has(network, layers->item[i].name) &&
            !network_shape(network, layers->item[i].name, image, &shape, &ignored))
            return false;
    return true;
}
