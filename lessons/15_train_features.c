/* 15 Where does a network come from?
 *
 * "First, a CNN has to be trained" (documents 001, 3, step 1; 003, 3.2, step 2): here is
 * the whole of it. A small network names the pattern in a patch, one class of ten, and
 * the gradient of its error changes its weights:
 *
 *     p_k = e^z_k / sum over j of e^z_j          L = mean over patches of -log p_label
 *     dL/dz_k = (p_k - [k = label]) / n          W = W - rate dL/dW  (001, 3; here Adam)
 *
 *     make lesson-15        or: 15_train_features [PICTURE] [--size N]
 *
 * You will see the patches, the filters of the first layer before and after, what they
 * find in a photograph, and the loss under two learning-rate schedules. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/kernels.h"

enum { CLASSES = 10, SIDE = 16, BATCH = 32, TEST = 400, STEPS = 400, MEAN = 10 };

/* Weight and bias of two convolutions and of the last, linear layer. */
static const Shape parts[6] = {{12, 3, 5, 5}, {1, 12, 1, 1},       {16, 12, 3, 3},
                               {1, 16, 1, 1}, {1, 1, CLASSES, 16}, {1, CLASSES, 1, 1}};
#define WEIGHTS (12 * 75 + 12 + 16 * 108 + 16 + CLASSES * 16 + CLASSES)

typedef struct Net {
    Tensor x;   /* patches, (n,3,SIDE,SIDE) */
    int *label; /* n of them */
    Tape *tape;
    Node *w, *z, *loss; /* all weights, one behind the other; (n,CLASSES,1,1) */
} Net;

static Tensor weights(Lesson *l);
static Net record(Lesson *l, Tensor w, int n);
static void draw(Net *net, Rng *rng);
static void train(Lesson *l, Net *net, Schedule schedule, double *loss, double *rate);
static double accuracy(Net *net);
static void show_patches(Lesson *l, const Net *net);
static void show_filters(Lesson *l, const char *file, Tensor w);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "15_train_features", 128);
    threads_set(1); /* the tensors are small: sharing them out costs more than it gains */
    double step[STEPS / MEAN], loss[2][STEPS / MEAN], rate[2][STEPS / MEAN];
    const Schedule schedules[2] = {schedule_constant(0.01),
                                   schedule_one_cycle(0.01, STEPS)};
    const char *const names[2] = {"constant", "one cycle"};
    for (int k = 0; k < 2; k++) {
        Rng unseen = rng_seed(2);
        Tensor w = weights(l); /* the same start for both */
        Net small = record(l, w, 4), net = record(l, w, BATCH), test = record(l, w, TEST);
        draw(&small, &unseen);
        draw(&test, &unseen);
        if (k == 0) {
            lesson_print(l, "x %s  z %s  %d weights\n\n", SHAPE(net.x.shape),
                         SHAPE(net.z->shape), WEIGHTS);
            lesson_gradcheck(l, "cross-entropy", small.tape, small.loss);
            show_patches(l, &test);
            show_filters(l, "before.png", w);
            lesson_print(l,
                         "\nbefore: loss %.1f, log 10 = 2.3; right %.0f of 100 "
                         "unseen patches\n",
                         (double)node_scalar(test.loss), accuracy(&test));
        }
        train(l, &net, schedules[k], loss[k], rate[k]);
        lesson_print(l, "%-9s  last losses %.2f; right %.0f of 100 unseen patches\n",
                     names[k], loss[k][STEPS / MEAN - 1], accuracy(&test));
        if (k == 1) show_filters(l, "after.png", w);
    }
    for (int i = 0; i < STEPS / MEAN; i++)
        step[i] = i * MEAN + MEAN / 2;
    const size_t points = STEPS / MEAN;
    lesson_plot(l, "loss.svg",
                &(Plot){"Cross-entropy, mean of 10 batches", "step", "loss", false, true,
                        2,
                        (Series[]){{names[0], points, step, loss[0]},
                                   {names[1], points, step, loss[1]}}});
    lesson_plot(l, "rate.svg",
                &(Plot){"Learning rate", "step", "rate", false, false, 2,
                        (Series[]){{names[0], points, step, rate[0]},
                                   {names[1], points, step, rate[1]}}});
    return lesson_end(l);
}

/* Random numbers of variance 2 / fan-in (He et al. 2015), which keeps the size of what
 * passes through a ReLU; biases 0. */
static Tensor weights(Lesson *l) {
    Tensor w = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, WEIGHTS});
    Rng rng = rng_seed(1);
    real *at = w.data;
    for (int k = 0; k < 6; at += shape_size(parts[k++])) {
        const Shape s = parts[k];
        const double fan = s.n > 1 ? s.c * s.h * s.w : s.w;
        if (k % 2 == 0) tensor_fill_normal((Tensor){s, at}, &rng, 0, sqrt(2 / fan));
    }
    return w;
}

/* conv, relu, maximum; conv, relu, mean over all places; linear. */
static Net record(Lesson *l, Tensor w, int n) {
    Net net = {tensor_alloc(lesson_arena(l), (Shape){n, 3, SIDE, SIDE}),
               ARENA_NEW(lesson_arena(l), int, (size_t)n), .tape = tape_new()};
    Node *part[6], *y = tape_constant(net.tape, net.x);
    net.w = tape_variable(net.tape, w);
    for (int k = 0, at = 0; k < 6; at += (int)shape_size(parts[k++]))
        part[k] = ag_reshape(ag_slice(net.w, (Slice){3, at, (int)shape_size(parts[k])}),
                             (Reshape){parts[k]});
    y = ag_conv2d_relu(y, part[0], part[1], (Conv2d){.pad = 2});
    y = ag_max_pool(y, (Pool2d){.kernel = 2});
    y = ag_conv2d_relu(y, part[2], part[3], (Conv2d){.pad = 1});
    y = ag_avg_pool(y, (Pool2d){.kernel = SIDE / 2});
    net.z = ag_linear(y, part[4], part[5]);
    net.loss = ag_cross_entropy(net.z, (CrossEntropy){net.label});
    return net;
}

