#include "transfer/feature_scale.h"

#include "io/image.h"
#include "transfer/pixel_space.h"

#define MEASURED_SIDE 256 /* pixels; what is larger is measured in a smaller copy */

/* A filter with little activation in these images may have more in others, so its mean
 * counts as at least this part of its layer's mean. */
#define QUIET 0.02

static bool deepest_of(const Recipe *r, const Network *network, int *deepest,
                       Error *err) {
    const LayerList *lists[] = {&r->content.layers, &r->style.layers};
    *deepest = -1;
    for (int k = 0; k < 2; k++) {
        const char *names[LAYERS_MOST];
        int index;
        layers_names(lists[k], names);
        if (!network_deepest_of(network, names, lists[k]->count, &index, err))
            return false;
        if (index > *deepest) *deepest = index;
    }
    return true;
}

/* The range of the numbers of one colour. */
static double range_of(Normalize n) {
    return 3 / (n.deviation[0] + n.deviation[1] + n.deviation[2]);
}

static double factor_of(const Recipe *r, const Network *network) {
    const Preprocess is = network_preprocessing(network),
                     wanted = r->net.features == FEATURES_TORCH ? PREPROCESS_TORCH
                                                                : PREPROCESS_CAFFE;
    if (is == PREPROCESS_NONE) return 1;
    return range_of(preprocess_normalize(wanted)) / range_of(preprocess_normalize(is));
}

/* Every filter is divided by 1 / factor. */
static void multiply(Network *network, int deepest, double factor) {
    Arena *arena = arena_new();
    double **by = ARENA_NEW(arena, double *, (size_t)network_count(network));
    for (int i = 0; i <= deepest; i++) {
        const Layer *layer = network_layer(network, i);
        if (layer->kind != LAYER_CONV) continue;
        by[i] = ARENA_NEW(arena, double, (size_t)layer->channels);
        for (int c = 0; c < layer->channels; c++)
            by[i][c] = 1 / factor;
    }
    network_divide(network, by);
    arena_free(arena);
}

static void keep_quiet_filters(const Network *network, int index, double **mean) {
    const double least = QUIET * network_layer_mean(network, index, mean);
    for (int c = 0; c < network_layer(network, index)->channels; c++)
        if (!(mean[index][c] > least)) mean[index][c] = least > 0 ? least : 1;
}

static Tensor measured(Arena *arena, Tensor image) {
    if (image_longest(image.shape) <= MEASURED_SIDE) return image;
    const Shape s = image_fit(image.shape, MEASURED_SIDE);
    return image_resize(arena, image, s.h, s.w);
}

static bool normalise(const Recipe *r, Network *network, const Scene *scene, int deepest,
                      Error *err) {
    Tensor images[1 + STYLES_MOST];
    const int count = network_count(network);
    Arena *arena = arena_new();
    double **mean = ARENA_NEW(arena, double *, (size_t)count);
    images[0] = measured(arena, scene->content);
    for (int i = 0; i < scene->styles; i++)
        images[1 + i] = measured(arena, scene->style[i].image);
    const bool good = network_means(network, arena, images, 1 + scene->styles,
                                    pixel_space_input(r, network), deepest, mean, err);
    for (int i = 0; good && i < count; i++)
        if (mean[i]) keep_quiet_filters(network, i, mean);
    if (good) network_divide(network, mean);
    arena_free(arena);
    return good;
}

bool feature_scale_apply(const Recipe *r, Network *network, const Scene *scene,
                         double *factor, Error *err) {
    int deepest;
    *factor = 1;
    if (r->net.features == FEATURES_ANY) return true;
    if (!deepest_of(r, network, &deepest, err)) return false;
    if (r->net.features == FEATURES_NORMALISED)
        return normalise(r, network, scene, deepest, err);
    *factor = factor_of(r, network);
    if (*factor != 1) multiply(network, deepest, *factor);
    return true;
}
