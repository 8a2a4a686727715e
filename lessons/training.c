#include "lessons/training.h"

#include "tensor/check.h"

void training_note(Training *t, int step, double loss) {
    const int at = step / t->mean;
    const int before = step % t->mean; /* steps in this mean so far */
    CHECK(at < TRAINING_POINTS, "no room for step %d", step);
    if (before == 0) t->loss[at] = 0;
    t->points = at + 1;
    t->step[at] = step - before / 2.0;
    t->loss[at] += (loss - t->loss[at]) / (before + 1);
    t->rate[at] = schedule_rate(&t->schedule, step);
}

double training_last(const Training *t) {
    return t->loss[t->points - 1];
}

void training_plot_losses(Lesson *l, const char *title, const Training *runs, int count) {
    Series *loss = ARENA_NEW(lesson_arena(l), Series, (size_t)count);
    for (int k = 0; k < count; k++)
        loss[k] = (Series){.title = runs[k].name,
                           .count = (size_t)runs[k].points,
                           .x = runs[k].step,
                           .y = runs[k].loss};
    lesson_plot(l, "loss.svg",
                &(Plot){.title = title,
                        .x_label = "step",
                        .y_label = "loss",
                        .series_count = count,
                        .series = loss});
}

void training_plot_rates(Lesson *l, const Training *runs, int count) {
    Series *rate = ARENA_NEW(lesson_arena(l), Series, (size_t)count);
    for (int k = 0; k < count; k++)
        rate[k] = (Series){.title = runs[k].name,
                           .count = (size_t)runs[k].points,
                           .x = runs[k].step,
                           .y = runs[k].rate};
    lesson_plot(l, "rate.svg",
                &(Plot){.title = "Learning rate",
                        .x_label = "step",
                        .y_label = "rate",
                        .series_count = count,
                        .series = rate});
}
