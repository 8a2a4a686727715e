/* Assigns the tensors of a file to layers, or reports why they do not fit. */
#include <stdio.h>
#include <string.h>

#include "nn/network.h"
#include "nn/tensor_names.h"
#include "tensor/text.h"

typedef struct Source {
    const Network *network;
    const NamedTensors *list;
    const char *file;
    TensorNames names;
    Spelling spelling;
} Source;

static const NamedTensor *tensor_of(const Source *source, int index, const char *what) {
    return tensor_of_layer(&source->names, source->network, &source->spelling, index,
                           what);
}

/* The name of a layer in the file. */
static LayerStem stem_of(const Source *source, int index) {
    return layer_stem(source->network, index, source->spelling.naming, false);
}

/* The shape as in the file, without the leading ones that Tensor adds. */
static ShapeText sides(const NamedTensor *item) {
    const int all[] = {item->tensor.shape.n, item->tensor.shape.c, item->tensor.shape.h,
                       item->tensor.shape.w};
    ShapeText text = {"("};
    for (int i = 4 - item->rank; i < 4; i++)
        text_append(text.text, sizeof text.text, "%d%s", all[i], i < 3 ? "," : "");
    text_append(text.text, sizeof text.text, ")");
    return text;
}

/* The end of an error message about a file that does not fit. */
static const char *advice(const Source *source, char *text, size_t size) {
    const NetworkTable *guess = network_guess(source->list, source->network->table);
    if (guess && guess != source->network->table)
        snprintf(text, size, "it looks like %s: choose that network or another file",
                 guess->name);
    else
        snprintf(text, size, "is it the file of another network, or damaged?");
    return text;
}

/* The first tensor in the list that belongs to this layer or a deeper one, or NULL. */
static const char *later_tensor(const Source *source, int index) {
    for (int i = index; i < source->network->count;
         i = network_next_weighted(source->network, i + 1)) {
        const NamedTensor *item = tensor_of(source, i, "weight");
        if (!item) item = tensor_of(source, i, "bias");
        if (item) return item->name;
    }
    return NULL;
}

static bool foreign(const Source *source, Error *err) {
    char text[160], first[160] = "";
    const Network *network = source->network;
    const NamedTensors *list = source->list;
    LayerStem wanted = stem_of(source, network_next_weighted(network, 0));
    if (list->count)
        snprintf(first, sizeof first, ", the first is %.60s %s", list->items[0].name,
                 sides(&list->items[0]).text);
    return error_set(err,
                     "%s: no tensor %s.weight, so these are not the weights of %s; it "
                     "holds %zu tensor%s%s; %s",
                     source->file, wanted.text, network->table->name, list->count,
                     list->count == 1 ? "" : "s", first,
                     advice(source, text, sizeof text));
}

/* Error: a requested layer is missing from the list, or one of its two tensors is. */
static bool missing(const Source *source, int index, int deepest, Error *err) {
    char text[160];
    const Network *network = source->network;
    const char *later = later_tensor(source, index);
    if (index == network_next_weighted(network, 0) && !tensor_of(source, index, "weight"))
        return foreign(source, err);
    if (later)
        return error_set(err, "%s: tensor %s%s.%s is missing although %s is there; %s",
                         source->file, source->spelling.prefix,
                         stem_of(source, index).text,
                         tensor_of(source, index, "weight") ? "bias" : "weight", later,
                         advice(source, text, sizeof text));
    int last = index - 1;
    while (!layer_has_weights(&network->layers[last]))
        last--;
    return error_set(err,
                     "%s ends at %s, but layer %s was asked for; choose layers up to %s "
                     "or use a complete file",
                     source->file, network->layers[last].name,
                     network->layers[deepest].name, network->layers[index - 1].name);
}

static bool fits(const Source *source, int index, const NamedTensor *item,
                 const char *what, bool shape_is_right, const char *wanted, Error *err) {
    char text[160];
    const char *name = source->network->layers[index].name;
    if (!shape_is_right)
        return error_set(err, "%s: layer %s: %s is %s, %s needs %s; %s", source->file,
                         name, what, sides(item).text, source->network->table->name,
                         wanted, advice(source, text, sizeof text));
    if (!tensor_finite(item->tensor))
        return error_set(err,
                         "%s: layer %s: %s holds NaN or infinite numbers; the file is "
                         "damaged, get it again",
                         source->file, name, what);
    return true;
}

/* Takes a tensor with one number for each channel, if it fits. */
static bool take_channels(const Source *source, int index, const char *what, Tensor *out,
                          Error *err) {
    const Layer *layer = &source->network->layers[index];
    const NamedTensor *item = tensor_of(source, index, what);
    char wanted[16];
    snprintf(wanted, sizeof wanted, "(%d)", layer->channels);
    const bool right = item->rank == 1 && item->tensor.shape.w == layer->channels;
    if (!fits(source, index, item, what, right, wanted, err)) return false;
    *out = (Tensor){{1, layer->channels, 1, 1}, item->tensor.data};
    return true;
}

static bool take_kernels(const Source *source, int index, Tensor *out, Error *err) {
    const NamedTensor *item = tensor_of(source, index, "weight");
    const Shape shape = layer_weight_shape(&source->network->layers[index]);
    const bool right = item->rank == 4 && shape_equal(item->tensor.shape, shape);
    if (!fits(source, index, item, "weight", right, SHAPE(shape), err)) return false;
    *out = item->tensor;
    return true;
}

