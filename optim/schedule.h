/* How the learning rate changes during a run. A schedule is a value; it says the rate for
 * each step, counted from 0:
 *
 *     Schedule schedule = schedule_drop(3, 180, 0.1, true);
 *     for (int i = 0; i < 200; i++) {
 *         schedule_apply(&schedule, optimizer, i);
 *         optimizer_step(optimizer);
 *     }
 *
 * That one is document 002's: its "simulated annealing" (section 1) is a new Adam with
 * rate 0.1 instead of 3 from step 180 on (section 4.2). Annealing with a temperature is
 * anneal_new in optimizer.h. */
#ifndef OPTIM_SCHEDULE_H
#define OPTIM_SCHEDULE_H

#include <stdbool.h>

#include "optim/optimizer.h"

/* See the functions below, schedule_constant() and so on: SCHEDULE_CONSTANT,
 * SCHEDULE_DROP, SCHEDULE_EXPONENTIAL, SCHEDULE_STAIRCASE, SCHEDULE_ONE_CYCLE,
 * SCHEDULE_WARM_COSINE. */
typedef enum ScheduleKind {
    SCHEDULE_CONSTANT,
    SCHEDULE_DROP,
    SCHEDULE_EXPONENTIAL,
    SCHEDULE_STAIRCASE,
    SCHEDULE_ONE_CYCLE,
    SCHEDULE_WARM_COSINE,
} ScheduleKind;

/* Made by the functions below. */
typedef struct Schedule {
    ScheduleKind kind; /* which formula */
    double lr;         /* at step 0 */
    int at;        /* drop: first step with the new rate; warm cosine: warm-up steps */
    double after;  /* drop: the new rate */
    bool restart;  /* drop: with a new optimiser, that is, with empty moments */
    double factor; /* exponential, staircase: the rate after `every` steps over that
                      before */
    int every;     /* exponential, staircase: in steps; the others: all steps */
} Schedule;

/* lr at every step. */
Schedule schedule_constant(double lr);

/* lr before step `at`, `after` from it on; `restart` forgets the optimiser's state there,
 * which is what "a new optimiser" means. See adam.c for the jump that follows. */
Schedule schedule_drop(double lr, int at, double after, bool restart);

/* lr factor^(step / every): smooth decay. */
Schedule schedule_exponential(double lr, double factor, int every);

/* lr factor^floor(step / every): the same decay in stairs. */
Schedule schedule_staircase(double lr, double factor, int every);

/* One cycle of Smith and Topin 2018, as in torch.optim.lr_scheduler.OneCycleLR: along
 * half a cosine from lr / 25 up to lr during the first 30 % of the steps, then along
 * another down to lr / 250000 at the last of them, step `steps` - 1. For training
 * networks: large steps first, small steps at the end. */
Schedule schedule_one_cycle(double lr, int steps);

/* A warm-up and a cosine (Loshchilov and Hutter 2017, without restarts): lr (step + 1) / warm
 * during the first `warm` steps, then along half a cosine from lr at step `warm` down to
 * lr / 100 at step `steps` - 1. For trainings that need large steps from early on. */
Schedule schedule_warm_cosine(double lr, int warm, int steps);

/* The rate for this step, 0, 1, 2, ... */
double schedule_rate(const Schedule *schedule, int step);

/* To be called before each step: sets the rate, and restarts the optimiser when the
 * schedule says so. */
void schedule_apply(const Schedule *schedule, Optimizer *optimizer, int step);

#endif