/* Class 0 to 7: stripes in steps of 22.5 degrees; 8: checks; 9: dots. Place, width and
 * two colours are random, so only the pattern tells. */
static void draw(Net *net, Rng *rng) {
    for (int n = 0; n < net->x.shape.n; n++) {
        const int k = net->label[n] = (int)rng_below(rng, CLASSES);
        const double turn = k < 8 ? k : 8 * rng_uniform(rng), pi = acos(-1);
        const double f = 1 + 0.8 * rng_uniform(rng), a = 6 * rng_uniform(rng);
        const double b = 6 * rng_uniform(rng), si = sin(turn * pi / 8) * f,
                     co = cos(turn * pi / 8) * f;
        double colour[6];
        for (int c = 0; c < 6; c++)
            colour[c] = rng_uniform(rng) - 0.5;
        for (int at = 0; at < SIDE * SIDE; at++) {
            const int i = at / SIDE, j = at % SIDE;
            const double u = cos(co * j + si * i + a), v = cos(co * i - si * j + b);
            const double on = k < 8 ? u > 0 : k == 8 ? u * v > 0 : u + v > 0.7;
            for (int c = 0; c < 3; c++)
                *tensor_at(net->x, n, c, i, j) =
                    (real)(colour[c] + on * (colour[c + 3] - colour[c]) +
                           0.1 * rng_normal(rng));
        }
    }
    tape_forward(net->tape);
}

static double evaluate(void *context) {
    Net *net = context;
    tape_forward(net->tape);
    tape_backward(net->tape, net->loss);
    return (double)node_scalar(net->loss);
}

/* A new batch at every step: no patch is ever seen twice. */
static void train(Lesson *l, Net *net, Schedule schedule, double *loss, double *rate) {
    const Objective objective = {WEIGHTS, net->w->value, net->w->grad, evaluate, net};
    Optimizer *adam = adam_new(lesson_arena(l), objective, ADAM_DEFAULTS);
    Rng rng = rng_seed(3);
    for (int i = 0; i < STEPS; i++) {
        if (i % MEAN == 0) loss[i / MEAN] = 0;
        draw(net, &rng);
        schedule_apply(&schedule, adam, i);
        loss[i / MEAN] += optimizer_step(adam).loss / MEAN;
        rate[i / MEAN] = schedule_rate(&schedule, i);
    }
}

/* Of 100 patches, how many get their largest z at their own class. */
static double accuracy(Net *net) {
    int right = 0;
    tape_forward(net->tape);
    for (int n = 0; n < TEST; n++) {
        const real *z = net->z->value + n * CLASSES;
        int best = 0;
        for (int k = 1; k < CLASSES; k++)
            if (z[k] > z[best]) best = k;
        right += best == net->label[n];
    }
    return 100.0 * right / TEST;
}

/* Picture n of t, every pixel `times` times as large: middle + scale t. */
static Tensor enlarge(Lesson *l, Tensor t, int n, int times, double scale) {
    const int h = t.shape.h * times, w = t.shape.w * times;
    Tensor big = tensor_alloc(lesson_arena(l), (Shape){1, 3, h, w});
    for (int at = 0; at < 3 * h * w; at++)
        big.data[at] =
            (real)(0.5 + scale * (double)*tensor_at(t, n, at / (h * w),
                                                    at / w % h / times, at % w / times));
    return big;
}

/* One column for each class. */
static void show_patches(Lesson *l, const Net *net) {
    Tensor sheet[4 * CLASSES];
    for (int k = 0; k < CLASSES; k++)
        for (int n = 0, row = 0; row < 4; n++)
            if (net->label[n] == k)
                sheet[row++ * CLASSES + k] = enlarge(l, net->x, n, 4, 1);
    lesson_show_sheet(l, "patches.png", 4 * CLASSES, sheet, CLASSES);
}

/* The twelve filters, and under each what it finds in a photograph. */
static void show_filters(Lesson *l, const char *file, Tensor w) {
    Tensor sheet[24];
    Tape *tape = tape_new();
    Tensor filters = {parts[0], w.data}, bias = {parts[1], w.data + 12 * 75};
    Node *x = tape_constant(tape, lesson_picture(l, 0, "scene.png"));
    Node *y = ag_conv2d_relu(ag_shift(x, (Shift){-0.5}), tape_constant(tape, filters),
                             tape_constant(tape, bias), (Conv2d){1, 2, PAD_REFLECT});
    for (int k = 0; k < 12; k++) {
        sheet[k / 6 * 12 + k % 6] = enlarge(l, filters, k, 24, 0.8);
        sheet[k / 6 * 12 + k % 6 + 6] = lesson_grey(l, node_tensor(y), k);
    }
    lesson_show_sheet(l, file, 24, sheet, 6);
    tape_free(tape);
}

/* Exercises
 * 1. Softmax, its loss, the gradient, and a learning-rate schedule:
 *    lessons/exercises/15_train_features.c, make check-15.
 * 2. Leave the first layer as it was drawn and train the rest. How many are right?
 * 3. Which stripes are taken for which? Print a table: rows label, columns answer. */
