#include "lessons/next_frame.h"

#include <math.h>

#include "autograd/ops.h"
#include "flow/consistency.h"
#include "lessons/temporal_by_hand.h"
#include "optim/optimizer.h"

Tensor paint_frame(const NextFrame *frame, Way way, Training *run) {
    const Studio *s = &frame->studio;
    const Tensor image = tensor_clone(s->arena, way.start);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, image);
    Node *j = how_far(s, x, tape_constant(tape, frame->photo));
    Node *loss = j;
    if (way.weight > 0) {
        Node *warped = tape_constant(tape, frame->warped);
        Node *temporal = temporal_by_hand(x, warped, tape_constant(tape, frame->t));
        loss = ag_add(j, ag_scale(temporal, (Scale){way.weight}));
    }
    const Objective pixels = {shape_size(x->shape), x->value, x->grad, evaluate_loss,
                              loss};
    Optimizer *lbfgs = lbfgs_new(s->arena, pixels, LBFGS_DEFAULTS);
    for (int i = 0; i < way.steps; i++) {
        training_note(run, i, (double)node_scalar(j));
        optimizer_step(lbfgs);
        tape_forward(tape);
    }
    training_note(run, way.steps, (double)node_scalar(j));
    tape_free(tape);
    return image;
}

double flicker(const NextFrame *frame, Tensor x) {
    WarpError e = {0};
    warp_error_add(&e, x, frame->warped, frame->t);
    return 255 * warp_error_rms(e);
}

Tensor changes_of(const NextFrame *frame, Tensor x) {
    const Tensor out = tensor_alloc(frame->studio.arena, frame->t.shape);
    const size_t plane = shape_size(out.shape);
    for (size_t e = 0; e < 3 * plane; e++) {
        const double away = fabs((double)(x.data[e] - frame->warped.data[e]));
        out.data[e % plane] += (real)(away * (double)frame->t.data[e % plane]);
    }
    return out;
}

void frames_plot(Lesson *l, const Training *runs, int count) {
    Series *series = ARENA_NEW(lesson_arena(l), Series, (size_t)count);
    for (int k = 0; k < count; k++)
        series[k] = (Series){.title = runs[k].name,
                             .count = (size_t)runs[k].points,
                             .x = runs[k].step,
                             .y = runs[k].loss};
    lesson_plot(l, "loss.svg",
                &(Plot){.title = "J of the second frame",
                        .x_label = "step",
                        .y_label = "J",
                        .log_y = true,
                        .series_count = count,
                        .series = series});
}
