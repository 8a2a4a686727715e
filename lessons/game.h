/* The game of lesson 16 on numbers instead of images, where the best D is known; and the
 * type of a player, for this game and the one with images.
 *
 *     Game game = game_new(arena);
 *     game_mix(&game, 0.5);                  q = half flat, half p
 *     double v = game_best(arena, &game);    max_D V(D, G), found by L-BFGS */
#ifndef LESSONS_GAME_H
#define LESSONS_GAME_H

#include "autograd/ops.h"
#include "optim/optimizer.h"

/* The tape of a loss on which only the player's own weights are variables, so its
 * backward pass changes only these weights. */
typedef struct Player {
    Tape *tape;
    Node *w, *loss;
} Player;

/* Adam with beta1 = 0.5, as usual for GANs: the opponent changes, so old gradients
 * mislead.
 */
Optimizer *player_adam(Arena *arena, Player *player, double rate);

/* -log D = softplus(-s) and -log(1 - D) = softplus(s), element by element. */
Node *minus_log_d(Node *s);
Node *minus_log_not_d(Node *s);

/* Numbers from 0 to 1 in bins: real ones with probability p, two hills, generated ones
 * with q. D has one logit s per bin. */
typedef struct Game {
    Tensor p, q, s;
    Player d; /* its loss is -V */
} Game;

Game game_new(Arena *arena); /* free d.tape */

/* q = (1 - t) flat + t p */
void game_mix(Game *game, double t);

/* Trains D from s = 0 and returns V. */
double game_best(Arena *arena, Game *game);

/* The largest |D - p / (p + q)|. */
double game_error(const Game *game);

#endif
