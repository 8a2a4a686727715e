#include "app/painting.h"

#include "io/interrupt.h"

PaintStep painting_step(const Stage *stage, PaintStep step) {
    step.step += stage->before.step;
    step.evaluations += stage->before.evaluations;
    step.seconds += stage->before.seconds;
    return step;
}

bool painting_stopped(const Painting *run) {
    return interrupt_signal() || run->failure ||
           (run->options->stop_after > 0 && run->last.step >= run->options->stop_after);
}
