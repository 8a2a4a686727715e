/* The weights, which the page reads from a file, and the networks that have them. */
#include "nn/network.h"
#include "web/play.h"

#define NETWORK "paintnet"
#define WHERE "the weights of " NETWORK

static Arena *kept;
static NamedTensors list;
static int room;

void PLAY_EXPORT(play_weights)(int count) {
    arena_free(kept);
    kept = arena_new();
    room = count > 0 ? count : 0;
    list = (NamedTensors){.items = ARENA_NEW(kept, NamedTensor, (size_t)room + 1)};
}

void PLAY_EXPORT(play_weight)(const char *name, int rank, int n, int c, int h, int w,
                              const float *numbers) {
    const Shape shape = {n, c, h, w};
    if (!kept || list.count >= (size_t)room || n < 1 || c < 1 || h < 1 || w < 1) return;
    NamedTensor *item = &list.items[list.count++];
    *item = (NamedTensor){.name = arena_string(kept, name), .rank = rank};
    item->tensor = tensor_alloc(kept, shape);
    for (size_t i = 0; i < shape_size(shape); i++)
        item->tensor.data[i] = (real)numbers[i];
}

bool PLAY_EXPORT(play_weights_end)(void) {
    Arena *scratch = arena_new();
    Network *network = network_new(scratch, NETWORK, POOL_DEFAULT, &play_err);
    const bool good = network && network_load(network, &list, WHERE, NULL, 0, &play_err);
    arena_free(scratch);
    return good;
}

const NamedTensors *play_weight_list(void) {
    return &list;
}

Network *play_network_new(Arena *arena, const Recipe *recipe) {
    Network *network = network_new(arena, NETWORK, recipe->net.pool, &play_err);
    if (!network) return NULL;
    network_padding(network, recipe->net.pad);
    if (!network_load(network, &list, WHERE, NULL, 0, &play_err)) return NULL;
    network_copy_weights(network); /* feature_scale_apply changes them */
    return network;
}
