/* Optimisers: given a loss and its gradient, where should x go next?
 *
 * All methods work on one flat vector and share one step function, so a program chooses
 * its method once and then only steps:
 *
 *     Adam settings = ADAM_DEFAULTS;
 *     settings.lr = 3;
 *     Optimizer *optimizer = adam_new(arena, objective, settings);
 *     for (int i = 0; i < 200; i++) {
 *         Step step = optimizer_step(optimizer);
 *         if (step.stop) {
 *             printf("stopped: %s\n", step.stop);
 *             break;
 *         }
 *         printf("%d %g\n", i, step.loss);
 *     }
 *
 * A program may change x between two steps (clamp an image to its range, say). L-BFGS
 * then builds its curvature from a step that was not quite taken: clamp rarely. */
#ifndef OPTIM_OPTIMIZER_H
#define OPTIM_OPTIMIZER_H

#include <stdbool.h>
#include <stdint.h>

#include "optim/objective.h"
#include "optim/step.h"
#include "tensor/arena.h"
#include "tensor/error.h"
#include "tensor/state.h"

/* One step: evaluates at x, then moves x. Stops when the loss or a gradient entry is not
 * finite; L-BFGS has further reasons, see Lbfgs. After a stop the step may be tried
 * again, for instance after optimizer_restart. */
Step optimizer_step(Optimizer *o);

/* Changes the learning rate to lr, which must be positive, from the next step on. */
void optimizer_set_rate(Optimizer *o, double lr);

/* Resets the state of the method to that of a new optimiser: velocity, moments, curvature
 * pairs, temperature and random numbers. The learning rate stays. */
void optimizer_restart(Optimizer *o);

/* Adds all that the method remembers between two steps to the list. A new optimiser with
 * the same settings, given the same x and the same pieces, continues with the same bits.
 */
void optimizer_state(Optimizer *o, StateList *list);

/* Whether the pieces, written from a file, can be those of this optimiser: the numbers of
 * pairs and rows are in their range, the learning rate is positive. A step after a
 * failure would read outside of the optimiser's memory. */
bool optimizer_state_check(const Optimizer *o, Error *err);

/* Gradient descent, torch.optim.SGD. With g' = g + weight_decay x:
 *     v = momentum v + (1 - dampening) g'      in the first step v = g'
 *     x = x - lr v                   plain, or
 *     x = x - lr (g' + momentum v)   nesterov */
typedef struct Gd {
    double lr;           /* the documents' alpha or lambda */
    double momentum;     /* in [0, 1); 0 is plain descent x = x - lr g' */
    bool nesterov;       /* looks one step ahead; needs momentum */
    double dampening;    /* in [0, 1]; 0 with nesterov */
    double weight_decay; /* >= 0: the gradient of weight_decay |x|^2 / 2 is added to g */
} Gd;
Optimizer *gd_new(Arena *arena, Objective objective, Gd settings);

/* Adam and AdamW, torch.optim.Adam and torch.optim.AdamW: see adam.c. */
typedef struct Adam {
    double lr;           /* about how far each number moves per step */
    double beta1, beta2; /* memory of the gradient and of its square, in [0, 1) */
    double epsilon;      /* keeps the division away from zero, > 0 */
    bool epsilon_hat;    /* added before the root is corrected: TensorFlow, Torch7 */
    double weight_decay; /* >= 0: weight_decay x is added to g */
    bool decoupled;      /* AdamW: instead, x shrinks by the factor 1 - lr weight_decay */
} Adam;
#define ADAM_DEFAULTS ((Adam){.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8})
#define ADAMW_DEFAULTS                                                                   \
    ((Adam){.lr = 1e-3,                                                                  \
            .beta1 = 0.9,                                                                \
            .beta2 = 0.999,                                                              \
            .epsilon = 1e-8,                                                             \
            .weight_decay = 1e-2,                                                        \
            .decoupled = true})
Optimizer *adam_new(Arena *arena, Objective objective, Adam settings);

/* L-BFGS, torch.optim.LBFGS: see lbfgs.c. Further reasons to stop: the gradient is zero;
 * there is no descent direction; the step is too short; the line search finds no lower
 * loss. Memory: 2 history + 2 vectors, and one more with a line search. Without it a step
 * is one evaluation, with it about 1.4, and never more than max_evaluations + 1. */
typedef struct Lbfgs {
    double lr;               /* step length t, or the first one tried by the search */
    int history;             /* pairs (s, y) kept, >= 1; PyTorch: 100 */
    bool strong_wolfe;       /* search for a good step length, see wolfe.h */
    int max_evaluations;     /* of one line search, >= 1 */
    double tolerance_grad;   /* stop when max|g| <= this */
    double tolerance_change; /* stop when g.d > -this, or max|t d| <= this */
} Lbfgs;
#define LBFGS_DEFAULTS                                                                   \
    ((Lbfgs){.lr = 1,                                                                    \
             .history = 20,                                                              \
             .max_evaluations = 26,                                                      \
             .tolerance_grad = 1e-7,                                                     \
             .tolerance_change = 1e-9})
Optimizer *lbfgs_new(Arena *arena, Objective objective, Lbfgs settings);

/* Simulated annealing as Langevin dynamics: see anneal.c. */
typedef struct Anneal {
    double lr;          /* step length */
    double temperature; /* T_0 >= 0, in units of the loss; 0 is plain gradient descent */
    double cooling;     /* T_{t+1} = cooling T_t, in (0, 1]; 1 keeps the temperature */
    uint64_t seed;      /* of the random steps */
} Anneal;
Optimizer *anneal_new(Arena *arena, Objective objective, Anneal settings);

#endif
