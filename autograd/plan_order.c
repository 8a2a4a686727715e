/* The schedule of a planned tape. A schedule is valid if a node runs forward after its
 * inputs and backward after all nodes that use it, and if the gradients of a node are
 * summed in the same order as on an unplanned tape: floating-point sums depend on their
 * order. Within these constraints we minimise peak memory:
 *
 * Forward, a node that is smaller than the value it reads runs as soon as it can, so that
 * the live range of the large value can end: a Gram matrix right after its features.
 *
 * Backward, the loss of an early layer waits. Its gradient with respect to that layer is
 * as large as the layer's value, and both are live while it is computed; the best moment
 * for that is when little else is live. Layer 1 is the largest, g is the backward of a
 * loss:
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
 * Dropped values are rematerialised just before the first step that reads them. */
#include "autograd/plan_order.h"

#include "autograd/plan_reads.h"

/* The latest position of y's inputs. */
static int ready(const Node *y, const int *place) {
    int latest = 0;
    for (int i = 0; i < y->inputs; i++)
        if (y->in[i]->inputs > 0 && place[y->in[i]->id] > latest)
            latest = place[y->in[i]->id];
    return latest;
}

/* The position of a node is its id, or, when it is small, that of its latest input. */
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
    p->plan->visits++;
    if (!backward) p->now[id]++;
}

/* Makes the value of x available for the next step of the backward pass: a dropped node
 * runs again, once, after the nodes that it reads. */
static void restore(Planner *p, const Node *x) {
    p->plan->visits++;
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

/* False if z needs the gradient that y computes, or if both add to the same gradient. */
bool plan_order_may_wait(const Planner *p, const Node *y, const Node *z) {
    for (int i = 0; i < y->inputs; i++) {
        if (y->in[i] == z) return false;
        for (int k = 0; k < z->inputs; k++)
            if (y->in[i] == z->in[k] && p->wants[y->in[i]->id]) return false;
    }
    return true;
}
