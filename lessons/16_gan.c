/* Lesson 16: what do two networks learn that play against each other?
 *
 * The discriminator D computes the probability that an image is real. The generator G
 * makes images from noise z (document 004, 2.4 and 3.2; 4.2 with a missing bracket,
 * S4-7):
 *
 *     min_G max_D V(D,G) = E_x[log D(x)] + E_z[log(1 - D(G(z)))]
 *     best D = p / (p + q)   and then   V = -log 4 + 2 JSD(p, q) >= -log 4, = when q = p
 *     D = sigmoid(s):  -log D = softplus(-s),  -log(1 - D) = softplus(s)
 *
 *     make lesson-16        or   build/double/lessons/16_gan painting.jpg
 *
 * You will see V reach -log 4, the gradients of the two losses of a generator (S4-10),
 * and a small network that learns to draw patches of a painting. */
#include <math.h>

#include "lessons/game.h"
#include "lessons/lesson.h"
#include "lessons/painters.h"
#include "lessons/training.h"
#include "tensor/threads.h"

enum { BATCH = 32, STEPS = 1890, SHOWN_FIRST = STEPS / 27 };

/* Both networks, with what they read and draw. */
typedef struct Match {
    Player g;
    Player d;
    Tensor z;          /* noise */
    Tensor x;          /* patches of the painting */
    Node *drawn;       /* G(z), on G's tape */
    Node *score;       /* the logits s of G(z), on G's tape */
    Optimizer *adam_g; /* learns G's weights */
    Optimizer *adam_d; /* learns D's weights */
} Match;

static void best_value(Lesson *l);
static void generator_losses(Lesson *l);
static Match match_new(Arena *arena, Rng *rng);
static void play(Lesson *l, Tensor painting);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "16_gan", 96);
    threads_set(1); /* the tensors are too small for several threads */
    best_value(l);
    generator_losses(l);
    play(l, lesson_image(l, 0, "painting.png"));
    return lesson_end(l);
}

/* Where p and q are known: the V of the best D, for a q that approaches p. */
static void best_value(Lesson *l) {
    enum { MIXTURES = 11 };
    double t[MIXTURES];
    double value[MIXTURES];
    double log4[MIXTURES];
    double worst = 0;
    Game game = game_new(lesson_arena(l));
    lesson_gradcheck(l, "-V", game.d.tape, game.d.loss);
    lesson_print(l, "  t   largest V, for q = (1 - t) flat + t p\n");
    for (int k = 0; k < MIXTURES; k++) {
        t[k] = k / 10.0;
        log4[k] = -log(4);
        game_mix(&game, t[k]);
        value[k] = game_best(lesson_arena(l), &game);
        worst = fmax(worst, game_error(&game));
        if (k % 5 == 0) lesson_print(l, "%3.1f   %.4f\n", t[k], value[k]);
    }
    lesson_print(l, "-log 4 = %.4f; |D - p / (p + q)| %s\n\n", -log(4),
                 worst < 0.01 ? "below 0.01" : "TOO LARGE");
    const Series curves[] = {{.title = "max V", .count = MIXTURES, .x = t, .y = value},
                             {.title = "-log 4", .count = MIXTURES, .x = t, .y = log4}};
    lesson_plot(l, "value.svg",
                &(Plot){.title = "What the best D reaches",
                        .x_label = "t, q = (1 - t) flat + t p",
                        .y_label = "V",
                        .series_count = 2,
                        .series = curves});
    tape_free(game.d.tape);
}

/* The two losses of a generator: as written, what G minimises in V; and as used. */
static Node *loss_as_written(Node *s) {
    return ag_scale(minus_log_not_d(s), (Scale){-1});
}

static Node *loss_as_used(Node *s) {
    return minus_log_d(s);
}

/* d loss / d s for every s, by the tape. */
static void find_gradient(Lesson *l, const char *name, Node *(*loss_of)(Node *s),
                          Tensor s, double *gradient) {
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, s);
    Node *loss = ag_sum(loss_of(x));
    lesson_gradcheck(l, name, tape, loss);
    tape_backward(tape, loss); /* the check leaves a gradient at random numbers */
    for (int i = 0; i < s.shape.w; i++)
        gradient[i] = (double)x->grad[i];
    tape_free(tape);
}

