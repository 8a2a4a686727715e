/* The sizes of the features at each layer, without computing them. */
#include "nn/network.h"
#include "nn/network_struct.h"
#include "tensor/check.h"

/* The number of windows of `kernel`, one every `stride`, in a side with padding. With
 * ceil_mode one more may reach beyond the end, if it begins inside. 0 when none fits.
 */
static int windows(const Layer *layer, int side) {
    int room = side + 2 * layer->pad - layer->kernel;
    bool ceil = layer->kind == LAYER_POOL && layer->ceil_mode;
    if (ceil) room += layer->stride - 1;
    if (room < 0) return 0;
    int count = room / layer->stride + 1;
    if (ceil && (count - 1) * layer->stride >= side + layer->pad) count--;
    return count;
}

/* The height or width of a layer's output, from that of its input. */
static int side_after(const Network *network, int index, int side) {
    if (index < 0) return side;
    const Layer *layer = &network->layers[index];
    int before = side_after(network, layer->in[0], side);
    if (before < 1) return 0;
    if (layer->kind == LAYER_UPSAMPLE) return 2 * before;
    if (layer->kind == LAYER_CROP) return before < side ? before : side;
    if (layer->kind == LAYER_CONV && layer->mode == PAD_REFLECT && before <= layer->pad)
        return 0; /* nothing to reflect */
    const bool slides = layer->kind == LAYER_CONV || layer->kind == LAYER_POOL;
    return slides ? windows(layer, before) : before;
}

bool network_shape(const Network *network, const char *layer, Shape input, Shape *output,
                   Error *err) {
    int index;
    if (!network_layer_find(network, layer, &index, err)) return false;
    CHECK(input.c == 3, "%s reads RGB, got %s", network->table->name, SHAPE(input));
    int h = side_after(network, index, input.h), w = side_after(network, index, input.w);
    if (h < 1 || w < 1) {
        int least = 1;
        while (side_after(network, index, least) < 1)
            least++;
        return error_set(err,
                         "the image is too small: layer %s of %s needs at least %d x "
                         "%d pixels, got %d x %d (width x height); use a larger image "
                         "(--size) or a layer nearer the input",
                         network->layers[index].name, network->table->name, least, least,
                         input.w, input.h);
    }
    *output = (Shape){input.n, network->layers[index].channels, h, w};
    return true;
}
