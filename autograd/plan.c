#include "autograd/plan.h"

#include <string.h>

#include "autograd/op.h"
#include "autograd/plan_order.h"
#include "autograd/plan_pack.h"
#include "autograd/plan_search.h"
#include "tensor/check.h"

static bool is_among(const Planner *p, const Node *node) {
    return node->id < p->nodes && p->node[node->id] == node;
}

/* Which backward functions run: nodes between a variable and the loss. */
static void find_runs(Planner *p) {
    const Node *loss = p->loss;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = p->node[id];
        p->wants[id] = y->inputs == 0 && y->grad;
        for (int i = 0; i < y->inputs; i++)
            p->wants[id] = p->wants[id] || p->wants[y->in[i]->id];
    }
    if (!loss) return;
    CHECK(is_among(p, loss), "plan: the loss is on another tape");
    CHECK(p->wants[loss->id], "plan: no variable leads to node %d (%s)", loss->id,
          loss->op->name);
    p->runs[loss->id] = true;
    for (int id = loss->id; id >= 0; id--) {
        const Node *y = p->node[id];
        if (!p->runs[id]) continue;
        for (int i = 0; i < y->inputs; i++)
            p->runs[y->in[i]->id] = p->wants[y->in[i]->id];
    }
}

static void find_stays(Planner *p, int keep, Node *const *kept) {
    for (int id = 0; id < p->nodes; id++)
        p->stays[id] = shape_size(p->node[id]->shape) == 1;
    for (int i = 0; i < keep; i++) {
        CHECK(is_among(p, kept[i]), "plan: node %d (%s), to be kept, is on another tape",
              kept[i]->id, kept[i]->op->name);
        p->stays[kept[i]->id] = true;
    }
    for (int id = 0; id < p->nodes; id++)
        p->plan->kept[id] = p->stays[id] || p->node[id]->inputs == 0;
}

static void keep_all(Planner *p) {
    for (int id = 0; id < p->nodes; id++)
        p->keeps[id] = true;
}

static Planner planner_new(Arena *scratch, Plan *plan, Node *const *nodes, int count,
                           const Node *loss) {
    const size_t n = (size_t)count, steps = MAX_STEPS(n) + 1;
    Planner p = {.node = nodes,
                 .nodes = count,
                 .loss = loss,
                 .plan = plan,
                 .wants = ARENA_NEW(scratch, bool, n),
                 .runs = ARENA_NEW(scratch, bool, n),
                 .stays = ARENA_NEW(scratch, bool, n),
                 .forward = ARENA_NEW(scratch, int, n),
                 .backward = ARENA_NEW(scratch, int, n),
                 .keeps = ARENA_NEW(scratch, bool, n),
                 .now = ARENA_NEW(scratch, int, n),
                 .last = ARENA_NEW(scratch, int, steps),
                 .last_full = ARENA_NEW(scratch, int, steps),
                 .last_saved = ARENA_NEW(scratch, int, steps),
                 .change = ARENA_NEW(scratch, double, steps)};
    keep_all(&p);
    return p;
}

static void finish(Planner *p, Arena *scratch) {
    search_pressure(p);
    plan_pack(p->plan, scratch);
}

/* The search minimises pressure, so the packed block may still be larger. Then the plan
 * without recomputation is used. */
static void try_recompute(Planner *p, Arena *scratch) {
    const size_t bytes = p->plan->bytes, length = (size_t)p->nodes * sizeof(int);
    int *backward =
        memcpy(ARENA_NEW(scratch, int, (size_t)p->nodes), p->backward, length);
    search_checkpoints(p, scratch);
    search_order(p);
    finish(p, scratch);
    if (p->plan->bytes < bytes) return;
    memcpy(p->backward, backward, length);
    keep_all(p);
    finish(p, scratch);
}

Plan *plan_new(Arena *arena, Node *const *nodes, int count, const Node *loss, int keep,
               Node *const *kept, PlanOptions options) {
    Arena *scratch = arena_new();
    const size_t n = (size_t)count;
    Plan *plan = ARENA_NEW(arena, Plan, 1);
    *plan = (Plan){.step = ARENA_NEW(arena, PlanStep, MAX_STEPS(n)),
                   .span = ARENA_NEW(arena, Span, MAX_SPANS(n)),
                   .value = ARENA_NEW(arena, int, n),
                   .grad = ARENA_NEW(arena, int, n),
                   .narrow = ARENA_NEW(arena, int, n),
                   .kept = ARENA_NEW(arena, bool, n)};
    Planner p = planner_new(scratch, plan, nodes, count, loss);
    p.halves = options.halves;
    find_runs(&p);
    find_stays(&p, keep, kept);
    plan_order_init(&p);
    search_order(&p);
    finish(&p, scratch);
    if (options.recompute) try_recompute(&p, scratch);
    arena_free(scratch);
    return plan;
}
