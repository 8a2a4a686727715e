#include "autograd/tape_plan.h"

#include "autograd/plan.h"
#include "autograd/tape.h"
#include "autograd/tape_backward.h"
#include "autograd/tape_struct.h"
#include "tensor/check.h"

typedef struct PlannedTape {
    bool sketch;      /* computes nothing */
    Plan *plan;       /* NULL before tape_plan */
    char *block;      /* of memory, which contains the spans of the plan */
    const Node *loss; /* where backward starts */
    bool fresh;       /* no backward has overwritten the values since the last forward */
} PlannedTape;

static void *address_of(const PlannedTape *p, int span) {
    return span < 0 ? NULL : p->block + p->plan->span[span].at;
}

/* A step that runs forward, in the forward pass or again in the backward pass. */
static void step_forward(const Tape *tape, const PlanStep *step) {
    Node *y = tape->nodes[step->node];
    y->value = address_of(tape->planned, step->value);
    y->saved = address_of(tape->planned, step->saved);
    y->halves.bits = NULL;
    y->op->forward(y);
}

/* After step t: the value of x becomes halves if t was the last to compute with it. */
static void narrow_after(const Plan *plan, Node *x, int t) {
    if (plan->narrow[x->id] != t || x->halves.bits) return;
    x->halves = halves_narrow(shape_size(x->shape), x->value);
    x->value = NULL;
}

static void run_forward(Tape *tape) {
    PlannedTape *p = tape->planned;
    CHECK(p->plan, "forward: tape_plan comes first");
    if (p->sketch) return;
    p->fresh = true;
    for (int t = 0; t < p->plan->forward; t++) {
        Node *y = tape->nodes[p->plan->step[t].node];
        step_forward(tape, &p->plan->step[t]);
        narrow_after(p->plan, y, t);
        for (int i = 0; i < y->inputs; i++)
            narrow_after(p->plan, y->in[i], t);
    }
}

static void run_backward(Tape *tape, Node *y, const real *seed) {
    PlannedTape *p = tape->planned;
    if (p->sketch) return;
    CHECK(p->plan && p->loss == y, "backward: node %d (%s) is not the loss planned",
          y->id, y->op->name);
    CHECK(p->fresh, "backward: values were overwritten, tape_forward comes first");
    p->fresh = false;
    tape_backward_start(tape, y, seed);
    for (int t = p->plan->forward; t < p->plan->steps; t++) {
        const PlanStep *step = &p->plan->step[t];
        if (step->backward)
            tape_backward_step(tape->nodes[step->node]);
        else
            step_forward(tape, step);
    }
    tape_backward_finish(tape);
}

static const TapeRun planned_run = {.forward = run_forward, .backward = run_backward};

Tape *tape_new_planned(void) {
    Tape *tape = tape_new();
    tape->run = &planned_run;
    tape->planned = ARENA_NEW(tape->arena, PlannedTape, 1);
    return tape;
}

Tape *tape_new_sketch(void) {
    Tape *tape = tape_new_planned();
    tape->planned->sketch = true;
    return tape;
}

bool tape_is_sketch(const Tape *tape) {
    return tape->planned && tape->planned->sketch;
}

const Plan *tape_planned(const Tape *tape) {
    return tape->planned ? tape->planned->plan : NULL;
}

/* The largest workspace of any op. */
static size_t workspace_of(const Tape *tape) {
    size_t most = 0;
    for (int id = 0; id < tape->size; id++) {
        const Node *y = tape->nodes[id];
        const size_t bytes = y->op->plan.workspace ? y->op->plan.workspace(y) : 0;
        if (bytes > most) most = bytes;
    }
    return most;
}

void tape_plan_with(Tape *tape, const Node *loss, int keep, Node *const *kept,
                    PlanOptions options) {
    PlannedTape *p = tape->planned;
    CHECK(p && !p->plan, "plan: requires a new tape of tape_new_planned");
    p->plan = plan_new(tape->arena, tape->nodes, tape->size, loss, keep, kept, options);
    p->loss = loss;
    tape->sealed = true;
    if (p->sketch) {
        tape->virtual_bytes = p->plan->bytes + workspace_of(tape);
        return;
    }
    p->block = arena_alloc(tape->arena, p->plan->bytes);
    for (int id = 0; id < tape->size; id++) {
        const int span = p->plan->grad[id];
        if (span >= 0) tape->nodes[id]->grad = address_of(p, span);
    }
    tape_forward(tape);
}

void tape_plan(Tape *tape, const Node *loss, int keep, Node *const *kept) {
    tape_plan_with(tape, loss, keep, kept, (PlanOptions){0});
}

void tape_plan_recompute(Tape *tape, const Node *loss, int keep, Node *const *kept) {
    tape_plan_with(tape, loss, keep, kept, (PlanOptions){.recompute = true});
}
