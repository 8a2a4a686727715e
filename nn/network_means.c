#include "autograd/tape_plan.h"
#include "nn/network.h"
#include "nn/network_struct.h"

/* Adds the mean of every channel, over images and positions, times `share`. */
static void add_means(double *mean, const Node *features, double share) {
    const Shape s = features->shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    for (int k = 0; k < s.n * s.c; k++) {
        double sum = 0;
        for (size_t i = 0; i < plane; i++)
            sum += (double)features->value[(size_t)k * plane + i];
        mean[k % s.c] += share * sum / ((double)plane * s.n);
    }
}

/* The convolutions that are measured, and the names of the ReLUs after them. */
typedef struct Measured {
    int count, *convolution;
    const char **relu;
} Measured;

static bool add_image(Network *network, const Measured *m, Tensor image, Normalize reads,
                      double share, double **mean, Error *err) {
    Tape *tape = tape_new_planned();
    Arena *arena = arena_new();
    Node **features = ARENA_NEW(arena, Node *, (size_t)m->count);
    Node *input = ag_normalize(tape_constant(tape, image), reads);
    bool good = network_record(network, tape, input, m->relu, m->count, features, err);
    if (good) {
        tape_plan(tape, NULL, m->count, features);
        for (int i = 0; i < m->count; i++)
            add_means(mean[m->convolution[i]], features[i], share);
    }
    arena_free(arena);
    tape_free(tape);
    return good;
}

bool network_means(Network *network, Arena *arena, const Tensor *images, int count,
                   Normalize reads, int last, double **mean, Error *err) {
    const size_t layers = (size_t)network->count;
    Measured m = {0, ARENA_NEW(arena, int, layers),
                  ARENA_NEW(arena, const char *, layers)};
    for (int i = 0; i < network->count; i++) {
        mean[i] = NULL;
        if (i > last || i + 1 >= network->ready ||
            network->layers[i].kind != LAYER_CONV || !network_has_relu(network, i))
            continue;
        mean[i] = ARENA_NEW(arena, double, (size_t)network->layers[i].channels);
        m.convolution[m.count] = i;
        m.relu[m.count++] = network->layers[i + 1].name;
    }
    for (int i = 0; i < count; i++)
        if (!add_image(network, &m, images[i], reads, 1.0 / count, mean, err))
            return false;
    return true;
}

double network_layer_mean(const Network *network, int index, double *const *mean) {
    const int channels = network->layers[index].channels;
    double sum = 0;
    for (int c = 0; c < channels; c++)
        sum += mean[index][c];
    return sum / channels;
}
