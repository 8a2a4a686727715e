/* head */
#include "autograd/plan_search.h"

#include <math.h>
#include <string.h>

#include "autograd/op.h"
#include "autograd/plan_lives.h"
#include "autograd/plan_order.h"
#include "autograd/plan_reads.h"

#define MEMORY_WORTH 4 /* one per cent of memory for so many of time */
#define MOVING 64      /* products in the time that a number is read and written */

double search_pressure(Planner *p) {
    plan_order_steps(p);
    plan_lives_find(p);
    return plan_lives_pressure(p);
}

static void swap(int *a, int *b) {
    int other = *a;
    *a = *b;
    *b = other;
}

/* Carries step i down as far as it may go, and back to where the pressure was least. */
static bool improve_step(Planner *p, int i, double *least) {
    int at = i, best = i;
    while (at + 1 < p->backwards && plan_order_may_wait(p, p->node[p->backward[at]],
                                                        p->node[p->backward[at + 1]])) {
        swap(&p->backward[at], &p->backward[at + 1]);
        at++;
        const double now = search_pressure(p);
        if (now < *least) {
            *least = now;
            best = at;
        }
    }
    for (; at > best; at--)
        swap(&p->backward[at], &p->backward[at - 1]);
    return best > i;
}

void search_order(Planner *p) {
    double least = search_pressure(p);
    for (bool better = true; better;) {
        better = false;
        for (int i = 0; i < p->backwards; i++)
            if (improve_step(p, i, &least)) better = true;
    }
}

static double work_of(const Node *y) {
    double numbers = (double)shape_size(y->shape);
    return MOVING * numbers + (y->op->plan.work ? y->op->plan.work(y) : 0);
}

/* Of the steps as they are, in units of the step without recomputation. Each gradient
 * takes as long as forward. */
static double time_of(const Planner *p) {
    double all = 0, again = 0;
    for (int t = 0; t < p->plan->steps; t++) {
        const PlanStep *step = &p->plan->step[t];
        const Node *y = p->node[step->node];
        const double work = work_of(y);
        for (int i = 0; step->backward && i < y->inputs; i++)
            if (p->wants[y->in[i]->id]) all += work;
        if (!step->backward) *(t < p->plan->forward ? &all : &again) += work;
    }
    return (all + again) / all;
}

/* Of the choices as they are: the lower the better. */
static double score(Planner *p) {
    const double bytes = search_pressure(p), time = time_of(p);
    return pow(bytes, MEMORY_WORTH) * time;
}

/* Whether any backward reads something of each node. */
static void find_read(const Planner *p, bool *read) {
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = p->node[id];
        if (!p->runs[id] || y->inputs == 0) continue;
        if (plan_reads_output(y) || y->save_bytes) read[id] = true;
        for (int i = 0; i < y->inputs; i++)
            if (plan_reads_input(p, y, i)) read[y->in[i]->id] = true;
    }
}

/* Turns choices while that lowers the score, which is returned. */
static double improve(Planner *p) {
    double best = score(p);
    for (bool better = true; better;) {
        better = false;
        for (int id = 0; id < p->nodes; id++) {
            if (p->node[id]->inputs == 0 || p->stays[id]) continue;
            p->keeps[id] = !p->keeps[id];
            const double now = score(p);
            if (now < best) {
                best = now;
                better = true;
            } else {
                p->keeps[id] = !p->keeps[id];
            }
        }
    }
    return best;
}

void search_checkpoints(Planner *p, Arena *scratch) {
    const size_t bytes = (size_t)p->nodes * sizeof(bool);
    bool *read = ARENA_NEW(scratch, bool, (size_t)p->nodes);
    bool *chosen = ARENA_NEW(scratch, bool, (size_t)p->nodes);
    double least = HUGE_VAL;
    find_read(p, read);
    for (int spacing = 1; spacing <= p->nodes; spacing *= 2) {
        for (int id = 0, count = 0; id < p->nodes; id++)
            p->keeps[id] = read[id] && count++ % spacing == 0;
        const double found = improve(p);
        if (found >= least) continue;
        least = found;
        memcpy(chosen, p->keeps, bytes);
    }
    memcpy(p->keeps, chosen, bytes);
}
