/* images (n, 3, s, s)
 *    -> [convolution 3x3, ReLU, max pooling 2x2] to 16, 32, 64, 128 channels
 *    -> linear to 10 classes -> cross-entropy */
#include "app/bench_train.h"

#include <math.h>

#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "nn/ops.h"

enum { BLOCKS = 4, CLASSES = 10 };
static const int channels[BLOCKS] = {16, 32, 64, 128};

/* The network while it is recorded. */
typedef struct Recording {
    Arena *arena;
    Tape *tape;
    uint64_t leaves; /* weights and biases so far */
} Recording;

/* A trained leaf, normal with the given deviation. */
static Node *leaf(Recording *r, Shape shape, double deviation) {
    Tensor t = tensor_alloc(r->arena, shape);
    Rng rng = rng_seed(++r->leaves);
    tensor_fill_normal(t, &rng, 0, deviation);
    return tape_variable(r->tape, t);
}

static Node *block(Recording *r, Node *x, int i) {
    const int c = x->shape.c, o = channels[i];
    Node *weight = leaf(r, (Shape){o, c, 3, 3}, sqrt(2.0 / (9 * c)));
    Node *bias = leaf(r, (Shape){1, o, 1, 1}, 0);
    Node *y = ag_conv2d_relu(x, weight, bias, (Conv2d){.pad = 1});
    y = ag_max_pool(node_label(y, "relu%d", i + 1), (Pool2d){.kernel = 2});
    return node_label(y, "pool%d", i + 1);
}

static Node *record(Recording *r, Tensor images, const int *label) {
    Node *y = tape_constant(r->tape, images);
    for (int i = 0; i < BLOCKS; i++)
        y = block(r, y, i);
    const int numbers = y->shape.c * y->shape.h * y->shape.w;
    Node *weight = leaf(r, (Shape){1, 1, CLASSES, numbers}, sqrt(1.0 / numbers));
    Node *bias = leaf(r, (Shape){1, CLASSES, 1, 1}, 0);
    y = node_label(ag_linear(y, weight, bias), "linear");
    return ag_cross_entropy(y, (CrossEntropy){label});
}

BenchRun bench_training(Arena *arena, int side, int batch) {
    Tensor images = tensor_alloc(arena, (Shape){batch, 3, side, side});
    int *label = ARENA_NEW(arena, int, (size_t)batch);
    Rng rng = rng_seed(1);
    tensor_fill_uniform(images, &rng, 0, 1);
    for (int n = 0; n < batch; n++)
        label[n] = n % CLASSES;
    Recording r = {arena, tape_new_planned(), 0};
    Node *loss = record(&r, images, label);
    const BenchRun run = {r.tape, loss, bench_adam(arena, loss)};
    tape_plan(r.tape, loss, 0, NULL);
    return run;
}
