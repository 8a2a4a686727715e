#include "app/verdict.h"

#include <math.h>

#define HARDLY 1e-6 /* of the total: a smaller change is none */
#define SAME 0.99 /* of the first total: a run that ends above it has made no progress */
#define FAR_ABOVE 2 /* times the lowest total: a run that ends above it has lost much */
#define TOO_LONG 2  /* times the total before: a step with such a growth was too long */
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

/* The step led from the last total to this one. */
static void add_growth(Verdict *v, int step, double total) {
    if (!(v->last > 0 && total > v->growth * v->last)) return;
    v->growth = total / v->last;
    v->growth_step = step;
}

void verdict_add(Verdict *v, int step, double total) {
    if (v->steps++ == 0) {
        v->first = v->last = v->lowest = total;
        v->lowest_step = step;
    }
    if (v->steps == 1 || fabs(total - v->last) > HARDLY * fabs(v->last)) v->moved = step;
    if (total < v->lowest) {
        v->lowest = total;
        v->lowest_step = step;
    }
    add_growth(v, step - 1, total);
    v->last = total;
}

void verdict_state(Verdict *v, StateList *list) {
    state_add(list, "verdict steps", STATE_INT, &v->steps, 1);
    state_add(list, "verdict moved", STATE_INT, &v->moved, 1);
    state_add(list, "verdict first", STATE_DOUBLE, &v->first, 1);
    state_add(list, "verdict last", STATE_DOUBLE, &v->last, 1);
    state_add(list, "verdict lowest", STATE_DOUBLE, &v->lowest, 1);
    state_add(list, "verdict lowest step", STATE_INT, &v->lowest_step, 1);
    state_add(list, "verdict growth", STATE_DOUBLE, &v->growth, 1);
    state_add(list, "verdict growth step", STATE_INT, &v->growth_step, 1);
    state_add(list, "verdict at limits", STATE_DOUBLE, &v->at_limits, 1);
}

static bool is_step(int step, int steps) {
    return step >= 0 && step <= steps;
}

bool verdict_state_check(const Verdict *v, int steps, Error *err) {
    return (is_step(v->steps, steps) && is_step(v->moved, steps) &&
            is_step(v->lowest_step, steps) && is_step(v->growth_step, steps)) ||
           error_set(err, "a loss that moved in step %d of %d", v->moved, steps);
}

static bool without_line_search(const Recipe *r) {
    return r->optimizer.method == METHOD_LBFGS && !r->optimizer.lbfgs.strong_wolfe;
}

/* The options that give the run a line search, which cannot be had with limits. */
static const char *line_search(const Recipe *r) {
    return r->pixels.clamp.low < r->pixels.clamp.high ? "--line-search --clamp none"
                                                      : "--line-search";
}

/* What a run that goes nowhere can change. */
static void print_advice_for_stalled(const Recipe *r) {
    if (without_line_search(r))
        fprintf(
            stderr,
            "L-BFGS without a line search can stall so; try %s (in stylegrad-double "
            "when rounding hides the slope), --init content, or --optim adam (for ns: "
            "--recipe ns-adam)",
            line_search(r));
    else if (r->optimizer.method == METHOD_LBFGS)
        fprintf(
            stderr,
            "try stylegrad-double, which rounds less, --init content or --optim adam");
    else
        fprintf(stderr, "try a larger --lr or --optim lbfgs");
}

/* What a run whose steps are too long can change. */
static void print_advice_for_long_steps(const Recipe *r) {
    if (without_line_search(r))
        fprintf(stderr, "L-BFGS without a line search takes such steps; add %s",
                line_search(r));
    else if (r->optimizer.method == METHOD_ADAM)
        fprintf(stderr, "try a smaller --lr");
    else
        fprintf(stderr, "try a smaller --lr or --optim adam");
}

static void print_stalled(const Verdict *v, const Recipe *r, double total, int last) {
    fprintf(stderr,
            "the loss did not fall: %.6g after the first of %d steps, %.6g after the "
            "last",
            v->first, v->steps, total);
    if (v->moved < last)
        fprintf(stderr, ", and it has not moved since step %d", v->moved);
    fprintf(stderr, "; ");
    print_advice_for_stalled(r);
    fprintf(stderr, "\n");
}

static void print_far_above(const Verdict *v, const Recipe *r, double total) {
    fprintf(stderr,
            "the loss ended at %.6g, which is %.3g times the lowest, %.6g in step %d",
            total, total / v->lowest, v->lowest, v->lowest_step);
    if (v->growth > TOO_LONG)
        fprintf(stderr, ": step %d was too long, the loss grew to %.3g times its value",
                v->growth_step, v->growth);
    fprintf(stderr, "; ");
    print_advice_for_long_steps(r);
    fprintf(stderr, "\n");
}

static void print_rose(const Verdict *v, const Recipe *r) {
    fprintf(stderr, "the loss rose, from %.6g; ", v->first);
    print_advice_for_long_steps(r);
    fprintf(stderr, "\n");
}

void verdict_print(const Verdict *given, const Recipe *r, const PaintEnd *end, int last) {
    const double total = end->terms.total;
    Verdict with_end = *given;
    const Verdict *v = &with_end;
    if (v->steps == 0 && total != 0) {
        if (end->diverged) return;
        fprintf(stderr, "no step was taken; ");
        print_advice_for_stalled(r);
        fprintf(stderr, "\n");
        return;
    }
    add_growth(&with_end, last, total);
    if (v->lowest > 0 && v->lowest < v->first && total > FAR_ABOVE * v->lowest)
        print_far_above(v, r, total);
    else if (v->first > 0 && total > v->first * (1 + HARDLY))
        print_rose(v, r);
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
