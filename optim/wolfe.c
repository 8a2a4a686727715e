/* Strong Wolfe line search (Nocedal and Wright, Numerical Optimization, section 3.5),
 * with the safeguards of minFunc and PyTorch, so that it tries the same points:
 *
 *     bracket   walk to larger t until a bracket surely holds a good point
 *     zoom      shrink the bracket, keeping its lower end below the start
 *
 * Both choose the next trial at the minimum of a cubic. */
#include "optim/wolfe.h"

#include <math.h>
#include <stdbool.h>

#include "tensor/check.h"

static const double c1 = 1e-4, c2 = 0.9;

typedef struct LineSearch {
    const Line *line;
    int evaluations;
} LineSearch;

static bool may_go_on(const LineSearch *s) {
    return s->evaluations < s->line->max_evaluations;
}

static LinePoint evaluate(LineSearch *s, double t) {
    s->evaluations++;
    LinePoint p = s->line->at(s->line->context, t);
    if (isfinite(p.loss) && isfinite(p.slope)) return p;
    return (LinePoint){.t = t, .loss = HUGE_VAL};
}

static bool low_enough(const Line *line, LinePoint p) {
    return p.loss <= line->start.loss + c1 * p.t * line->start.slope;
}

static bool flat(const Line *line, LinePoint p) {
    return fabs(p.slope) <= -c2 * line->start.slope;
}

double wolfe_cubic_minimum(LinePoint a, LinePoint b, double from, double to) {
    if (a.t > b.t) {
        LinePoint left = b;
        b = a;
        a = left;
    }
    double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t);
    double d2 = sqrt(d1 * d1 - a.slope * b.slope); /* NaN or infinite: no minimum */
    double t = b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
    return isnan(t) ? (from + to) / 2 : fmin(fmax(t, from), to);
}

/* Increases t while the loss falls steeply. Returns true if *b satisfies both conditions.
 * Otherwise a good point is between *a and *b, or the evaluations are used up. */
static bool bracket(LineSearch *s, double t, LinePoint *a, LinePoint *b) {
    *a = s->line->start;
    *b = evaluate(s, t);
    while (may_go_on(s)) {
        bool rising = s->evaluations > 2 && b->loss >= a->loss;
        if (!low_enough(s->line, *b) || rising) return false;
        if (flat(s->line, *b)) return true;
        if (b->slope >= 0) return false;
        double from = b->t + 0.01 * (b->t - a->t), to = 10 * b->t;
        t = wolfe_cubic_minimum(*a, *b, from, to);
        *a = *b;
        *b = evaluate(s, t);
    }
    *a = s->line->start;
    return false;
}

/* The next trial inside the bracket [from, to]. Twice in a row within a tenth of an end
 * is no progress: the trial is then moved a tenth into the bracket. */
static double next_trial(LinePoint low, LinePoint high, bool *near_end) {
    double from = fmin(low.t, high.t), to = fmax(low.t, high.t), tenth = (to - from) / 10;
    double t = wolfe_cubic_minimum(low, high, from, to);
    bool near = fmin(to - t, t - from) < tenth;
    if (near && (*near_end || t >= to || t <= from)) {
        t = to - t < t - from ? to - tenth : from + tenth;
        near = false;
    }
    *near_end = near;
    return t;
}

static LinePoint zoom(LineSearch *s, LinePoint low, LinePoint high) {
    bool near_end = false;
    while (may_go_on(s) && fabs(high.t - low.t) >= s->line->resolution) {
        LinePoint trial = evaluate(s, next_trial(low, high, &near_end));
        if (!low_enough(s->line, trial) || trial.loss >= low.loss) {
            high = trial;
            if (high.loss < low.loss) {
                high = low;
                low = trial;
            }
            continue;
        }
        if (flat(s->line, trial)) return trial;
        if (trial.slope * (high.t - low.t) >= 0) high = low;
        low = trial;
    }
    return low;
}

LinePoint wolfe_search(const Line *line, double t, int *evaluations) {
    CHECK(t > 0 && line->start.slope < 0 && isfinite(line->start.loss),
          "a line search from loss %g downhill at %g with a first trial at %g",
          line->start.loss, line->start.slope, t);
    CHECK(line->max_evaluations > 0, "a line search without a single evaluation");
    LineSearch s = {line, 0};
    LinePoint a, b, found;
    if (bracket(&s, t, &a, &b))
        found = b;
    else
        found = a.loss <= b.loss ? zoom(&s, a, b) : zoom(&s, b, a);
    *evaluations += s.evaluations;
    return found;
}
