#include "transfer/features.h"

#include "io/image.h"
#include "transfer/space.h"

#define MEASURED_SIDE 256 /* pixels; what is larger is measured in a smaller copy */

/* A filter that hardly speaks in these few pictures may speak in the next one: its mean
 * counts as this part of its layer's at least. */
#define QUIET 0.02

static int deepest_of(const Recipe *r, const Network *network) {
    int deepest = -1;
    const LayerList *lists[] = {&r->content_layers, &r->style_layers};
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < lists[k]->count; i++) {
            int index = -1;
            Error unknown; /* problem_init says it */
            network_layer_find(network, lists[k]->item[i].name, &index, &unknown);
            if (index > deepest) deepest = index;
        }
    return deepest;
}

/* The numbers that stand for the range of a colour. */
static double range_of(Normalize n) {
    return 3 / (n.deviation[0] + n.deviation[1] + n.deviation[2]);
}

static double factor_of(const Recipe *r, const Network *network) {
    const Preprocess is = network_preprocessing(network),
                     wanted = r->features == FEATURES_TORCH ? PREPROCESS_TORCH
                                                            : PREPROCESS_CAFFE;
    if (is == PREPROCESS_NONE) return 1;
    return range_of(preprocess_normalize(wanted)) / range_of(preprocess_normalize(is));
}

/* What every filter is divided by so that all features are multiplied by `factor`. */
static void multiply(Network *network, int deepest, double factor) {
    Arena *arena = arena_new();
    Tensor *by = ARENA_NEW(arena, Tensor, (size_t)network_count(network));
    for (int i = 0; i <= deepest; i++) {
        const Layer *layer = network_layer(network, i);
        if (layer->kind != LAYER_CONV) continue;
        by[i] = tensor_alloc(arena, (Shape){1, layer->channels, 1, 1});
        tensor_fill(by[i], (real)(1 / factor));
    }
    network_divide(network, by);
    arena_free(arena);
}

static void keep_quiet_filters(Tensor mean) {
    const double least = QUIET * tensor_mean(mean);
    for (size_t c = 0; c < shape_size(mean.shape); c++)
        if (!((double)mean.data[c] > least)) mean.data[c] = (real)(least > 0 ? least : 1);
}

static Tensor measured(Arena *arena, Tensor picture) {
    if (image_longest(picture.shape) <= MEASURED_SIDE) return picture;
    const Shape s = image_fit(picture.shape, MEASURED_SIDE);
    return image_resize(arena, picture, s.h, s.w);
}

static bool normalise(const Recipe *r, Network *network, const Scene *scene, int deepest,
                      Error *err) {
    Tensor pictures[1 + STYLES_MOST];
    const int count = network_count(network);
    Arena *arena = arena_new();
    Tensor *mean = ARENA_NEW(arena, Tensor, (size_t)count);
    pictures[0] = measured(arena, scene->content);
    for (int i = 0; i < scene->styles; i++)
        pictures[1 + i] = measured(arena, scene->style[i].picture);
    const bool good = network_means(network, arena, pictures, 1 + scene->styles,
                                    space_input(r, network), deepest, mean, err);
    for (int i = 0; good && i < count; i++)
        if (mean[i].data) keep_quiet_filters(mean[i]);
    if (good) network_divide(network, mean);
    arena_free(arena);
    return good;
}

bool features_prepare(const Recipe *r, Network *network, const Scene *scene,
                      double *factor, Error *err) {
    const int deepest = deepest_of(r, network);
    *factor = 1;
    if (r->features == FEATURES_ANY || deepest < 0) return true;
    if (r->features == FEATURES_NORMALISED)
        return normalise(r, network, scene, deepest, err);
    *factor = factor_of(r, network);
    if (*factor != 1) multiply(network, deepest, *factor);
    return true;
}
