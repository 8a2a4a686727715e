/* 16 What do two networks learn that play against each other?
 *
 * The discriminator D says how likely a picture is real, the generator G makes pictures
 * from noise z (document 004, 2.4, 3.2; 4.2, with the bracket that is missing there,
 * S4-7):
 *
 *     min_G max_D V(D,G) = E_x[log D(x)] + E_z[log(1 - D(G(z)))]
 *     best D = p / (p + q)   and then   V = -log 4 + 2 JSD(p, q) >= -log 4, = when q = p
 *     D = sigmoid(s):  -log D = softplus(-s),  -log(1 - D) = softplus(s)
 *
 *     make lesson-16        or: 16_gan [PICTURE]
 *
 * You will see V reach -log 4, the gradients of the two losses of a generator (S4-10),
 * and two small networks, one of which learns to draw patches of a painting. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "lessons/patches.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "tensor/kernels.h"

enum { BINS = 60, SIDE = 12, BATCH = 32, NOISE = 12, STEPS = 900, MEAN = 20 };

static void best_value(Lesson *l);
static void generator_losses(Lesson *l);
static void play(Lesson *l, Tensor painting);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "16_gan", 96);
    threads_set(1); /* the tensors are small: sharing them out costs more than it gains */
    best_value(l);
    generator_losses(l);
    play(l, lesson_picture(l, 0, "painting.png"));
    return lesson_end(l);
}

/* A player: the tape of its loss, on which only its own weights are variables. */
typedef struct Player {
    Tape *tape;
    Node *w, *loss;
} Player;

static double evaluate(void *context) {
    Player *player = context;
    tape_forward(player->tape);
    tape_backward(player->tape, player->loss);
    return (double)node_scalar(player->loss);
}

static Optimizer *adam_of(Lesson *l, Player *player, double rate) {
    const Adam settings = {rate, 0.5, 0.999, 1e-8, false};
    const Objective objective = {shape_size(player->w->shape), player->w->value,
                                 player->w->grad, evaluate, player};
    return adam_new(lesson_arena(l), objective, settings);
}

/* On numbers from 0 to 1, p has two hills, q is (1 - t) flat + t p. Per bin D has one
 * logit, learned: V is what it reaches. */
static void best_value(Lesson *l) {
    double at[11], value[11], worst = 0, log4[11];
    Tensor p = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, BINS});
    Tensor q = tensor_clone(lesson_arena(l), p), s = tensor_clone(lesson_arena(l), p);
    double sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < BINS; i++) {
            const double x = (i + 0.5) / BINS, a = (x - 0.3) / 0.06, b = (x - 0.7) / 0.1;
            const double hills = exp(-a * a / 2) + exp(-b * b / 2);
            if (pass == 0) sum += hills;
            p.data[i] = (real)(hills / sum);
        }
    Player d = {.tape = tape_new()};
    d.w = tape_variable(d.tape, s);
    Node *real_ones = ag_softplus(ag_scale(d.w, (Scale){-1})), *fakes = ag_softplus(d.w);
    d.loss = ag_sum(ag_add(ag_mul(tape_constant(d.tape, p), real_ones),
                           ag_mul(tape_constant(d.tape, q), fakes)));
    for (int k = 0; k <= 10; k++) {
        for (int i = 0; i < BINS; i++)
            q.data[i] = (real)((1 - k / 10.0) / BINS + k / 10.0 * (double)p.data[i]);
        Lbfgs settings = LBFGS_DEFAULTS;
        settings.strong_wolfe = true;
        const Objective objective = {BINS, s.data, d.w->grad, evaluate, &d};
        Optimizer *lbfgs = lbfgs_new(lesson_arena(l), objective, settings);
        tensor_fill(s, 0);
        for (int i = 0; i < 200 && !optimizer_step(lbfgs).stop; i++) {
        }
        if (k == 0) lesson_gradcheck(l, "-V", d.tape, d.loss);
        at[k] = k / 10.0, log4[k] = -log(4), value[k] = -evaluate(&d);
        for (int i = 0; i < BINS; i++) {
            const double right = (double)(p.data[i] / (p.data[i] + q.data[i]));
            worst = fmax(worst, fabs(1 / (1 + exp(-(double)s.data[i])) - right));
        }
        if (k % 5 == 0)
            lesson_print(l, "q = %.1f p + %.1f flat: max V = %.4f\n", at[k], 1 - at[k],
                         value[k]);
    }
    lesson_print(l, "-log 4 = %.4f; |D - p / (p + q)| %s\n\n", -log(4),
                 worst < 0.01 ? "below 0.01" : "TOO LARGE");
    lesson_tell(l, "worst %g\n", worst);
    lesson_plot(l, "value.svg",
                &(Plot){"What the best D reaches", "t, q = (1 - t) flat + t p", "V",
                        false, false, 2,
                        (Series[]){{"max V", 11, at, value}, {"-log 4", 11, at, log4}}});
    tape_free(d.tape);
}

