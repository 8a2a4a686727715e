/* The updates of a training on squares of images: what the trainings of a style
 * (style_training.h) and of any style (any_training.h) do alike. An update is one step of
 * Adam on a batch of squares, which are small at first and larger later. The rate rises
 * quickly and falls along a cosine (optim/schedule.h); gradients may be clipped (clip.h).
 *
 *     Updates u = updates_new(&settings);
 *     u.parameters = parameters_pack(arena, &weights, 1);
 *     updates_record(&u, tape, side, &nodes);      at first, and when the side changes
 *     updates_begin(&u, arena);
 *     while (u.done < settings.steps) {
 *         ... a batch is drawn with u.rng, and filled into the leaves of the tape ...
 *         if (!updates_step(&u, &err)) ...
 *     }
 *     StyleTerms means = updates_terms(&u);
 *
 * Adam keeps the address of the struct, which must stay where it is. */
#ifndef TRAIN_UPDATES_H
#define TRAIN_UPDATES_H

#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/rng.h"
#include "tensor/state.h"
#include "train/clip.h"
#include "train/parameters.h"
#include "train/style_loss.h"

typedef struct StyleSettings {
    int steps;       /* updates */
    int batch;       /* squares at a time */
    int first, last; /* their sides at the start and at the end, pixels */
    double rate;     /* the highest of Adam */
    double clip;     /* a gradient is at most so many times as long as usual; 0: any */
    uint64_t seed;   /* of the first weights and of all draws */
    StyleWeights weights;
} StyleSettings;

/* The loss of an update, and what it is the weighted sum of; stability may be NULL. */
typedef struct StyleNodes {
    Node *total, *content, *style, *tv, *stability;
} StyleNodes;

/* Means of their values over some updates; 0 for a node that is NULL. */
typedef struct StyleTerms {
    double total, content, style, tv, stability;
} StyleTerms;

enum { UPDATES_TERMS = 5 };

typedef struct Updates {
    StyleSettings settings;
    Rng rng; /* of all draws */
    Parameters parameters;
    int side; /* of the present squares, pixels; 0: none yet */
    Tape *tape;
    Node *term[UPDATES_TERMS]; /* as in StyleNodes */
    Optimizer *adam;
    Schedule schedule;
    Clip clip;
    int done;                  /* updates so far */
    int summed;                /* of them in the sums */
    double sum[UPDATES_TERMS]; /* of the terms */
    bool diverged;             /* loss or gradient were not finite in the latest update */
} Updates;

/* Before the first update. */
Updates updates_new(const StyleSettings *settings);

/* What the next updates evaluate: a tape whose leaves read u->parameters. */
void updates_record(Updates *u, Tape *tape, int side, StyleNodes nodes);

/* Makes Adam, once the parameters are there. */
void updates_begin(Updates *u, Arena *arena);

/* One update of the batch that the tape holds. Fails when loss or gradient are not finite;
 * the parameters then stay. */
bool updates_step(Updates *u, Error *err);

/* The means over the updates since this was last called; there must be one. */
StyleTerms updates_terms(Updates *u);

/* The side of the squares of this update, from 0: `first` for UPDATES_FIRST of all
 * updates, the mean of both for the next ones, and `last` for UPDATES_LAST of them at the
 * end; all of them are multiples of 4. What is learned on small squares costs a quarter,
 * but only large ones show large forms, and have the statistics of whole pictures. */
#define UPDATES_FIRST 0.65
#define UPDATES_LAST 0.15
int updates_side(const StyleSettings *settings, int step);

/* Pixels that the updates from `from` to before `to` look at: what their time grows with. */
double updates_work(const StyleSettings *settings, int from, int to);

/* Seconds that the updates after `done` will take, at the speed of those from `from` on,
 * which took `seconds`. */
double updates_left(const StyleSettings *settings, int from, int done, double seconds);

/* Adds all that is remembered between two updates to the list; and whether pieces that
 * were copied from a file can be those of this training. A training of the same settings
 * and images, given the same pieces, continues with the same bits. */
void updates_state(Updates *u, StateList *list);
bool updates_state_check(const Updates *u, Error *err);

#endif
