/* Memory by appointment. The tape is known before it runs, so it is known when each value
 * is read for the last time, and its memory can go to the next. A picture through two
 * convolutions, whose weights are frozen, with a loss on each of the ReLUs:
 *
 *              forward ---->                         backward ---->
 *     step     conv  relu  conv  relu  loss  loss  | loss  loss  relu  conv  relu  conv
 *     value 1  [==============================================]
 *     value 2              [============================]
 *     grad  2                                        [====================]
 *     grad  1                                              [==========================]
 *
 * Three facts make the bars short. What backward reads is a property of the op,
 * op->reads: a convolution with frozen weights reads neither its input nor its output, a
 * ReLU its mask of bits. A gradient is born with its first contribution on the way back
 * and dies with its node's own backward. And an op that works in place needs one bar, not
 * two.
 *
 * Then the bars are packed into one block, as rectangles of time and memory: the largest
 * first, each into the tightest gap that is free during all its steps. */
#include "autograd/plan.h"

#include <stdlib.h>

#include "tensor/check.h"

typedef struct Planner {
    const Tape *tape;
    Plan *plan;
    int nodes;
    bool *wants; /* a variable leads to this node */
    bool *runs;  /* and it leads to the loss: its backward will run */
    int *dies;   /* the step that reads this node's value last */
    int *born;   /* the step that contributes to its gradient first */
} Planner;

static int back(const Planner *p, int id) {
    return p->plan->steps - 1 - id;
}

static void later(int *step, int other) {
    if (other > *step) *step = other;
}

/* Which backward functions run: nodes between a variable and the loss. */
static void find_runs(Planner *p, const Node *loss) {
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

/* Whether y's backward reads the value of input i. */
static bool reads_input(const Planner *p, const Node *y, int i) {
    const unsigned reads = y->op->reads;
    if (reads == READS_ALL || reads & READS_INPUTS) return true;
    for (int k = 0; k < y->inputs; k++)
        if (reads & READS_OTHERS && k != i && p->wants[y->in[k]->id]) return true;
    return false;
}

/* p->dies and p->born of all nodes. */
static void find_lives(Planner *p, const Node *loss, int keep, Node *const *kept) {
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = tape_node(p->tape, id);
        const int step = back(p, id);
        const unsigned reads = y->op->reads;
        p->dies[id] = shape_size(y->shape) == 1 ? p->plan->steps : id;
        if (p->runs[id] && (reads == READS_ALL || reads & READS_OUTPUT))
            later(&p->dies[id], step);
        for (int i = 0; i < y->inputs; i++) {
            int x = y->in[i]->id;
            later(&p->dies[x], p->runs[id] && reads_input(p, y, i) ? step : id);
            if (p->runs[id]) p->born[x] = step; /* ids rise, so the last one stays */
        }
    }
    if (loss) p->born[loss->id] = back(p, loss->id);
    for (int i = 0; i < keep; i++) {
        CHECK(kept[i] == tape_node(p->tape, kept[i]->id),
              "plan: node %d (%s), to be kept, is on another tape", kept[i]->id,
              kept[i]->op->name);
        p->dies[kept[i]->id] = p->plan->steps;
    }
    for (int id = 0; id < p->nodes; id++)
        p->plan->kept[id] =
            p->dies[id] == p->plan->steps || tape_node(p->tape, id)->inputs == 0;
}

static int add_span(Plan *plan, const Node *node, int first, int last) {
    size_t bytes = shape_size(node->shape) * sizeof(real);
    bytes = (bytes + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    plan->span[plan->count] = (Span){.first = first, .last = last, .bytes = bytes};
    return plan->count++;
}

/* A value that op y may overwrite, for y is the last to read it, becomes y's. */
static void span_values(Planner *p) {
    Plan *plan = p->plan;
    for (int id = 0; id < p->nodes; id++) {
        const Node *y = tape_node(p->tape, id);
        plan->value[id] = -1;
        if (y->inputs == 0) continue;
        int x = y->in[0]->id, of_x = plan->value[x];
        if (y->op->in_place && of_x >= 0 && p->dies[x] == id) {
            plan->value[id] = of_x;
            plan->span[of_x].last = p->dies[id];
        } else {
            plan->value[id] = add_span(plan, y, id, p->dies[id]);
        }
    }
}

/* A gradient dy dies in y's backward; where the gradient of y's input is born there, it
 * can take over. */
static void span_gradients(Planner *p) {
    Plan *plan = p->plan;
    for (int id = p->nodes - 1; id >= 0; id--) {
        const Node *x = tape_node(p->tape, id);
        plan->grad[id] = -1;
        if (x->inputs == 0 || !p->runs[id]) continue;
        const Node *y = tape_node(p->tape, back(p, p->born[id]));
        if (y->op->in_place && y != x) {
            plan->grad[id] = plan->grad[y->id];
            plan->span[plan->grad[id]].last = back(p, id);
        } else {
            plan->grad[id] = add_span(plan, x, p->born[id], back(p, id));
        }
    }
}

static int larger_first(const void *a, const void *b) {
    const Span *x = *(Span *const *)a, *y = *(Span *const *)b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* The start of the tightest gap for this span between those that live at the same time;
 * `placed` is sorted by start. */
static size_t find_gap(const Span *span, Span *const *placed, int count) {
    size_t end = 0, tightest = SIZE_MAX, at = 0;
    for (int i = 0; i < count; i++) {
        const Span *other = placed[i];
        if (other->last < span->first || span->last < other->first) continue;
        size_t gap = other->at > end ? other->at - end : 0;
        if (gap >= span->bytes && gap < tightest) {
            tightest = gap;
            at = end;
        }
        if (other->at + other->bytes > end) end = other->at + other->bytes;
    }
    return tightest < SIZE_MAX ? at : end;
}

static void pack(Plan *plan, Arena *scratch) {
    size_t count = (size_t)plan->count;
    Span **order = ARENA_NEW(scratch, Span *, count);
    Span **placed = ARENA_NEW(scratch, Span *, count);
    for (size_t i = 0; i < count; i++)
        order[i] = &plan->span[i];
    qsort(order, count, sizeof *order, larger_first);
    for (int i = 0; i < plan->count; i++) {
        Span *span = order[i];
        span->at = find_gap(span, placed, i);
        int place = i;
        for (; place > 0 && placed[place - 1]->at > span->at; place--)
            placed[place] = placed[place - 1];
        placed[place] = span;
        if (span->at + span->bytes > plan->bytes) plan->bytes = span->at + span->bytes;
    }
}

Plan *plan_new(Arena *arena, const Tape *tape, const Node *loss, int keep,
               Node *const *kept) {
    Arena *scratch = arena_new();
    size_t n = (size_t)tape_size(tape);
    Plan *plan = ARENA_NEW(arena, Plan, 1);
    *plan = (Plan){.steps = 2 * (int)n,
                   .span = ARENA_NEW(arena, Span, 2 * n),
                   .value = ARENA_NEW(arena, int, n),
                   .grad = ARENA_NEW(arena, int, n),
                   .kept = ARENA_NEW(arena, bool, n)};
    Planner p = {.tape = tape,
                 .plan = plan,
                 .nodes = (int)n,
                 .wants = ARENA_NEW(scratch, bool, n),
                 .runs = ARENA_NEW(scratch, bool, n),
                 .dies = ARENA_NEW(scratch, int, n),
                 .born = ARENA_NEW(scratch, int, n)};
    find_runs(&p, loss);
    find_lives(&p, loss, keep, kept);
    span_values(&p);
    span_gradients(&p);
    pack(plan, scratch);
    arena_free(scratch);
    return plan;
}
