#include "notebooks/notebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/assets.h"
#include "io/image.h"
#include "losses/style.h"
#include "tensor/kernels/kernels.h"
#include "transfer/network_open.h"

static void must(bool good, const Error *err) {
    if (good) return;
    fprintf(stderr, "%s\n", err->text);
    abort();
}

Tensor notebook_image(Arena *arena, const char *name, int size) {
    Error err;
    Tensor image;
    const char *path = access(name, R_OK) == 0 ? name : assets_path(arena, name, &err);
    must(path && image_read(arena, path, &image, &err), &err);
    const Shape shape = image_fit(image.shape, size);
    return image_resize(arena, image, shape.h, shape.w);
}

Network *notebook_network(Arena *arena, Pooling pooling) {
    Error err;
    const NetworkOptions wanted = {.net = "paintnet", .pool = pooling};
    const char *path = assets_path(arena, "paintnet.safetensors", &err);
    Network *net = path ? network_open(arena, path, &wanted, NULL, &err) : NULL;
    must(net, &err);
    return net;
}

Node *notebook_features(Network *net, Node *image, const char *layer) {
    Error err;
    Node *features = NULL, *input = ag_normalize(image, network_normalize(net));
    must(network_record(net, image->tape, input, &layer, 1, &features, &err), &err);
    return features;
}

/* What exercise 09 calls, as in lessons/check/given.h; a notebook's own goes before it. */
void gram(int n, int m, const real *f, real *g);
void gram(int n, int m, const real *f, real *g) {
    kernels_ref.gram_forward(1, n, (size_t)m, 1, f, g);
}

Tensor notebook_gram(Arena *arena, Network *net, Tensor image, const char *layer) {
    Tape *tape = tape_new();
    Node *f = notebook_features(net, tape_constant(tape, image), layer);
    const Tensor gram = tape_keep(arena, ag_gram(f, gram_params(GRAM_HW, f)));
    tape_free(tape);
    return gram;
}
