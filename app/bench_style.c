#include "app/bench_style.h"

#include "app/train_style_open.h"
#include "autograd/tape_plan.h"
#include "io/assets.h"
#include "nn/generator.h"
#include "tensor/rng.h"
#include "transfer/network_open.h"

static void fill(Tensor x, uint64_t seed) {
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(x, &rng, 0, 1);
}

/* The Gram matrices of a random painting, at the layers that `train-style` takes. */
static StyleTarget *target_of(Arena *arena, Network *network, Error *err) {
    StyleLayers content, style;
    const TrainStyleOptions *usual = &train_style_defaults;
    if (!train_style_layers(arena, usual, network, &content, &style, err)) return NULL;
    Tensor painting =
        tensor_alloc(arena, (Shape){1, 3, usual->painting_side, usual->painting_side});
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

bool bench_style_update(Arena *arena, int side, int batch, BenchRun *out, Error *err) {
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
    *out = (BenchRun){tape, loss.total, bench_adam(arena, loss.total)};
    tape_plan(tape, loss.total, 0, NULL);
    return true;
}

bool bench_style_pass(Arena *arena, int side, int batch, BenchRun *out, Error *err) {
    Network *generator = generator_new(arena);
    network_random(generator, 1);
    Tensor photo = tensor_alloc(arena, (Shape){batch, 3, side, side});
    fill(photo, 1);
    Node *picture;
    *out = (BenchRun){.tape = tape_new_planned()};
    if (!generator_record(generator, out->tape, tape_constant(out->tape, photo), &picture,
                          err)) {
        tape_free(out->tape);
        return false;
    }
    tape_plan(out->tape, NULL, 1, &picture);
    return true;
}
