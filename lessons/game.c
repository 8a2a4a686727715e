#include "lessons/game.h"

#include <math.h>

enum { BINS = 60 };

static double evaluate(void *context) {
    Player *player = context;
    tape_forward(player->tape);
    tape_backward(player->tape, player->loss);
    return (double)node_scalar(player->loss);
}

static Objective objective_of(Player *player) {
    return (Objective){.size = shape_size(player->w->shape),
                       .x = player->w->value,
                       .gradient = player->w->grad,
                       .evaluate = evaluate,
                       .context = player};
}

Optimizer *player_adam(Arena *arena, Player *player, double rate) {
    Adam settings = ADAM_DEFAULTS;
    settings.lr = rate;
    settings.beta1 = 0.5;
    return adam_new(arena, objective_of(player), settings);
}

Node *minus_log_d(Node *s) {
    return ag_softplus(ag_scale(s, (Scale){-1}));
}

Node *minus_log_not_d(Node *s) {
    return ag_softplus(s);
}

/* Two hills, at 0.3 and at 0.7, whose bins add up to 1. */
static void fill_hills(Tensor p) {
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
        const double x = (i + 0.5) / BINS;
        const double a = (x - 0.3) / 0.06;
        const double b = (x - 0.7) / 0.1;
        p.data[i] = (real)(exp(-a * a / 2) + exp(-b * b / 2));
        sum += (double)p.data[i];
    }
    for (int i = 0; i < BINS; i++)
        p.data[i] = (real)((double)p.data[i] / sum);
}

Game game_new(Arena *arena) {
    const Shape bins = {1, 1, 1, BINS};
    Tape *tape = tape_new();
    Game game = {.p = tensor_alloc(arena, bins),
                 .q = tensor_alloc(arena, bins),
                 .s = tensor_alloc(arena, bins)};
    fill_hills(game.p);
    game_mix(&game, 0);

    Node *s = tape_variable(tape, game.s);
    Node *on_real = ag_mul(tape_constant(tape, game.p), minus_log_d(s));
    Node *on_drawn = ag_mul(tape_constant(tape, game.q), minus_log_not_d(s));
    game.d = (Player){.tape = tape, .w = s, .loss = ag_sum(ag_add(on_real, on_drawn))};
    return game;
}

void game_mix(Game *game, double t) {
    for (int i = 0; i < BINS; i++)
        game->q.data[i] = (real)((1 - t) / BINS + t * (double)game->p.data[i]);
}

double game_best(Arena *arena, Game *game) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    Optimizer *lbfgs = lbfgs_new(arena, objective_of(&game->d), settings);
    tensor_fill(game->s, 0);
    for (int i = 0; i < 200; i++)
        if (optimizer_step(lbfgs).stop) break;
    return -evaluate(&game->d);
}

double game_error(const Game *game) {
    double worst = 0;
    for (int i = 0; i < BINS; i++) {
        const double p = (double)game->p.data[i];
        const double q = (double)game->q.data[i];
        const double d = 1 / (1 + exp(-(double)game->s.data[i]));
        worst = fmax(worst, fabs(d - p / (p + q)));
    }
    return worst;
}
