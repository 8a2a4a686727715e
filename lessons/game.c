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
    return (Objective){shape_size(player->w->shape), player->w->value, player->w->grad,
                       evaluate, player};
}

Optimizer *player_adam(Arena *arena, Player *player, double rate) {
    return adam_new(arena, objective_of(player), (Adam){rate, 0.5, 0.999, 1e-8, false});
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
        const double x = (i + 0.5) / BINS, a = (x - 0.3) / 0.06, b = (x - 0.7) / 0.1;
        p.data[i] = (real)(exp(-a * a / 2) + exp(-b * b / 2));
        sum += (double)p.data[i];
    }
    for (int i = 0; i < BINS; i++)
        p.data[i] = (real)((double)p.data[i] / sum);
}

Game game_new(Arena *arena) {
    const Shape bins = {1, 1, 1, BINS};
    Game game = {tensor_alloc(arena, bins),
                 tensor_alloc(arena, bins),
                 tensor_alloc(arena, bins),
                 {.tape = tape_new()}};
    fill_hills(game.p);
    game_mix(&game, 0);
    Tape *tape = game.d.tape;
    Node *s = game.d.w = tape_variable(tape, game.s);
    game.d.loss = ag_sum(ag_add(ag_mul(tape_constant(tape, game.p), minus_log_d(s)),
                                ag_mul(tape_constant(tape, game.q), minus_log_not_d(s))));
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
        const double p = (double)game->p.data[i], q = (double)game->q.data[i];
        const double d = 1 / (1 + exp(-(double)game->s.data[i]));
        worst = fmax(worst, fabs(d - p / (p + q)));
    }
    return worst;
}
