/* Keeps a record of a training run, and draws several of them in one figure.
 *
 *     Training run = {"constant", .mean = 10, .schedule = schedule_constant(0.01)};
 *     training_note(&run, i, loss);            at every step i, from 0
 *     lesson_print(l, "%.2f\n", training_last(&run));
 *     training_plot_losses(l, "Cross-entropy", &run, 1);    loss.svg
 *     training_plot_rates(l, &run, 1);                      rate.svg */
#ifndef LESSONS_TRAINING_H
#define LESSONS_TRAINING_H

#include "lessons/lesson.h"
#include "optim/schedule.h"

enum { TRAINING_POINTS = 100 };

typedef struct Training {
    const char *name;
    int mean; /* steps whose mean is one point of the curve */
    Schedule schedule;
    int points;
    double step[TRAINING_POINTS], loss[TRAINING_POINTS], rate[TRAINING_POINTS];
} Training;

void training_note(Training *t, int step, double loss);
double training_last(const Training *t);

/* One curve for each run. */
void training_plot_losses(Lesson *l, const char *title, const Training *runs, int count);
void training_plot_rates(Lesson *l, const Training *runs, int count);

#endif
