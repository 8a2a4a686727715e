/* In which order a planned tape runs. Any order is right in which a node runs forward
 * after its inputs and backward after all that use it, and in which the gradients of x
 * are added up as on an unplanned tape, for a sum in another order has other bits. That
 * leaves room to be thrifty:
 *
 * Forward, what is smaller than the value it reads comes as soon as it can, so that the
 * large value may go: a Gram matrix right after its features.
 *
 * Backward, the loss of an early layer waits. Its gradient with respect to that layer is
 * as large as the layer's value, and while it is computed both live; the best moment for
 * that is when little else does. Layer 1 is the largest, g is the backward of a loss:
 *
 *     as on the tape   g3 g2 g1 conv3 conv2 conv1
 *     value 1          ========
 *     grad  1                ====================
 *     grad  2             =================
 *     grad  3          ==============
 *
 *     g1 waits         g3 g2 conv3 g1 conv2 conv1
 *     value 1          ==============
 *     grad  1                      ==============
 *     grad  2             =================
 *     grad  3          ===========
 *
 * Where dropped values are computed again is decided here too: before the first step that
 * reads them. */
#include "autograd/plan_order.h"

#include "autograd/plan_reads.h"

/* When y is ready: its inputs' latest place. */
static int ready(const Node *y, const int *place) {
    int latest = 0;
    for (int i = 0; i < y->inputs; i++)
        if (y->in[i]->inputs > 0 && place[y->in[i]->id] > latest)
            latest = place[y->in[i]->id];
    return latest;
}

/* A node's place is its own id, or, when it is small, that of what it waits for. */
void plan_order_init(Planner *p) {
    int *place = p->now;
    p->forwards = p->backwards = 0;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = p->node[id];
        bool small = y->inputs && shape_size(y->shape) < shape_size(y->in[0]->shape);
        place[id] = small ? ready(y, place) : id;
    }
    for (int at = 0; at < p->nodes; at++)
        for (int id = at; id < p->nodes; id++)
            if (place[id] == at && p->node[id]->inputs > 0)
                p->forward[p->forwards++] = id;
    for (int id = p->nodes - 1; id >= 0; id--)
        if (p->runs[id] && p->node[id]->inputs > 0) p->backward[p->backwards++] = id;
}

static void add_step(Planner *p, int id, bool backward) {
    p->plan->step[p->plan->steps++] = (PlanStep){.node = id, .backward = backward};
    if (!backward) p->now[id]++;
}

/* Sees to it that x is there for a step of the backward pass: a dropped node runs again,
 * once, after those it reads. */
static void restore(Planner *p, const Node *x) {
    if (x->inputs == 0 || p->stays[x->id] || p->keeps[x->id] || p->now[x->id] > 1) return;
    for (int i = 0; i < x->inputs; i++)
        restore(p, x->in[i]);
    add_step(p, x->id, false);
}

void plan_order_steps(Planner *p) {
    p->plan->steps = 0;
    for (int id = 0; id < p->nodes; id++)
        p->now[id] = 0; /* how often it has run */
    for (int i = 0; i < p->forwards; i++)
        add_step(p, p->forward[i], false);
    p->plan->forward = p->plan->steps;
    for (int k = 0; k < p->backwards; k++) {
        const Node *y = p->node[p->backward[k]];
        for (int i = 0; i < y->inputs; i++)
            if (plan_reads_input(p, y, i)) restore(p, y->in[i]);
        if (plan_reads_output(y) || y->save_bytes) restore(p, y);
        add_step(p, y->id, true);
    }
}

/* Whether y's backward may come after z's, which now follows it. Not when z waits for it,
 * nor when both add to the same gradient. */
bool plan_order_may_wait(const Planner *p, const Node *y, const Node *z) {
    for (int i = 0; i < y->inputs; i++) {
        if (y->in[i] == z) return false;
        for (int k = 0; k < z->inputs; k++)
            if (y->in[i] == z->in[k] && p->wants[y->in[i]->id]) return false;
    }
    return true;
}
