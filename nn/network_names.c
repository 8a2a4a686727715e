/* One layer, several spellings: Caffe's, which the tables use, Keras' and torchvision's.
 */
#include <stdio.h>
#include <string.h>

#include "nn/network.h"
#include "nn/network_struct.h"
#include "tensor/text.h"

bool layer_is_outer(const Layer *layer) {
    return strchr(layer->name, '/') == NULL;
}

/* relu3_2 is block3_conv2: a Keras convolution ends with its activation. */
static LayerStem keras_name(const Layer *layer) {
    LayerStem name = {""};
    int block, place;
    if (sscanf(layer->name, "relu%d_%d", &block, &place) == 2)
        snprintf(name.text, sizeof name.text, "block%d_conv%d", block, place);
    else if (sscanf(layer->name, "pool%d", &block) == 1)
        snprintf(name.text, sizeof name.text, "block%d_pool", block);
    return name;
}

/* conv3_2 is block3_conv2 in the weight files of Keras. */
static LayerStem keras_stem(const Layer *layer) {
    LayerStem name = {""};
    int block, place;
    if (sscanf(layer->name, "conv%d_%d", &block, &place) == 2)
        snprintf(name.text, sizeof name.text, "block%d_conv%d", block, place);
    return name;
}

/* features.3 for the fourth outer layer, features.3.squeeze for a part of it; what
 * follows the features is the classifier, which begins with a dropout. `norms` is the
 * number of batch normalisations before the layer. */
static LayerStem torchvision_stem(const Network *network, int index, int norms) {
    LayerStem name = {""};
    int place = 0, features = network->table->features;
    for (int i = 0; i < index; i++)
        place += layer_is_outer(&network->layers[i]);
    const char *part = strchr(network->layers[index].name, '/');
    if (part && strcmp(part, "/squeeze1x1") == 0) part = "/squeeze";
    if (place < features)
        snprintf(name.text, sizeof name.text, "features.%d%s%s", place + norms,
                 part ? "." : "", part ? part + 1 : "");
    else if (features)
        snprintf(name.text, sizeof name.text, "classifier.%d", place - features + 1);
    return name;
}

static LayerStem torchvision_name(const Network *network, int index) {
    return torchvision_stem(network, index, 0);
}

/* Without "features."; "" for a layer that is not one of them. */
static LayerStem without_features(LayerStem stem) {
    LayerStem rest = {""};
    if (strncmp(stem.text, "features.", 9) == 0)
        memcpy(rest.text, stem.text + 9, sizeof rest.text - 9);
    return rest;
}

/* Convolutions before this layer. */
static int convolutions(const Network *network, int index) {
    int count = 0;
    for (int i = 0; i < index; i++)
        count += network->layers[i].kind == LAYER_CONV;
    return count;
}

LayerStem layer_stem(const Network *network, int index, Naming naming, bool normed) {
    LayerStem stem =
        torchvision_stem(network, index, normed ? convolutions(network, index) : 0);
    if (naming == NAMING_KERAS) return keras_stem(&network->layers[index]);
    if (naming == NAMING_TORCHVISION) return stem;
    if (naming == NAMING_SEQUENTIAL) return without_features(stem);
    snprintf(stem.text, sizeof stem.text, "%s", network->layers[index].name);
    char *slash = strchr(stem.text, '/');
    if (slash) *slash = '.';
    return stem;
}

/* For torchvision the index after the convolution; for the others bn1_1 after conv1_1. */
LayerStem layer_norm_stem(const Network *network, int index, Naming naming, bool normed) {
    LayerStem stem = {""};
    const char *name = network->layers[index].name;
    if (naming == NAMING_KERAS || !layer_is_outer(&network->layers[index])) return stem;
    if (naming == NAMING_CAFFE) {
        if (strncmp(name, "conv", 4) == 0)
            snprintf(stem.text, sizeof stem.text, "bn%s", name + 4);
        return stem;
    }
    int norms = 1 + (normed ? convolutions(network, index) : 0);
    stem = torchvision_stem(network, index, norms);
    return naming == NAMING_SEQUENTIAL ? without_features(stem) : stem;
}

static bool unknown(const Network *network, const char *name, Error *err) {
    char names[400] = "";
    for (int i = 0; i < network->count; i++) {
        const Layer *layer = &network->layers[i];
        if (!layer_is_outer(layer)) continue;
        text_append(names, sizeof names, " %s", layer->name);
    }
    return error_set(err, "%s has no layer \"%.40s\"; choose from%s",
                     network->table->name, name, names);
}

bool network_layer_find(const Network *network, const char *name, int *index,
                        Error *err) {
    if (!name[0]) return unknown(network, name, err);
    for (int i = 0; i < network->count; i++)
        if (strcmp(name, network->layers[i].name) == 0 ||
            strcmp(name, keras_name(&network->layers[i]).text) == 0 ||
            strcmp(name, torchvision_name(network, i).text) == 0) {
            *index = i;
            return true;
        }
    return unknown(network, name, err);
}

bool network_deepest_of(const Network *network, const char *const *layers, int count,
                        int *deepest, Error *err) {
    *deepest = -1;
    for (int i = 0; i < count; i++) {
        int index;
        if (!network_layer_find(network, layers[i], &index, err)) return false;
        if (index > *deepest) *deepest = index;
    }
    return true;
}
