#include "lessons/pupils.h"

#include <math.h>

#include "lessons/game.h"
#include "lessons/one_pass.h"
#include "lessons/painters.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "tensor/clock.h"

enum { CONTENT = 2 };
static const char *const layers[PUPIL_LAYERS] = {"relu1_1", "relu2_1", "relu2_2",
                                                 "relu3_1"};

/* D, which learns while G does. */
typedef struct Critic {
    Player d;
    Tensor real;  /* a square of the painting */
    Node *wanted; /* -log D(G(x)), on G's tape */
    Optimizer *adam;
} Critic;

void studio_take_style(Studio *s) {
    Tape *tape = tape_new();
    Node *f[PUPIL_LAYERS];
    lesson_record(s->lesson, s->net, tape_constant(tape, s->painting), layers,
                  PUPIL_LAYERS, f);
    for (int k = 0; k < PUPIL_LAYERS; k++) {
        const double positions = f[k]->shape.h * f[k]->shape.w;
        Node *gram = ag_style_summary(f[k], STYLE_RELATIVE, positions);
        s->gram[k] = tape_keep(s->arena, gram);
    }
    tape_free(tape);
}

/* The images; the Gram matrices of the painting; squares of two thirds of the shortest
 * side. */
Studio studio_new(Lesson *l) {
    Studio new = {.lesson = l, .arena = lesson_arena(l)};
    Studio *s = &new;
    s->net = lesson_network(s->lesson);
    s->photo = lesson_image(s->lesson, 0, "scene.png");
    s->painting = lesson_image(s->lesson, 1, "painting.png");
    s->unseen = lesson_image(s->lesson, 2, "mosaic.png");
    const Shape a = s->photo.shape;
    const Shape b = s->painting.shape;
    s->side = (int)fmin(fmin(a.h, a.w), fmin(b.h, b.w)) * 2 / 3 / 4 * 4;
    Error err;
    if (s->side < PATCH_SIDE) {
        error_set(&err, "no side of an image may be shorter than 18 pixels");
        lesson_fail(s->lesson, &err);
    }
    studio_take_style(s);
    return new;
}

/* J of lesson 13: style of three layers, content of one, a little smoothness. */
Node *how_far(const Studio *s, Node *drawn, Node *photo) {
    Node *x[PUPIL_LAYERS];
    Node *p[PUPIL_LAYERS];
    Node *terms[PUPIL_LAYERS + 1];
    const double weights[PUPIL_LAYERS + 1] = {6, 6, 5, 6, 1e-4};
    lesson_record(s->lesson, s->net, drawn, layers, PUPIL_LAYERS, x);
    lesson_record(s->lesson, s->net, photo, layers, CONTENT + 1, p);
    for (int k = 0; k < PUPIL_LAYERS; k++) {
        Node *a = tape_constant(drawn->tape, s->gram[k]);
        terms[k] = k == CONTENT ? ag_content_loss(x[k], p[k], CONTENT_RELATIVE)
                                : ag_style_loss(x[k], a, STYLE_RELATIVE, drawn->shape);
    }
    terms[PUPIL_LAYERS] = ag_tv_loss(drawn, TV_SQUARES);
    return ag_weighted_sum(PUPIL_LAYERS + 1, terms, weights);
}

double evaluate_loss(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

/* As in lesson 16: on D's tape what G draws is a constant, and on G's tape D's weights
 * are. */
static Critic critic_new(Studio *s, Node *drawn, Rng *rng) {
    Critic c = {.d.tape = tape_new()};
    s->d = discriminator_weights(s->arena, rng);
    c.real = tensor_alloc(s->arena, drawn->shape);
    c.d.w = tape_variable(c.d.tape, s->d);
    Node *on_real = discriminator(tape_constant(c.d.tape, c.real), c.d.w);
    Node *fake = tape_constant(c.d.tape, node_tensor(drawn));
    Node *on_fake = discriminator(fake, c.d.w);
    c.d.loss = ag_add(ag_mean(minus_log_d(on_real)), ag_mean(minus_log_not_d(on_fake)));
    Node *d_weights = tape_constant(drawn->tape, s->d);
    c.wanted = ag_mean(minus_log_d(discriminator(drawn, d_weights)));
    return c;
}

/* A new square at every step; all pupils see the same ones. */
void pupil_train(Studio *s, Pupil *pupil, Training *run) {
    Rng rng = rng_seed(1);
    Rng squares = rng_seed(2);
    Tensor x = tensor_alloc(s->arena, (Shape){1, 3, s->side, s->side});
    Tape *tape = tape_new();
    Node *photo = tape_constant(tape, x);
    pupil->w = one_pass_weights(s->arena, &rng);
    Node *w = tape_variable(tape, pupil->w);
    Node *drawn = one_pass(s->arena, photo, w, pupil->norm);
    Node *j = how_far(s, drawn, photo);
    Node *loss = j;
    Critic critic = {0};
    if (pupil->critic > 0) {
        critic = critic_new(s, drawn, &rng);
        critic.adam = player_adam(s->arena, &critic.d, 0.002);
        loss = ag_add(j, ag_scale(critic.wanted, (Scale){pupil->critic}));
    }
    const Objective all = {shape_size(w->shape), w->value, w->grad, evaluate_loss, loss};
    Optimizer *adam = adam_new(s->arena, all, ADAM_DEFAULTS);
    Schedule schedule = schedule_one_cycle(pupil->rate, PUPIL_STEPS);
    const double begin = seconds_now();
    for (int i = 0; i < PUPIL_STEPS; i++) {
        patches_cut(s->photo, x, &squares);
        if (critic.adam) {
            patches_cut(s->painting, critic.real, &rng);
            tape_forward(tape); /* what G draws now, for D */
            optimizer_step(critic.adam);
        }
        schedule_apply(&schedule, adam, i);
        optimizer_step(adam);
        training_note(run, i, (double)node_scalar(j));
    }
    lesson_tell(s->lesson, "%s: %.1f s\n", pupil->name, seconds_now() - begin);
    tape_free(tape);
    tape_free(critic.d.tape);
}

/* One pass. */
Tensor pupil_paint(const Studio *s, const Pupil *pupil, Tensor photo) {
    Tape *tape = tape_new();
    Node *w = tape_constant(tape, pupil->w);
    Node *drawn = one_pass(s->arena, tape_constant(tape, photo), w, pupil->norm);
    Tensor kept = tape_keep(s->arena, drawn);
    tape_free(tape);
    return kept;
}
