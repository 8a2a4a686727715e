/* Lists of tensors as in weight files, for the tests of loading. */
#ifndef TESTS_WEIGHT_LISTS_H
#define TESTS_WEIGHT_LISTS_H

#include <stdio.h>
#include <string.h>

#include "tests/networks.h"

static inline void append(NamedTensors *list, const char *stem, const char *what,
                          int rank, Shape shape, real *data) {
    char name[80];
    snprintf(name, sizeof name, "%s.%s", stem, what);
    list->items[list->count++] = (NamedTensor){
        .name = arena_string(arena, name), .rank = rank, .tensor = {shape, data}};
}

/* The tensors of a network's first `convolutions`, all zero and in the same place, under
 * their own names, or, as each row of VGG is one of torchvision's features, under those.
 */
static inline NamedTensors list_of(const char *name, int convolutions, bool torchvision) {
    const Network *network = new (name);
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 64)};
    real *zeros = ARENA_NEW(arena, real, 512 * 512 * 9);
    for (int i = 0; i < network_count(network) && convolutions > 0; i++) {
        const Layer *layer = network_layer(network, i);
        if (layer->kind != LAYER_CONV) continue;
        char stem[64];
        if (torchvision)
            snprintf(stem, sizeof stem, "features.%d", i);
        else
            snprintf(stem, sizeof stem, "%s", layer->name);
        if (strchr(stem, '/')) *strchr(stem, '/') = '.';
        append(&list, stem, "weight", 4,
               (Shape){layer->channels, layer->reads, layer->kernel, layer->kernel},
               zeros);
        append(&list, stem, "bias", 1, (Shape){1, 1, 1, layer->channels}, zeros);
        convolutions--;
    }
    return list;
}

#endif
