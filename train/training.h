/* A whole training, step by step: distillation, Adam, and a rate that rises and falls in
 * one cycle.
 *
 *     Training *training = training_new(arena, distill, 4e-3, 6000, 100);
 *     TrainingReport report;
 *     while (training_steps(training) < 6000) {
 *         if (!training_step(training, &err)) ...
 *         if (training_reports_now(training) &&
 *             !training_report(training, &report, &err)) ...
 *     }
 *     distill_normalize(distill, &err);
 *
 * Between two steps its state can be saved, after a report that is due. A training of the
 * same settings, given the same pieces, continues with the same bits. */
#ifndef TRAIN_TRAINING_H
#define TRAIN_TRAINING_H

#include "train/distill.h"

typedef struct Training Training;

/* How far it is. */
typedef struct TrainingReport {
    int step;                     /* steps so far */
    double loss;                  /* mean over the steps since the last report */
    double test;                  /* on photographs that are not learned from */
    double layer[DISTILL_LAYERS]; /* the part of each layer in it */
} TrainingReport;

/* Reports are due after each `every` steps, and after the last. */
Training *training_new(Arena *arena, Distill *distill, double rate, int steps, int every);

/* One batch and one step of Adam. Fails when a photograph cannot be read, and when loss or
 * gradient are not finite; the weights then stay as they are. */
bool training_step(Training *training, Error *err);

/* Whether loss and gradient were finite until now. */
bool training_is_finite(const Training *training);

/* Steps so far. */
int training_steps(const Training *training);

/* Whether a report is due after the latest step, and how many were due until now. */
bool training_reports_now(const Training *training);
int training_reports(const Training *training);

/* Measures. A report that is not due draws random numbers, too: the training does not go
 * on with the same bits after it. */
bool training_report(Training *training, TrainingReport *report, Error *err);

/* Adds all that is remembered to the list, the distillation included; and whether pieces
 * that were copied from a file can be those of this training. */
void training_state(Training *training, StateList *list);
bool training_state_check(const Training *training, Error *err);

#endif