/* d loss / d s of both losses, by the tape, from D = 0.0003 to D = 0.9997. */
static void generator_losses(Lesson *l) {
    enum { POINTS = 65 };
    double logit[POINTS], gradient[2][POINTS];
    Tensor s = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, POINTS});
    for (int i = 0; i < POINTS; i++)
        s.data[i] = (real)(logit[i] = (i - 32) / 4.0);
    for (int k = 0; k < 2; k++) {
        Tape *tape = tape_new();
        Node *x = tape_variable(tape, s);
        Node *loss = ag_sum(k ? ag_softplus(ag_scale(x, (Scale){-1}))
                              : ag_scale(ag_softplus(x), (Scale){-1}));
        lesson_gradcheck(l, k ? "-log D" : "log(1 - D)", tape, loss);
        tape_backward(tape, loss); /* the check went back from random numbers */
        for (int i = 0; i < POINTS; i++)
            gradient[k][i] = (double)x->grad[i];
        tape_free(tape);
    }
    const int sure = 32 - 20; /* s = -5: D is sure that the picture is not real */
    lesson_print(l,
                 "D = %.4f: d log(1 - D) / ds = %.4f, d -log D / ds = %.4f, ratio "
                 "%.0f\n\n",
                 1 / (1 + exp(5.0)), gradient[0][sure], gradient[1][sure],
                 gradient[1][sure] / gradient[0][sure]);
    lesson_plot(l, "gradients.svg",
                &(Plot){"Gradient of the two generator losses", "s, D = sigmoid(s)",
                        "d loss / d s", false, false, 2,
                        (Series[]){{"log(1 - D), as written", POINTS, logit, gradient[0]},
                                   {"-log D, as used", POINTS, logit, gradient[1]}}});
}

#define GEN 4
static const Shape g_parts[GEN] = {{1, 1, 64, NOISE},
                                   {1, 64, 1, 1},
                                   {1, 1, 3 * SIDE *SIDE, 64},
                                   {1, 3 * SIDE *SIDE, 1, 1}};
#define DIS 6
static const Shape d_parts[DIS] = {{12, 3, 4, 4}, {1, 12, 1, 1},     {24, 12, 4, 4},
                                   {1, 24, 1, 1}, {1, 1, 1, 24 * 9}, {1, 1, 1, 1}};

/* noise -> linear, leaky ReLU -> linear, sigmoid -> (BATCH,3,SIDE,SIDE) */
static Node *generator(Node *z, Node *w) {
    Node *part[GEN];
    weights_split(w, GEN, g_parts, part);
    Node *y = ag_leaky_relu(ag_linear(z, part[0], part[1]), (LeakyRelu){0.2});
    return ag_reshape(ag_sigmoid(ag_linear(y, part[2], part[3])),
                      (Reshape){{BATCH, 3, SIDE, SIDE}});
}

/* picture -> two convolutions that halve it -> one number s, D = sigmoid(s) */
static Node *discriminator(Node *x, Node *w) {
    Node *part[DIS];
    weights_split(w, DIS, d_parts, part);
    Node *y = ag_shift(x, (Shift){-0.5});
    y = ag_leaky_relu(ag_conv2d(y, part[0], part[1], (Conv2d){2, 1, PAD_ZERO}),
                      (LeakyRelu){0.2});
    y = ag_leaky_relu(ag_conv2d(y, part[2], part[3], (Conv2d){2, 1, PAD_ZERO}),
                      (LeakyRelu){0.2});
    return ag_linear(y, part[4], part[5]);
}

