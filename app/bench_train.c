/* images (n, 3, s, s)
 *    -> [convolution 3x3, ReLU, max pooling 2x2] to 16, 32, 64, 128 channels
 *    -> linear to 10 classes -> cross-entropy
 *
 * The weights of all layers lie one after the other, for Adam sees one long vector. */
#include "app/bench_train.h"

#include <math.h>
#include <string.h>

#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "nn/ops.h"

enum { BLOCKS = 4, CLASSES = 10, LEAVES = 2 * (BLOCKS + 1) };
static const int channels[BLOCKS] = {16, 32, 64, 128};

/* A BenchTraining with what Adam needs to know behind it. */
typedef struct Whole {
    BenchTraining training;
    Node *leaf[LEAVES]; /* weight and bias of each layer */
    int leaves;
    size_t used; /* numbers of x that leaves have been given */
    real *x, *gradient;
} Whole;

/* What Adam calls: forward and backward have run, their gradients are gathered. */
static double gather(void *context) {
    Whole *w = context;
    real *to = w->gradient;
    for (int i = 0; i < w->leaves; i++) {
        size_t size = shape_size(w->leaf[i]->shape);
        memcpy(to, w->leaf[i]->grad, size * sizeof *to);
        to += size;
    }
    return (double)node_scalar(w->training.loss);
}

/* The next numbers of x as a trained leaf, normal with the given deviation. */
static Node *leaf(Whole *w, Shape shape, double deviation) {
    Tensor t = {shape, w->x + w->used};
    Rng rng = rng_seed((uint64_t)w->leaves + 1);
    tensor_fill_normal(t, &rng, 0, deviation);
    w->used += shape_size(shape);
    return w->leaf[w->leaves++] = tape_variable(w->training.tape, t);
}

static Node *block(Whole *w, Node *x, int i) {
    const int c = x->shape.c, o = channels[i];
    Node *weight = leaf(w, (Shape){o, c, 3, 3}, sqrt(2.0 / (9 * c)));
    Node *bias = leaf(w, (Shape){1, o, 1, 1}, 0);
    Node *y = ag_conv2d_relu(x, weight, bias, (Conv2d){.pad = 1});
    y = ag_max_pool(node_label(y, "relu%d", i + 1), (Pool2d){.kernel = 2});
    return node_label(y, "pool%d", i + 1);
}

static void record(Whole *w, Tensor images, const int *label) {
    Node *y = tape_constant(w->training.tape, images);
    for (int i = 0; i < BLOCKS; i++)
        y = block(w, y, i);
    const int numbers = y->shape.c * y->shape.h * y->shape.w;
    Node *weight = leaf(w, (Shape){1, 1, CLASSES, numbers}, sqrt(1.0 / numbers));
    Node *bias = leaf(w, (Shape){1, CLASSES, 1, 1}, 0);
    y = node_label(ag_linear(y, weight, bias), "linear");
    w->training.loss = ag_cross_entropy(y, (CrossEntropy){label});
    tape_plan(w->training.tape, w->training.loss, 0, NULL);
}

/* Numbers in all leaves, for images of this side. */
static size_t count_weights(int side) {
    size_t count = 0, c = 3, rest = (size_t)(side >> BLOCKS);
    for (int i = 0; i < BLOCKS; c = (size_t)channels[i++])
        count += ((size_t)9 * c + 1) * (size_t)channels[i];
    return count + (c * rest * rest + 1) * CLASSES;
}

BenchTraining *bench_training_new(Arena *arena, int side, int batch) {
    Whole *w = ARENA_NEW(arena, Whole, 1);
    const size_t size = count_weights(side);
    Tensor images = tensor_alloc(arena, (Shape){batch, 3, side, side});
    int *label = ARENA_NEW(arena, int, (size_t)batch);
    Rng rng = rng_seed(1);
    tensor_fill_uniform(images, &rng, 0, 1);
    for (int n = 0; n < batch; n++)
        label[n] = n % CLASSES;
    w->x = ARENA_NEW(arena, real, size);
    w->gradient = ARENA_NEW(arena, real, size);
    w->training.tape = tape_new_planned();
    record(w, images, label);
    w->training.adam = adam_new(arena,
                                (Objective){.size = size,
                                            .x = w->x,
                                            .gradient = w->gradient,
                                            .evaluate = gather,
                                            .context = w},
                                ADAM_DEFAULTS);
    return &w->training;
}

void bench_training_free(BenchTraining *training) {
    tape_free(training->tape);
}
