#include "lessons/training.h"

#include "tensor/check.h"

void training_note(Training *t, int step, double loss) {
    const int at = step / TRAINING_MEAN;
    CHECK(at < TRAINING_POINTS, "no room for step %d", step);
    if (step % TRAINING_MEAN == 0) t->loss[at] = 0;
    t->points = at + 1;
    t->step[at] = at * TRAINING_MEAN + TRAINING_MEAN / 2;
    t->loss[at] += loss / TRAINING_MEAN;
    t->rate[at] = schedule_rate(&t->schedule, step);
}

double training_last(const Training *t) {
    return t->loss[t->points - 1];
}

void training_plot(Lesson *l, const Training *runs, int count) {
    Series *loss = ARENA_NEW(lesson_arena(l), Series, (size_t)count);
    Series *rate = ARENA_NEW(lesson_arena(l), Series, (size_t)count);
    for (int k = 0; k < count; k++) {
        const Training *t = &runs[k];
        loss[k] = (Series){t->name, (size_t)t->points, t->step, t->loss};
        rate[k] = (Series){t->name, (size_t)t->points, t->step, t->rate};
    }
    lesson_plot(l, "loss.svg",
                &(Plot){"Cross-entropy, mean of 10 batches", "step", "loss", false, true,
                        count, loss});
    lesson_plot(l, "rate.svg",
                &(Plot){"Learning rate", "step", "rate", false, false, count, rate});
}
