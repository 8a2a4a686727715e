#include "app/bench_style.h"

#include "app/train_style_options.h"
#include "autograd/tape_plan.h"
#include "io/assets.h"
#include "nn/generator.h"
#include "tensor/rng.h"
#include "train/parameters.h"
#include "transfer/network_open.h"
#include "transfer/recipe_usual.h"

/* What Adam reads, once forward and backward have run. */
typedef struct Gathered {
    Parameters parameters;
    Node *loss;
} Gathered;

static double gather(void *context) {
    Gathered *g = context;
    parameters_gather(&g->parameters, g->loss->tape);
    return (double)node_scalar(g->loss);
}

static void fill(Tensor x, uint64_t seed) {
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(x, &rng, 0, 1);
}

static StyleLayers layers_of(const LayerList *from) {
    StyleLayers to = {.count = from->count};
    for (int i = 0; i < from->count; i++) {
        to.name[i] = from->item[i].name;
        to.weight[i] = from->item[i].weight;
    }
    return to;
}

/* The Gram matrices of a random painting. The content is compared at the layer that
 * `train-style` takes. */
static StyleTarget *target_of(Arena *arena, Network *network, Error *err) {
    const StyleLayers content = {.count = 1, .name = {"relu3_1"}, .weight = {1}};
    Recipe *recipe = ARENA_NEW(arena, Recipe, 1);
    *recipe = recipe_plain();
    if (!recipe_complete(recipe, network, err)) return NULL;
    const StyleLayers style = layers_of(&recipe->style.layers);
    const int side = train_style_defaults.painting_side;
    Tensor painting = tensor_alloc(arena, (Shape){1, 3, side, side});
    fill(painting, 1);
    return style_target_new(arena, network, painting, &content, &style, err);
}

static bool record_loss(Arena *arena, Network *generator, Network *network, int side,
                        int batch, Tape *tape, StyleLoss *loss, Error *err) {
    const StyleWeights weights = train_style_defaults.squares.training.weights;
    const StyleTarget *target = target_of(arena, network, err);
    if (!target) return false;
    StyleBatch *squares = ARENA_NEW(arena, StyleBatch, 1);
    *squares = style_batch_new(arena, batch, side, weights.stability > 0);
    fill(squares->photos, 2);
    return style_loss_record(arena, tape, generator, network, target, squares, weights,
                             loss, err);
}

bool bench_style_update(Arena *arena, int side, int batch, BenchStyle *out, Error *err) {
    const NetworkOptions wanted = {.pad = PADDING_REFLECT};
    const char *path = assets_path(arena, "paintnet.safetensors", err);
    Network *network = path ? network_open(arena, path, &wanted, NULL, err) : NULL;
    if (!network) return false;
    network_trainable(network, false);
    Network *generator = generator_new(arena);
    network_random(generator, 1);
    network_trainable(generator, true);
    StyleLoss loss;
    Tape *tape = tape_new_planned();
    if (!record_loss(arena, generator, network, side, batch, tape, &loss, err)) {
        tape_free(tape);
        return false;
    }
    Gathered *g = ARENA_NEW(arena, Gathered, 1);
    *g = (Gathered){parameters_of(arena, loss.total), loss.total};
    const Objective objective = {g->parameters.size, g->parameters.x,
                                 g->parameters.gradient, gather, g};
    tape_plan(tape, loss.total, 0, NULL);
    *out = (BenchStyle){tape, loss.total, adam_new(arena, objective, ADAM_DEFAULTS)};
    return true;
}

bool bench_style_pass(Arena *arena, int side, int batch, BenchStyle *out, Error *err) {
    Network *generator = generator_new(arena);
    network_random(generator, 1);
    Tensor photo = tensor_alloc(arena, (Shape){batch, 3, side, side});
    fill(photo, 1);
    Node *picture;
    *out = (BenchStyle){.tape = tape_new_planned()};
    if (!generator_record(generator, out->tape, tape_constant(out->tape, photo), &picture,
                          err)) {
        tape_free(out->tape);
        return false;
    }
    tape_plan(out->tape, NULL, 1, &picture);
    return true;
}
