/* The live range of a value starts when its node runs forward and ends with the last step
 * that reads it; a node that is rematerialised starts a second one. What backward reads
 * is a property of the op (plan_reads.h). The live range of a gradient starts with its
 * first contribution and ends with the backward of its own node.
 *
 *              forward ---->                         backward ---->
 *     step     conv  relu  conv  relu  loss  loss  | loss  loss  relu  conv  relu  conv
 *     value 1  [==============================================]
 *     value 2              [============================]
 *     grad  2                                        [====================]
 *     grad  1                                              [==========================]
 *
 * An op that works in place uses one live range for both values. With halves, a value that
 * crosses to the backward pass is wide until the last step that computes with it:
 *
 *     step     conv  relu  gram  conv  relu  loss  | loss  relu  conv  gram  conv
 *     value 1  [==================]-----------------------------------]            */
#include "autograd/plan_lives.h"

#include <math.h>

#include "autograd/op.h"
#include "autograd/plan_reads.h"

#define SHARPNESS 32 /* the exponent of the pressure, a power of two */
#define UNIT 1e9     /* bytes; keeps the powers within the range of double */

static void later(int *step, int other) {
    if (other > *step) *step = other;
}

/* Step t reads the value of x, in backward perhaps as halves. */
static void read_value(Planner *p, const Node *x, int t, bool halves) {
    const int made = p->now[x->id];
    later(&p->last[made], t);
    if (!halves) later(&p->last_full[made], t);
}

/* p->last: for each forward step, the last step that reads its value; p->last_full: the
 * last that cannot read it as halves; p->last_saved: the last that reads what it saves.
 * p->now: the latest forward step of each node. */
static void find_last(Planner *p) {
    Plan *plan = p->plan;
    for (int t = 0; t < plan->steps; t++) {
        plan->visits++;
        const Node *y = p->node[plan->step[t].node];
        const bool backward = plan->step[t].backward;
        for (int i = 0; i < y->inputs; i++)
            if (y->in[i]->inputs > 0 && (!backward || plan_reads_input(p, y, i)))
                read_value(p, y->in[i], t, backward && y->op->plan.reads_halves);
        if (backward) {
            if (plan_reads_output(y)) read_value(p, y, t, false);
            p->last_saved[p->now[y->id]] = t;
        } else {
            p->now[y->id] = t;
            p->last[t] = p->last_full[t] = p->stays[y->id] ? plan->steps : t;
            p->last_saved[t] = t;
        }
    }
}

static size_t aligned(size_t bytes) {
    return (bytes + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

static int add_span(Plan *plan, size_t bytes, int first, int last) {
    plan->span[plan->count] = (Span){
        .first = first, .last = last, .bytes = aligned(bytes), .narrow = NARROW_NEVER};
    return plan->count++;
}

static size_t bytes_of(const Node *y) {
    return shape_size(y->shape) * sizeof(real);
}

/* The value of y, computed in step t, becomes halves in its place when only backward
 * functions that can read them follow. */
static void narrow_value(Planner *p, const Node *y, int t) {
    Plan *plan = p->plan;
    Span *span = &plan->span[plan->step[t].value];
    const size_t rest = aligned(shape_size(y->shape) * sizeof *y->halves.bits);
    const int full = p->last_full[t];
    if (!p->halves || full >= p->last[t] || full >= plan->forward || rest >= span->bytes)
        return;
    span->narrow = plan->narrow[y->id] = full;
    span->rest = rest;
}

static bool over_input(const Planner *p, const Node *y) {
    return y->op->plan.in_place || (y->op->plan.over_first && !p->loss);
}

/* Step t is y's forward. If y works in place and is the last to read its input, both use
 * one span. */
static void span_value(Planner *p, const Node *y, int t) {
    Plan *plan = p->plan;
    PlanStep *step = &plan->step[t];
    const Node *x = y->in[0];
    step->saved = -1;
    if (over_input(p, y) && x->inputs > 0 && p->last[p->now[x->id]] == t) {
        step->value = plan->step[p->now[x->id]].value;
        plan->span[step->value].last = p->last[t];
    } else {
        step->value = add_span(plan, bytes_of(y), t, p->last[t]);
    }
    if (y->save_bytes) step->saved = add_span(plan, y->save_bytes, t, p->last_saved[t]);
    narrow_value(p, y, t);
    if (t < plan->forward) plan->value[y->id] = step->value;
    p->now[y->id] = t;
}

/* Step t is y's backward: the live range of its gradient ends, that of an input's may
 * start. The loss has its gradient from the start. */
static void span_gradients(Planner *p, const Node *y, int t) {
    Plan *plan = p->plan;
    if (y == p->loss) plan->grad[y->id] = add_span(plan, bytes_of(y), plan->forward, t);
    plan->span[plan->grad[y->id]].last = t;
    for (int i = 0; i < y->inputs; i++) {
        const Node *x = y->in[i];
        if (x->inputs == 0 || !p->runs[x->id] || plan->grad[x->id] >= 0) continue;
        plan->grad[x->id] =
            y->op->plan.in_place ? plan->grad[y->id] : add_span(plan, bytes_of(x), t, t);
    }
}

void plan_lives_find(Planner *p) {
    Plan *plan = p->plan;
    plan->count = 0;
    find_last(p);
    for (int id = 0; id < p->nodes; id++)
        plan->value[id] = plan->grad[id] = -1, plan->narrow[id] = NARROW_NEVER;
    for (int t = 0; t < plan->steps; t++) {
        plan->visits++;
        const Node *y = p->node[plan->step[t].node];
        if (plan->step[t].backward)
            span_gradients(p, y, t);
        else
            span_value(p, y, t);
    }
}

double plan_lives_pressure(Planner *p) {
    Plan *plan = p->plan;
    double *change = p->change, live = 0, sum = 0;
    for (int t = 0; t <= plan->steps; t++)
        change[t] = 0;
    for (int i = 0; i < plan->count; i++) {
        plan->visits++;
        const Span *span = &plan->span[i];
        change[span->first] += (double)span->bytes;
        if (span->narrow < span->last)
            change[span->narrow + 1] -= (double)(span->bytes - span->rest);
        if (span->last < plan->steps)
            change[span->last + 1] -= (double)span_bytes(span, span->last);
    }
    for (int t = 0; t < plan->steps; t++) {
        plan->visits++;
        live += change[t];
        double power = live / UNIT;
        for (int n = 1; n < SHARPNESS; n *= 2)
            power *= power;
        sum += power;
    }
    return UNIT * pow(sum, 1.0 / SHARPNESS);
}
