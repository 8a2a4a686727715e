/* Memory against time: which values wait for backward, and which are dropped and computed
 * again. A chain of 16 nodes whose backward reads every value, with three that wait (K):
 *
 *     forward   0 1 2 K 4 5 6 K 8 9 10 K 12 13 14 15
 *     backward  15 14 13 12 K, again 8 9 10, 10 9 8 K, again 4 5 6, 6 5 4 K, ...
 *
 * lives on three that wait and one stretch of four, not on 16: with even spacing, on
 * about twice the square root of the depth, for one more forward pass. But real tapes are
 * uneven. The first layers of a network are the largest, a convolution with frozen
 * weights reads nothing, a loss holds on to its layer. So the choice is a search: from
 * several even spacings, turn one node's choice after the other as long as a score falls,
 * which is measured on the true lives of all values (lives.c). */
#include <math.h>
#include <string.h>

#include "autograd/planner.h"

#define MEMORY_WORTH 4 /* one per cent of memory for so many of time */
#define MOVING 64      /* products in the time that a number is read and written */

static double work_of(const Node *y) {
    double numbers = (double)shape_size(y->shape);
    return MOVING * numbers + (y->op->work ? y->op->work(y) : 0);
}

/* Of the steps as they are, in units of the step without recomputation. Each gradient
 * takes as long as forward. */
static double time_of(const Planner *p) {
    double all = 0, again = 0;
    for (int t = 0; t < p->plan->steps; t++) {
        const PlanStep *step = &p->plan->step[t];
        const Node *y = tape_node(p->tape, step->node);
        const double work = work_of(y);
        for (int i = 0; step->backward && i < y->inputs; i++)
            if (p->wants[y->in[i]->id]) all += work;
        if (!step->backward) *(t < p->plan->forward ? &all : &again) += work;
    }
    return (all + again) / all;
}

/* Of the choices as they are: the lower the better. */
static double score(Planner *p) {
    const double bytes = lives_try(p), time = time_of(p);
    return pow(bytes, MEMORY_WORTH) * time;
}

/* Whether any backward reads something of each node. */
static void find_read(const Planner *p, bool *read) {
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = tape_node(p->tape, id);
        if (!p->runs[id] || y->inputs == 0) continue;
        if (planner_reads_output(y) || y->save_bytes) read[id] = true;
        for (int i = 0; i < y->inputs; i++)
            if (planner_reads_input(p, y, i)) read[y->in[i]->id] = true;
    }
}

/* Turns choices while that lowers the score, which is returned. */
static double improve(Planner *p) {
    double best = score(p);
    for (bool better = true; better;) {
        better = false;
        for (int id = 0; id < p->nodes; id++) {
            if (tape_node(p->tape, id)->inputs == 0 || p->stays[id]) continue;
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

void recompute_choose(Planner *p, Arena *scratch) {
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