/* Both gradients, for s from -8 to 8. */
static void generator_losses(Lesson *l) {
    enum { POINTS = 65, MIDDLE = 32 };
    double logit[POINTS];
    double written[POINTS];
    double used[POINTS];
    Tensor s = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, POINTS});
    for (int i = 0; i < POINTS; i++) {
        logit[i] = (i - MIDDLE) / 4.0;
        s.data[i] = (real)logit[i];
    }
    find_gradient(l, "log(1 - D)", loss_as_written, s, written);
    find_gradient(l, "-log D", loss_as_used, s, used);
    lesson_print(l, "%9s %14s %14s %7s\n", "D", "log(1 - D)'", "-log D'", "ratio");
    for (int i = MIDDLE - 20; i <= MIDDLE + 20; i += 20)
        lesson_print(l, "%9.4f %14.4f %14.4f %7.3g\n", 1 / (1 + exp(-logit[i])),
                     written[i], used[i], used[i] / written[i]);
    const Series curves[] = {
        {.title = "log(1 - D), as written", .count = POINTS, .x = logit, .y = written},
        {.title = "-log D, as used", .count = POINTS, .x = logit, .y = used}};
    lesson_plot(l, "gradients.svg",
                &(Plot){.title = "Gradient of the two generator losses",
                        .x_label = "s, D = sigmoid(s)",
                        .y_label = "d loss / d s",
                        .series_count = 2,
                        .series = curves});
}

/* Two tapes. On D's tape the images that G has drawn are constants. On G's tape D's
 * weights are constants. So each backward pass changes one network only. */
static Match match_new(Arena *arena, Rng *rng) {
    Match m = {.g.tape = tape_new(), .d.tape = tape_new()};
    m.z = tensor_alloc(arena, (Shape){BATCH, PATCH_NOISE, 1, 1});
    m.x = tensor_alloc(arena, (Shape){BATCH, 3, PATCH_SIDE, PATCH_SIDE});
    m.g.w = tape_variable(m.g.tape, generator_weights(arena, rng));
    m.d.w = tape_variable(m.d.tape, discriminator_weights(arena, rng));

    Node *d_weights = tape_constant(m.g.tape, node_tensor(m.d.w));
    m.drawn = generator(tape_constant(m.g.tape, m.z), m.g.w);
    m.score = discriminator(m.drawn, d_weights);
    m.g.loss = ag_mean(minus_log_d(m.score));

    Node *drawn = tape_constant(m.d.tape, node_tensor(m.drawn));
    Node *on_real = discriminator(tape_constant(m.d.tape, m.x), m.d.w);
    Node *on_drawn = discriminator(drawn, m.d.w);
    m.d.loss = ag_add(ag_mean(minus_log_d(on_real)), ag_mean(minus_log_not_d(on_drawn)));
    return m;
}

/* Trains both. The sheet shows what G draws from the same noise, again and again. */
static void play(Lesson *l, Tensor painting) {
    Arena *arena = lesson_arena(l);
    Rng rng = rng_seed(1);
    Match m = match_new(arena, &rng);
    lesson_print(l, "\nz %s -> G %s -> D %s\n", SHAPE(m.z.shape), SHAPE(m.drawn->shape),
                 SHAPE(m.score->shape));
    m.adam_g = player_adam(arena, &m.g, 0.001);
    m.adam_d = player_adam(arena, &m.d, 0.004);

    Training loss[] = {{.name = "D: -V", .mean = 31},
                       {.name = "G: -log D(G(z))", .mean = 31}};
    Sheet sheet = {0};
    tensor_fill_normal(m.z, &rng, 0, 1);
    const Tensor same_z = tensor_clone(arena, m.z);
    int show = 0; /* the next step at which the sheet gets a row */
    for (int i = 0; i <= STEPS; i++) {
        if (i == show) {
            tensor_copy(m.z, same_z);
            tape_forward(m.g.tape);
            sheet_add(arena, &sheet, node_tensor(m.drawn));
            show = i > 0 ? 3 * i : SHOWN_FIRST;
        }
        patches_cut(painting, m.x, &rng);
        tensor_fill_normal(m.z, &rng, 0, 1);
        tape_forward(m.g.tape);
        training_note(&loss[0], i, optimizer_step(m.adam_d).loss);
        training_note(&loss[1], i, optimizer_step(m.adam_g).loss);
    }
    sheet_add(arena, &sheet, m.x);
    lesson_show_sheet(l, "patches.png", sheet.count, sheet.image, SHEET_COLUMNS);
    training_plot_losses(l, "Two players, mean of 31 steps", loss, 2);
    tape_free(m.g.tape);
    tape_free(m.d.tape);
}

/* Exercises
 * 1. Write both losses and their gradients in mine/16_gan.c (make check-16).
 * 2. Let G minimise log(1 - D(G(z))) instead. After how many steps are there colours?
 * 3. Let D learn five times for each step of G, then once for five. What do you see? */
