/* Keeps a record of a training run, and draws several of them in one figure.
 *
 *     Training run = {"constant", .schedule = schedule_constant(0.01)};
 *     training_note(&run, i, loss);            at every step i, from 0
 *     lesson_print(l, "%.2f\n", training_last(&run));
 *     training_plot(l, &run, 1);               loss.svg and rate.svg */
#ifndef LESSONS_TRAINING_H
#define LESSONS_TRAINING_H

#include "lessons/lesson.h"
#include "optim/schedule.h"

enum { TRAINING_MEAN = 10, TRAINING_POINTS = 100 };

/* Every point is the mean over TRAINING_MEAN batches. */
typedef struct Training {
    const char *name;
    Schedule schedule;
    int points;
    double step[TRAINING_POINTS], loss[TRAINING_POINTS], rate[TRAINING_POINTS];
} Training;

void training_note(Training *t, int step, double loss);
double training_last(const Training *t);
void training_plot(Lesson *l, const Training *runs, int count);

#endif