/* Takes the tensors of a layer, which exist. */
static bool take(const Source *source, int index, LayerWeights *weights, Error *err) {
    const Layer *layer = &source->network->layers[index];
    const bool good = layer->kind == LAYER_NORM
                          ? take_channels(source, index, "weight", &weights->weight, err)
                          : take_kernels(source, index, &weights->weight, err);
    return good && (!layer_has_bias(layer) ||
                    take_channels(source, index, "bias", &weights->bias, err));
}

/* Whether the list has all tensors of a layer. */
static bool is_complete(const Source *source, int index) {
    return tensor_of(source, index, "weight") &&
           (!layer_has_bias(&source->network->layers[index]) ||
            tensor_of(source, index, "bias"));
}

/* Whether the existing tensors of a layer have no problem. */
static bool can_be_weights(const Source *source, int index, Error *err) {
    const NamedTensor *weight = tensor_of(source, index, "weight");
    const NamedTensor *bias = tensor_of(source, index, "bias");
    if (weight && weight->problem) return error_set(err, "%s", weight->problem);
    return !bias || !bias->problem || error_set(err, "%s", bias->problem);
}

/* Takes the weights of all layers above the one after `deepest`, or all there are when it is -1.
 * *ready becomes the first layer that lacks its weights. */
static bool take_all(const Source *source, int deepest, LayerWeights *weights, int *ready,
                     Error *err) {
    const Network *network = source->network;
    int first = network_next_weighted(network, 0);
    for (int i = first; i < network->count; i = network_next_weighted(network, i + 1)) {
        *ready = i;
        if (deepest >= 0 && i > deepest) return true;
        if (!can_be_weights(source, i, err)) return false;
        if (!is_complete(source, i))
            return (deepest < 0 && i > first && !later_tensor(source, i)) ||
                   missing(source, i, deepest, err);
        if (!take(source, i, &weights[i], err)) return false;
    }
    *ready = network->count;
    return true;
}

/* VGG-16 begins like VGG-19, so the layers of one can be filled from a file of the other;
 * but its deeper layers would get other features than they were trained for. */
static bool meant_for(const Source *source, Error *err) {
    const NetworkTable *guess = network_guess(source->list, source->network->table);
    if (!guess || guess == source->network->table) return true;
    return error_set(err,
                     "%s: it looks like %s, not %s: choose that network or another file",
                     source->file, guess->name, source->network->table->name);
}

/* A network reads RGB: for weights made for BGR, the first convolution gets its input
 * channels in the other order, under our own name, which files use for RGB only. */
static void choose_preprocess(Network *network) {
    Tensor *weight = &network->weights[network_next_weighted(network, 0)].weight;
    network->own = network_choose(network, network->naming, *weight);
    if (network->own != PREPROCESS_CAFFE) return;
    Tensor swapped = tensor_alloc(network->arena, weight->shape);
    size_t plane = (size_t)weight->shape.h * (size_t)weight->shape.w;
    for (int o = 0; o < weight->shape.n; o++)
        for (int c = 0; c < 3; c++)
            memcpy(tensor_at(swapped, o, c, 0, 0), tensor_at(*weight, o, 2 - c, 0, 0),
                   plane * sizeof(real));
    *weight = swapped;
    network->naming = NAMING_CAFFE;
}

/* Theano's convolution rotates its kernels by 180 degrees, others do not. */
static bool is_upright(const Source *source, const LayerWeights *weights, Error *err) {
    const int first = network_next_weighted(source->network, 0);
    if (!network_turned(weights[first].weight)) return true;
    return error_set(
        err,
        "%s: its kernels are Theano's, turned by 180 degrees; convert the .h5 "
        "file again with 'python3 weights/convert_h5.py --kernels theano "
        "FILE.h5 FILE.safetensors', or save w[:, :, ::-1, ::-1] of each kernel",
        source->file);
}

static bool load(Network *network, Source *source, int deepest, Error *err) {
    int ready;
    LayerWeights *weights =
        ARENA_NEW(network->arena, LayerWeights, (size_t)network->count);
    if (!take_all(source, deepest, weights, &ready, err) || !meant_for(source, err) ||
        !is_upright(source, weights, err))
        return false;
    network->weights = weights;
    network->ready = ready;
    network->naming = source->spelling.naming;
    choose_preprocess(network);
    return true;
}

bool network_load(Network *network, const NamedTensors *list, const char *file,
                  const char *const *layers, int count, Error *err) {
    int deepest;
    Error strange;
    const char *unused;
    const bool style = network->table == &network_generator;
    if (!network_deepest_of(network, layers, count, &deepest, err)) return false;
    if (!style && !network_identify(list, &unused, &strange))
        return error_set(err, "%s: %s", file, strange.text);
    Arena *scratch = arena_new();
    Source source = {.network = network, .list = list, .file = file};
    source.names = tensor_names(scratch, list);
    tensor_spelling(scratch, &source.names, network, false, &source.spelling);
    bool good = load(network, &source, deepest, err);
    arena_free(scratch);
    return good;
}
