/* Memory by appointment. The tape is known before it runs, so it is known when each value
 * is read for the last time, and its memory can go to the next. Three questions, a file
 * for each: in which order the nodes run (order.c), from which step to which everything
 * is needed (lives.c), and where in one block it lies (pack.c). A fourth, when memory is
 * dearer than time: what is better computed twice than kept (recompute.c).
 *
 * Here are the facts they start from: which backward functions will run, and what those
 * read. A convolution with frozen weights reads neither its input nor its output, a ReLU
 * its mask of bits, a Gram matrix its features. */
#include <string.h>

#include "autograd/planner.h"
#include "tensor/check.h"

bool planner_reads_input(const Planner *p, const Node *y, int i) {
    const unsigned reads = y->op->reads;
    if (reads == READS_ALL || reads & READS_INPUTS) return true;
    for (int k = 0; k < y->inputs; k++)
        if (reads & READS_OTHERS && k != i && p->wants[y->in[k]->id]) return true;
    return false;
}

bool planner_reads_output(const Node *y) {
    return y->op->reads == READS_ALL || y->op->reads & READS_OUTPUT;
}

/* Which backward functions run: nodes between a variable and the loss. */
static void find_runs(Planner *p) {
    const Node *loss = p->loss;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = tape_node(p->tape, id);
        p->wants[id] = y->inputs == 0 && y->grad;
        for (int i = 0; i < y->inputs; i++)
            p->wants[id] = p->wants[id] || p->wants[y->in[i]->id];
    }
    if (!loss) return;
    CHECK(loss == tape_node(p->tape, loss->id), "plan: the loss is on another tape");
    CHECK(p->wants[loss->id], "plan: no variable leads to node %d (%s)", loss->id,
          loss->op->name);
    p->runs[loss->id] = true;
    for (int id = loss->id; id >= 0; id--) {
        const Node *y = tape_node(p->tape, id);
        for (int i = 0; p->runs[id] && i < y->inputs; i++)
            p->runs[y->in[i]->id] = p->wants[y->in[i]->id];
    }
}

static void find_stays(Planner *p, int keep, Node *const *kept) {
    for (int id = 0; id < p->nodes; id++)
        p->stays[id] = shape_size(tape_node(p->tape, id)->shape) == 1;
    for (int i = 0; i < keep; i++) {
        CHECK(kept[i] == tape_node(p->tape, kept[i]->id),
              "plan: node %d (%s), to be kept, is on another tape", kept[i]->id,
              kept[i]->op->name);
        p->stays[kept[i]->id] = true;
    }
    for (int id = 0; id < p->nodes; id++)
        p->plan->kept[id] = p->stays[id] || tape_node(p->tape, id)->inputs == 0;
}

static void keep_all(Planner *p) {
    for (int id = 0; id < p->nodes; id++)
        p->keeps[id] = true;
}

static Planner planner_new(Arena *scratch, Plan *plan, const Tape *tape,
                           const Node *loss) {
    size_t n = (size_t)tape_size(tape), steps = STEPS_MOST(n) + 1;
    Planner p = {.tape = tape,
                 .loss = loss,
                 .plan = plan,
                 .nodes = (int)n,
                 .wants = ARENA_NEW(scratch, bool, n),
                 .runs = ARENA_NEW(scratch, bool, n),
                 .stays = ARENA_NEW(scratch, bool, n),
                 .forward = ARENA_NEW(scratch, int, n),
                 .backward = ARENA_NEW(scratch, int, n),
                 .keeps = ARENA_NEW(scratch, bool, n),
                 .now = ARENA_NEW(scratch, int, n),
                 .last = ARENA_NEW(scratch, int, steps),
                 .last_saved = ARENA_NEW(scratch, int, steps),
                 .change = ARENA_NEW(scratch, double, steps)};
    keep_all(&p);
    return p;
}

static void finish(Planner *p, Arena *scratch) {
    lives_try(p);
    pack_spans(p->plan, scratch);
}

/* What the search finds may pack worse than it looked; then it was in vain. */
static void try_recompute(Planner *p, Arena *scratch) {
    const size_t bytes = p->plan->bytes, length = (size_t)p->nodes * sizeof(int);
    int *backward =
        memcpy(ARENA_NEW(scratch, int, (size_t)p->nodes), p->backward, length);
    recompute_choose(p, scratch);
    order_improve(p);
    finish(p, scratch);
    if (p->plan->bytes < bytes) return;
    memcpy(p->backward, backward, length);
    keep_all(p);
    finish(p, scratch);
}

Plan *plan_new(Arena *arena, const Tape *tape, const Node *loss, int keep,
               Node *const *kept, bool recompute) {
    Arena *scratch = arena_new();
    size_t n = (size_t)tape_size(tape);
    Plan *plan = ARENA_NEW(arena, Plan, 1);
    *plan = (Plan){.step = ARENA_NEW(arena, PlanStep, STEPS_MOST(n)),
                   .span = ARENA_NEW(arena, Span, SPANS_MOST(n)),
                   .value = ARENA_NEW(arena, int, n),
                   .grad = ARENA_NEW(arena, int, n),
                   .kept = ARENA_NEW(arena, bool, n)};
    Planner p = planner_new(scratch, plan, tape, loss);
    find_runs(&p);
    find_stays(&p, keep, kept);
    order_init(&p);
    order_improve(&p);
    finish(&p, scratch);
    if (recompute) try_recompute(&p, scratch);
    arena_free(scratch);
    return plan;
}
