/* Lesson 15: where does a network come from?
 *
 * "First, a CNN has to be trained" (document 001, 3, step 1; 003, 3.2, step 2, takes a
 * trained one). This is the whole training. A small network classifies the pattern in a
 * patch as one of ten classes. The gradient of its loss changes its weights:
 *
 *     p_k = e^z_k / sum over j of e^z_j          L = mean over patches of -log p_label
 *     dL/dz_k = (p_k - [k = label]) / n          W = W - rate dL/dW  (001, 3; here Adam)
 *
 *     make lesson-15        or   build/double/lessons/15_train_features photo.jpg
 *
 * You will see the patches, the filters of the first layer before and after training,
 * what they find in a photograph, and the loss under two learning-rate schedules. */
#include <math.h>

#include "lessons/lesson.h"
#include "lessons/patches.h"
#include "lessons/textures.h"
#include "lessons/training.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "tensor/threads.h"

enum { CLASSES = TEXTURE_CLASSES, BATCH = 32, TEST = 400, STEPS = 400 };

/* Weight and bias of two convolutions and of the last, linear layer. */
static const Shape parts[6] = {{12, 3, 5, 5}, {1, 12, 1, 1},       {16, 12, 3, 3},
                               {1, 16, 1, 1}, {1, 1, CLASSES, 16}, {1, CLASSES, 1, 1}};

typedef struct Net {
    Textures patches;
    Tape *tape;
    Node *w;    /* all weights in one vector */
    Node *z;    /* (n,CLASSES,1,1) */
    Node *loss; /* cross-entropy */
} Net;

static Net record(Lesson *l, Tensor w, int n, Rng *rng);
static void check_gradients(Lesson *l, Net *net);
static void train(Lesson *l, Net *net, Training *run);
static double evaluate(void *net);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "15_train_features", 128);
    threads_set(1); /* the tensors are too small for two threads */
    Rng first = rng_seed(1);
    Rng unseen = rng_seed(2);
    const Tensor start = weights_draw(lesson_arena(l), 6, parts, &first);
    const Tensor w = tensor_clone(lesson_arena(l), start);
    const Tensor filters = {parts[0], w.data};
    const Tensor bias = {parts[1], w.data + shape_size(parts[0])};
    Net small = record(l, w, 4, &unseen);
    Net test = record(l, w, TEST, &unseen);
    Net net = record(l, w, BATCH, &unseen);
    lesson_print(l, "x %s  z %s  %d weights\n\n", SHAPE(net.patches.x.shape),
                 SHAPE(net.z->shape), w.shape.w);
    check_gradients(l, &small);
    textures_show(l, "patches.png", test.patches);
    filters_show(l, "before.png", filters, bias);
    lesson_print(l, "\nlog 10 = %.3f         loss   right, of 100 unseen patches\n",
                 log(10));
    lesson_print(l, "before training      %.3f %11.0f\n", (double)node_scalar(test.loss),
                 textures_right(test.patches, test.z));
    Training runs[] = {{"constant", 10, .schedule = schedule_constant(0.01)},
                       {"one cycle", 10, .schedule = schedule_one_cycle(0.01, STEPS)}};
    for (int k = 0; k < 2; k++) {
        tensor_copy(w, start); /* the same start for both */
        train(l, &net, &runs[k]);
        lesson_print(l, "%-19s %6s %11s\n", runs[k].name,
                     lesson_about(l, training_last(&runs[k])),
                     lesson_about(l, textures_right(test.patches, test.z)));
    }
    filters_show(l, "after.png", filters, bias);
    training_plot_losses(l, "Cross-entropy, mean of 10 batches", runs, 2);
    training_plot_rates(l, runs, 2);
    return lesson_end(l);
}

/* Convolution, ReLU, max pooling; convolution, ReLU, mean over all positions; linear. */
static Net record(Lesson *l, Tensor w, int n, Rng *rng) {
    Net net = {textures_alloc(lesson_arena(l), n), .tape = tape_new()};
    textures_draw(net.patches, rng);
    net.w = tape_variable(net.tape, w);
    Node *part[6];
    weights_split(net.w, 6, parts, part);
    Node *y = tape_constant(net.tape, net.patches.x);
    y = ag_conv2d_relu(y, part[0], part[1], (Conv2d){.pad = 2});
    y = ag_max_pool(y, (Pool2d){.kernel = 2});
    y = ag_conv2d_relu(y, part[2], part[3], (Conv2d){.pad = 1});
    y = ag_avg_pool(y, (Pool2d){.kernel = TEXTURE_SIDE / 2});
    net.z = ag_linear(y, part[4], part[5]);
    net.loss = ag_cross_entropy(net.z, (CrossEntropy){net.patches.label});
    return net;
}

/* p_k = e^z_k / sum over j of e^z_j */
static double softmax(const real *z, int k) {
    double sum = 0;
    for (int j = 0; j < CLASSES; j++)
        sum += exp((double)z[j]);
    return exp((double)z[k]) / sum;
}

/* All gradients against differences; then dL/dz against the formula above. */
static void check_gradients(Lesson *l, Net *net) {
    lesson_gradcheck(l, "cross-entropy", net->tape, net->loss);
    evaluate(net);
    const int n = net->z->shape.n;
    double error = 0;
    for (int patch = 0; patch < n; patch++) {
        const real *z = net->z->value + patch * CLASSES;
        const real *dz = net->z->grad + patch * CLASSES;
        for (int k = 0; k < CLASSES; k++) {
            const int is_label = k == net->patches.label[patch];
            error += fabs((softmax(z, k) - is_label) / n - (double)dz[k]);
        }
    }
    lesson_print(l, "dL/dz is %s(p - [k = label]) / n\n", error < 1e-12 ? "" : "not ");
}

/* A new batch at every step: no patch is ever seen twice. */
static void train(Lesson *l, Net *net, Training *run) {
    const size_t size = shape_size(net->w->shape);
    const Objective objective = {size, net->w->value, net->w->grad, evaluate, net};
    Optimizer *adam = adam_new(lesson_arena(l), objective, ADAM_DEFAULTS);
    Rng rng = rng_seed(3);
    for (int i = 0; i < STEPS; i++) {
        textures_draw(net->patches, &rng);
        schedule_apply(&run->schedule, adam, i);
        training_note(run, i, optimizer_step(adam).loss);
    }
}

static double evaluate(void *context) {
    const Net *net = context;
    tape_forward(net->tape);
    tape_backward(net->tape, net->loss);
    return (double)node_scalar(net->loss);
}

/* Exercises
 * 1. Write the cross-entropy, its gradient and a schedule in
 *    mine/15_train_features.c.
 * 2. Keep the random first layer and train only the rest. How many patches are right?
 * 3. Which stripes does the network confuse? Print a table with a row for each label and
 *    a column for each answer. */
