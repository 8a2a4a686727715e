/* 16 What do two networks learn that play against each other?
 *
 * The discriminator D says how likely a picture is real, the generator G makes pictures
 * from noise z (document 004, 2.4, 3.2; 4.2, with the bracket missing there, S4-7):
 *
 *     min_G max_D V(D,G) = E_x[log D(x)] + E_z[log(1 - D(G(z)))]
 *     best D = p / (p + q)   and then   V = -log 4 + 2 JSD(p, q) >= -log 4, = when q = p
 *     D = sigmoid(s):  -log D = softplus(-s),  -log(1 - D) = softplus(s)
 *
 *     make lesson-16        or: 16_gan [PICTURE]
 *
 * You will see V reach -log 4, the gradients of the two losses of a generator (S4-10),
 * and a small network that learns to draw patches of a painting. */
#include <math.h>

#include "lessons/game.h"
#include "lessons/lesson.h"
#include "lessons/painters.h"
#include "lessons/training.h"
#include "tensor/threads.h"

enum { BATCH = 32, STEPS = 1890, POINTS = 65 };

static void best_value(Lesson *l);
static void generator_losses(Lesson *l);
static void play(Lesson *l, Tensor painting);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "16_gan", 96);
    threads_set(1); /* the tensors are small: sharing them out would cost time */
    best_value(l);
    generator_losses(l);
    play(l, lesson_picture(l, 0, "painting.png"));
    return lesson_end(l);
}

/* Where p and q are known: what the best D reaches while q comes nearer to p. */
static void best_value(Lesson *l) {
    double t[11], value[11], log4[11], worst = 0;
    Game game = game_new(lesson_arena(l));
    lesson_gradcheck(l, "-V", game.d.tape, game.d.loss);
    for (int k = 0; k <= 10; k++) {
        t[k] = k / 10.0, log4[k] = -log(4);
        game_mix(&game, t[k]);
        value[k] = game_best(lesson_arena(l), &game);
        worst = fmax(worst, game_error(&game));
        if (k % 5 == 0) lesson_print(l, "t = %.1f: max V = %.4f\n", t[k], value[k]);
    }
    lesson_print(l, "-log 4 = %.4f; |D - p / (p + q)| %s\n\n", -log(4),
                 worst < 0.01 ? "below 0.01" : "TOO LARGE");
    const Series curves[] = {{"max V", 11, t, value}, {"-log 4", 11, t, log4}};
    lesson_plot(l, "value.svg",
                &(Plot){"What the best D reaches", "t, q = (1 - t) flat + t p", "V",
                        false, false, 2, curves});
    tape_free(game.d.tape);
}

/* d loss / d s of both losses of G, by the tape, for s from -8 to 8. */
static void generator_losses(Lesson *l) {
    double logit[POINTS], gradient[2][POINTS];
    Tensor s = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, POINTS});
    for (int i = 0; i < POINTS; i++)
        s.data[i] = (real)(logit[i] = (i - 32) / 4.0);
    for (int used = 0; used < 2; used++) {
        Tape *tape = tape_new();
        Node *x = tape_variable(tape, s);
        Node *loss = used ? minus_log_d(x) : ag_scale(minus_log_not_d(x), (Scale){-1});
        lesson_gradcheck(l, used ? "-log D" : "log(1 - D)", tape, loss = ag_sum(loss));
        tape_backward(tape, loss); /* the check went back from random numbers */
        for (int i = 0; i < POINTS; i++)
            gradient[used][i] = (double)x->grad[i];
        tape_free(tape);
    }
    const double *written = gradient[0], *used = gradient[1];
    lesson_print(l, "%9s %14s %14s %7s\n", "D", "log(1 - D)'", "-log D'", "ratio");
    for (int i = 12; i <= 52; i += 20)
        lesson_print(l, "%9.4f %14.4f %14.4f %7.3g\n", 1 / (1 + exp(-logit[i])),
                     written[i], used[i], used[i] / written[i]);
    const Series curves[] = {{"log(1 - D), as written", POINTS, logit, written},
                             {"-log D, as used", POINTS, logit, used}};
    lesson_plot(l, "gradients.svg",
                &(Plot){"Gradient of the two generator losses", "s, D = sigmoid(s)",
                        "d loss / d s", false, false, 2, curves});
}

/* Two tapes. D's reads the pictures where G's has left them, as constants; G's reads D's
 * weights as constants. So each backward pass moves one player only. */
static void play(Lesson *l, Tensor painting) {
    Arena *arena = lesson_arena(l);
    Rng rng = rng_seed(1);
    Tensor z = tensor_alloc(arena, (Shape){BATCH, PATCH_NOISE, 1, 1});
    Tensor x = tensor_alloc(arena, (Shape){BATCH, 3, PATCH_SIDE, PATCH_SIDE});
    Player g = {.tape = tape_new()}, d = {.tape = tape_new()};
    g.w = tape_variable(g.tape, generator_weights(arena, &rng));
    d.w = tape_variable(d.tape, discriminator_weights(arena, &rng));
    Node *drawn = generator(tape_constant(g.tape, z), g.w);
    Node *s = discriminator(drawn, tape_constant(g.tape, node_tensor(d.w)));
    g.loss = ag_mean(minus_log_d(s));
    Node *on_x = discriminator(tape_constant(d.tape, x), d.w);
    Node *on_drawn = discriminator(tape_constant(d.tape, node_tensor(drawn)), d.w);
    d.loss = ag_add(ag_mean(minus_log_d(on_x)), ag_mean(minus_log_not_d(on_drawn)));
    lesson_print(l, "\nz %s -> G %s -> D %s\n", SHAPE(z.shape), SHAPE(drawn->shape),
                 SHAPE(s->shape));
    Optimizer *adam_g = player_adam(arena, &g, 0.001);
    Optimizer *adam_d = player_adam(arena, &d, 0.004);
    Training loss[] = {{"D: -V", .mean = 31}, {"G: -log D(G(z))", .mean = 31}};
    Sheet sheet = {0};
    tensor_fill_normal(z, &rng, 0, 1);
    Tensor same_z = tensor_clone(arena, z);
    for (int i = 0, show = 0; i <= STEPS; i++) {
        if (i == show) { /* what G makes of the same noise, now and then */
            tensor_copy(z, same_z), tape_forward(g.tape);
            sheet_add(arena, &sheet, node_tensor(drawn));
            show = i ? 3 * i : STEPS / 27;
        }
        patches_cut(painting, x, &rng);
        tensor_fill_normal(z, &rng, 0, 1), tape_forward(g.tape);
        training_note(&loss[0], i, optimizer_step(adam_d).loss);
        training_note(&loss[1], i, optimizer_step(adam_g).loss);
    }
    sheet_add(arena, &sheet, x);
    lesson_show_sheet(l, "patches.png", sheet.count, sheet.picture, SHEET_COLUMNS);
    training_plot_losses(l, "Two players, mean of 31 steps", loss, 2);
    tape_free(g.tape), tape_free(d.tape);
}

/* Exercises
 * 1. The losses of both and their gradients: lessons/exercises/16_gan.c, make check-16.
 * 2. Let G minimise log(1 - D(G(z))) instead. After how many steps are there colours?
 * 3. Let D learn five times for each step of G, then once for five. What do you see? */
