#include "app/verdict.h"

#include <math.h>

#define HARDLY 1e-6 /* of the total: a smaller change is none */
#define SAME 0.99 /* of the first total: a run that ends above it has made no progress */
#define STEPS_TO_MOVE 10
#define ALL 0.99 /* of the numbers */

static double at_limits(Tensor image) {
    const size_t size = shape_size(image.shape);
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += !(image.data[i] > 0 && image.data[i] < 1);
    return (double)count / (double)size;
}

void verdict_begin(Verdict *v, Tensor image) {
    *v = (Verdict){.at_limits = at_limits(image)};
}

void verdict_add(Verdict *v, int step, double total) {
    if (v->steps++ == 0) v->first = v->last = total;
    if (v->steps == 1 || fabs(total - v->last) > HARDLY * fabs(v->last)) v->moved = step;
    v->last = total;
}

void verdict_state(Verdict *v, StateList *list) {
    state_add(list, "verdict steps", STATE_INT, &v->steps, 1);
    state_add(list, "verdict moved", STATE_INT, &v->moved, 1);
    state_add(list, "verdict first", STATE_DOUBLE, &v->first, 1);
    state_add(list, "verdict last", STATE_DOUBLE, &v->last, 1);
    state_add(list, "verdict at limits", STATE_DOUBLE, &v->at_limits, 1);
}

bool verdict_state_check(const Verdict *v, int steps, Error *err) {
    return (v->steps >= 0 && v->steps <= steps && v->moved >= 0 && v->moved <= steps) ||
           error_set(err, "a loss that moved in step %d of %d", v->moved, steps);
}

/* What a run that goes nowhere can change. */
static const char *advice(const Recipe *r) {
    if (r->optimizer.method == METHOD_LBFGS && !r->optimizer.lbfgs.strong_wolfe)
        return "L-BFGS without a line search can stall so; try --optim adam (or --recipe "
               "ns-adam for ns), --init content or --line-search";
    if (r->optimizer.method == METHOD_LBFGS) return "try --optim adam or --init content";
    return "try a larger --lr or --optim lbfgs";
}

static void print_stalled(const Verdict *v, const Recipe *r, double total, int last) {
    fprintf(stderr,
            "the loss did not fall: %.6g after the first of %d steps, %.6g after the "
            "last",
            v->first, v->steps, total);
    if (v->moved < last)
        fprintf(stderr, ", and it has not moved since step %d", v->moved);
    fprintf(stderr, "; %s\n", advice(r));
}

void verdict_print(const Verdict *v, const Recipe *r, const PaintEnd *end, int last) {
    const double total = end->terms.total;
    if (v->steps == 0 && total != 0) {
        if (!end->diverged) fprintf(stderr, "no step was taken; %s\n", advice(r));
        return;
    }
    if (v->first > 0 && total > v->first * (1 + HARDLY))
        fprintf(stderr, "the loss rose, from %.6g: try a smaller --lr or --optim adam\n",
                v->first);
    else if (v->first > 0 && v->steps >= STEPS_TO_MOVE && total > SAME * v->first)
        print_stalled(v, r, total, last);
    else if (v->first == 0 && total == 0)
        fprintf(stderr, "the loss is 0 from the first step on: there was nothing to do; "
                        "are content and style the same, or the weights 0?\n");
}

bool verdict_keeps(const Verdict *v, const Recipe *r, const PaintEnd *end, int steps,
                   Tensor image, Error *err) {
    if (end->hopeless && steps == 0)
        return error_set(err,
                         "the first image has no finite loss or gradient, before any "
                         "step, so --lr does not matter: try smaller weights "
                         "(--style-weight, --content-weight), other --weights, or "
                         "stylegrad-double; nothing was saved");
    if (end->diverged && steps == 0)
        return error_set(err,
                         "the first step went to infinity: try a smaller --lr than %g or "
                         "--optim adam; nothing was saved",
                         r->optimizer.schedule.lr);
    if (v->at_limits < ALL && at_limits(image) > ALL)
        return error_set(err,
                         "nothing is left of the image: its numbers ran to 0 and 1 or "
                         "beyond; try a smaller --lr than %g; nothing was saved",
                         r->optimizer.schedule.lr);
    return true;
}
