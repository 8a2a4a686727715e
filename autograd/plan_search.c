/* Both searches are local: they change one choice at a time, as long as a change lowers
 * a score, which depends on the live ranges of all values (plan_lives.h).
 *
 * Checkpoints. A chain of 16 nodes whose backward reads every value, with three values
 * that stay live (K):
 *
 *     forward   0 1 2 K 4 5 6 K 8 9 10 K 12 13 14 15
 *     backward  15 14 13 12 K, again 8 9 10, 10 9 8 K, again 4 5 6, 6 5 4 K, ...
 *
 * needs memory for three checkpoints and one segment of four, not for 16 values: with
 * even spacing about twice the square root of the depth, for one more forward pass (Chen
 * et al., 2016). But real graphs are uneven. The first layers of a network are the
 * largest, a convolution with frozen weights reads nothing, a loss needs the value of its
 * layer. So the search starts from several even spacings, the most promising first, and
 * flips the choice of one node after the other.
 *
 * Cost. One try takes time linear in the number of nodes n, and a search makes at most
 * BASE_TRIES + TRIES_PER_NODE n of them, so it is quadratic in n. The networks of this
 * library reach a local minimum before that. */
#include "autograd/plan_search.h"

#include <math.h>
#include <string.h>

#include "autograd/op.h"
#include "autograd/plan_lives.h"
#include "autograd/plan_order.h"
#include "autograd/plan_reads.h"

#define BASE_TRIES 8000
#define TRIES_PER_NODE 6
#define MEMORY_WORTH 4 /* 1 % less memory is worth 4 % more time */
#define MOVING 64      /* multiply-adds in the time that an element is read and written */
#define MAX_STARTS 32  /* spacings 1, 2, 4, ... */

double search_pressure(Planner *p) {
    p->tries--;
    plan_order_steps(p);
    plan_lives_find(p);
    return plan_lives_pressure(p);
}

static void allow_tries(Planner *p) {
    p->tries = BASE_TRIES + TRIES_PER_NODE * p->nodes;
}

/* ---- The order of the backward pass ---- */

static void swap(int *a, int *b) {
    const int other = *a;
    *a = *b;
    *b = other;
}

static bool may_move(const Planner *p, int at) {
    return at + 1 < p->backwards &&
           plan_order_may_wait(p, p->node[p->backward[at]], p->node[p->backward[at + 1]]);
}

/* Moves step i to every later position that is allowed, and leaves it where the pressure
 * is least. */
static bool improve_step(Planner *p, int i, double *least) {
    int at = i, best = i;
    while (p->tries > 0 && may_move(p, at)) {
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
    allow_tries(p);
    double least = search_pressure(p);
    for (bool better = true; better;) {
        better = false;
        for (int i = 0; i < p->backwards; i++)
            if (improve_step(p, i, &least)) better = true;
    }
}

/* ---- Checkpoints ---- */

typedef struct SearchStart {
    int spacing;
    double score;
} SearchStart;

/* What a score depends on. */
typedef struct Checkpoints {
    Planner *planner;
    bool *read;   /* the backward of some op reads a value of this node */
    double *work; /* of each node's forward, in multiply-adds */
    double all;   /* of forward and backward pass without recomputation */
} Checkpoints;

static double work_of(const Node *y) {
    const double elements = (double)shape_size(y->shape);
    return MOVING * elements + (y->op->plan.work ? y->op->plan.work(y) : 0);
}

/* Each gradient takes as long as forward. */
static void find_work(Checkpoints *c) {
    const Planner *p = c->planner;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = p->node[id];
        if (y->inputs == 0) continue;
        c->work[id] = work_of(y);
        c->all += c->work[id];
        if (!p->runs[id]) continue;
        for (int i = 0; i < y->inputs; i++)
            if (p->wants[y->in[i]->id]) c->all += c->work[id];
    }
}

static void find_read(Checkpoints *c) {
    const Planner *p = c->planner;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = p->node[id];
        if (!p->runs[id] || y->inputs == 0) continue;
        if (plan_reads_output(y) || y->save_bytes) c->read[id] = true;
        for (int i = 0; i < y->inputs; i++)
            if (plan_reads_input(p, y, i)) c->read[y->in[i]->id] = true;
    }
}

/* The score of the current choices: the lower the better. */
static double score(const Checkpoints *c) {
    const double bytes = search_pressure(c->planner);
    const Plan *plan = c->planner->plan;
    double again = 0;
    for (int t = plan->forward; t < plan->steps; t++)
        if (!plan->step[t].backward) again += c->work[plan->step[t].node];
    return pow(bytes, MEMORY_WORTH) * (1 + again / c->all);
}

static void keep_evenly(const Checkpoints *c, int spacing) {
    Planner *p = c->planner;
    int count = 0;
    for (int id = 0; id < p->nodes; id++) {
        p->keeps[id] = c->read[id] && count % spacing == 0;
        if (c->read[id]) count++;
    }
}

/* Flips choices while that lowers the score, which is returned. */
static double improve(const Checkpoints *c, double best) {
    Planner *p = c->planner;
    for (bool better = true; better;) {
        better = false;
        for (int id = 0; id < p->nodes; id++) {
            if (p->node[id]->inputs == 0 || p->stays[id]) continue;
            if (p->tries <= 0) return best;
            p->keeps[id] = !p->keeps[id];
            const double now = score(c);
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

/* Even spacings, the lowest score first; returns their number. */
static int find_starts(const Checkpoints *c, SearchStart start[MAX_STARTS]) {
    int count = 0;
    for (long spacing = 1; spacing <= c->planner->nodes; spacing *= 2) {
        keep_evenly(c, (int)spacing);
        const SearchStart next = {(int)spacing, score(c)};
        int at = count++;
        for (; at > 0 && start[at - 1].score > next.score; at--)
            start[at] = start[at - 1];
        start[at] = next;
    }
    return count;
}

void search_checkpoints(Planner *p, Arena *scratch) {
    const size_t n = (size_t)p->nodes;
    Checkpoints c = {.planner = p,
                     .read = ARENA_NEW(scratch, bool, n),
                     .work = ARENA_NEW(scratch, double, n)};
    bool *chosen = ARENA_NEW(scratch, bool, n);
    SearchStart start[MAX_STARTS];
    double least = HUGE_VAL;
    find_work(&c);
    find_read(&c);
    allow_tries(p);
    const int starts = find_starts(&c, start);
    for (int i = 0; i < starts; i++) {
        keep_evenly(&c, start[i].spacing);
        const double found = improve(&c, start[i].score);
        if (found >= least) continue;
        least = found;
        memcpy(chosen, p->keeps, n * sizeof(bool));
    }
    memcpy(p->keeps, chosen, n * sizeof(bool));
}
