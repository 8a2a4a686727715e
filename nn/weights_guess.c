/* Whose weights are these? */
#include "nn/network_table.h"

/* Convolutions of a network, from the first on without a gap, whose weight is in the list
 * with the right shape. */
static int explained(const Network *network, const NamedTensors *list, Naming naming) {
    int found = 0;
    for (int i = network_next_conv(network, 0); i < network->count;
         i = network_next_conv(network, i + 1)) {
        const NamedTensor *item = network_tensor(network, list, naming, i, "weight");
        Shape shape = layer_weight_shape(&network->layers[i]);
        if (!item || !shape_equal(item->tensor.shape, shape)) break;
        found++;
    }
    return found;
}

const NetworkTable *network_guess(const NamedTensors *list,
                                  const NetworkTable *favourite) {
    const NetworkTable *best = NULL;
    int most = 0;
    Arena *arena = arena_new();
    for (int i = 0; network_table(i); i++) {
        Error unused;
        const Network *network =
            network_new(arena, network_known(i), POOL_DEFAULT, &unused);
        for (Naming naming = 0; naming < NAMINGS; naming++) {
            int found = explained(network, list, naming);
            bool tie = found > 0 && found == most && network_table(i) == favourite;
            if (found <= most && !tie) continue;
            most = found;
            best = network_table(i);
        }
    }
    arena_free(arena);
    return 4 * (size_t)most >= list->count ? best : NULL;
}

const char *network_recognise(const NamedTensors *list) {
    const NetworkTable *table = network_guess(list, NULL);
    return table ? table->name : NULL;
}