static void cut(Tensor painting, Tensor x, Rng *rng) {
    for (int n = 0; n < BATCH; n++) {
        const int top = (int)rng_below(rng, (uint32_t)(painting.shape.h - SIDE));
        const int left = (int)rng_below(rng, (uint32_t)(painting.shape.w - SIDE));
        for (int at = 0; at < 3 * SIDE * SIDE; at++) {
            const int c = at / SIDE / SIDE, i = at / SIDE % SIDE, j = at % SIDE;
            *tensor_at(x, n, c, i, j) = *tensor_at(painting, 0, c, top + i, left + j);
        }
    }
}

/* Two tapes. D's reads the fake pictures where G's has left them, as constants; G's reads
 * D's weights as constants. So each backward pass moves one player only. */
static void play(Lesson *l, Tensor painting) {
    Arena *arena = lesson_arena(l);
    Rng rng = rng_seed(1);
    Tensor z = tensor_alloc(arena, (Shape){BATCH, NOISE, 1, 1});
    Tensor x = tensor_alloc(arena, (Shape){BATCH, 3, SIDE, SIDE});
    Tensor gw = weights_draw(arena, GEN, g_parts, &rng);
    Tensor dw = weights_draw(arena, DIS, d_parts, &rng);
    Player g = {.tape = tape_new()}, d = {.tape = tape_new()};
    g.w = tape_variable(g.tape, gw);
    Node *fake = generator(tape_constant(g.tape, z), g.w);
    Node *s = discriminator(fake, tape_constant(g.tape, dw));
    g.loss = ag_mean(ag_softplus(ag_scale(s, (Scale){-1}))); /* -log D(G(z)) */
    d.w = tape_variable(d.tape, dw);
    Node *sx = discriminator(tape_constant(d.tape, x), d.w);
    Node *sz = discriminator(tape_constant(d.tape, node_tensor(fake)), d.w);
    d.loss = ag_add(ag_mean(ag_softplus(ag_scale(sx, (Scale){-1}))),
                    ag_mean(ag_softplus(sz))); /* -V */
    Optimizer *adam_g = adam_of(l, &g, 0.002), *adam_d = adam_of(l, &d, 0.001);
    double step[STEPS / MEAN], loss[2][STEPS / MEAN], log4[STEPS / MEAN];
    Tensor sheet[48], noise = tensor_alloc(arena, z.shape);
    tensor_fill_normal(noise, &rng, 0, 1); /* the same for every row of the sheet */
    lesson_print(l, "z %s -> G %s -> D %s\n", SHAPE(z.shape), SHAPE(fake->shape),
                 SHAPE(s->shape));
    cut(painting, x, &rng);
    for (int k = 0; k < 8; k++)
        sheet[40 + k] = picture_enlarge(arena, x, k, 6, 0, 1);
    for (int i = 0, row = 0; i <= STEPS; i++) {
        if (i == 0 || i == STEPS / 30 || i == STEPS / 9 || i == STEPS / 3 || i == STEPS) {
            tensor_copy(z, noise);
            tape_forward(g.tape);
            for (int k = 0; k < 8; k++)
                sheet[8 * row + k] =
                    picture_enlarge(arena, node_tensor(fake), k, 6, 0, 1);
            row++;
        }
        if (i == STEPS) break;
        if (i % MEAN == 0)
            loss[0][i / MEAN] = loss[1][i / MEAN] = 0, step[i / MEAN] = i,
                        log4[i / MEAN] = log(4);
        cut(painting, x, &rng);
        tensor_fill_normal(z, &rng, 0, 1);
        tape_forward(g.tape);
        loss[0][i / MEAN] += optimizer_step(adam_d).loss / MEAN;
        loss[1][i / MEAN] += optimizer_step(adam_g).loss / MEAN;
    }
    lesson_show_sheet(l, "patches.png", 48, sheet, 8);
    lesson_plot(l, "loss.svg",
                &(Plot){"Two players", "step", "loss", false, false, 3,
                        (Series[]){{"D: -V", STEPS / MEAN, step, loss[0]},
                                   {"G: -log D(G(z))", STEPS / MEAN, step, loss[1]},
                                   {"log 4", STEPS / MEAN, step, log4}}});
    tape_free(g.tape);
    tape_free(d.tape);
}

/* Exercises
 * 1. The losses of both players and their gradients: lessons/exercises/16_gan.c, make
 *    check-16.
 * 2. Let G minimise log(1 - D(G(z))) instead. After how many steps are there colours?
 * 3. Let D learn five times for each step of G, then once for five. What do you see? */
