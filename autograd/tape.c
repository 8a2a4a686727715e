#include "autograd/tape.h"

#include <stdarg.h>
#include <string.h>

#include "autograd/plan.h"
#include "tensor/check.h"

#define FIRST_NODES 64

struct Tape {
    Arena *arena;   /* nodes, values, gradients, parameters, labels */
    Arena *scratch; /* one block that ops share; replaced when a larger one is wanted */
    void *scratch_start;
    size_t scratch_size;
    int size, room;
    Node **nodes;
    bool waits;       /* for a plan, and computes nothing before */
    bool sketch;      /* computes nothing afterwards either */
    Plan *plan;       /* or NULL */
    char *block;      /* of memory, in which the plan's spans lie */
    const Node *loss; /* where backward starts, when there is a plan */
    bool fresh;       /* no backward has overwritten the values since the last forward */
};

const Op op_variable = {.name = "variable", .math = "x", .derivative = "dx"};
const Op op_constant = {.name = "constant", .math = "x", .derivative = "none"};

Tape *tape_new(void) {
    Arena *arena = arena_new();
    Tape *tape = ARENA_NEW(arena, Tape, 1);
    *tape = (Tape){.arena = arena, .room = FIRST_NODES};
    tape->nodes = ARENA_NEW(arena, Node *, FIRST_NODES);
    return tape;
}

Tape *tape_new_planned(void) {
    Tape *tape = tape_new();
    tape->waits = true;
    return tape;
}

Tape *tape_new_sketch(void) {
    Tape *tape = tape_new_planned();
    tape->sketch = true;
    return tape;
}

bool tape_is_sketch(const Tape *tape) {
    return tape->sketch;
}

void tape_free(Tape *tape) {
    if (!tape) return;
    arena_free(tape->scratch);
    arena_free(tape->arena);
}

/* Puts the node at the end of the tape. The array of pointers doubles when it is full;
 * the nodes themselves never move. */
static Node *append(Tape *tape, Node node) {
    CHECK(!tape->plan, "%s: the tape is planned, nothing can be recorded any more",
          node.op->name);
    if (tape->size == tape->room) {
        Node **wider = ARENA_NEW(tape->arena, Node *, (size_t)tape->room * 2);
        memcpy(wider, tape->nodes, (size_t)tape->size * sizeof *wider);
        tape->nodes = wider;
        tape->room *= 2;
    }
    Node *place = ARENA_NEW(tape->arena, Node, 1);
    *place = node;
    place->tape = tape;
    place->id = tape->size;
    tape->nodes[tape->size++] = place;
    return place;
}

Node *tape_variable(Tape *tape, Tensor x) {
    Node *leaf = append(tape, (Node){.op = &op_variable});
    leaf->shape = x.shape;
    leaf->value = x.data;
    leaf->grad = ARENA_NEW(tape->arena, real, shape_size(x.shape));
    return leaf;
}

Node *tape_constant(Tape *tape, Tensor x) {
    return append(tape, (Node){.op = &op_constant, .shape = x.shape, .value = x.data});
}

Node *tape_record(const Op *op, int inputs, Node *const *in, const void *params,
                  size_t params_size) {
    CHECK(inputs > 0 && in[0], "%s: the first input is missing", op->name);
    Tape *tape = in[0]->tape;
    Node *y = append(tape, (Node){.op = op, .inputs = inputs});
    y->in = ARENA_NEW(tape->arena, Node *, (size_t)inputs);
    bool wants_grad = false;
    for (int i = 0; i < inputs; i++) {
        CHECK(in[i], "%s: input %d is missing", op->name, i);
        CHECK(in[i]->tape == tape, "%s: input %d is on another tape", op->name, i);
        y->in[i] = in[i];
        wants_grad = wants_grad || in[i]->grad;
    }
    if (params_size)
        y->params = memcpy(arena_alloc(tape->arena, params_size), params, params_size);
    op->shape(y);
    if (tape->waits) return y;
    y->value = ARENA_NEW(tape->arena, real, shape_size(y->shape));
    if (wants_grad) y->grad = ARENA_NEW(tape->arena, real, shape_size(y->shape));
    op->forward(y);
    return y;
}

static void *place_of(const Tape *tape, int span) {
    return span < 0 ? NULL : tape->block + tape->plan->span[span].at;
}

/* Notes what the block and the ops' scratch would take. */
static void size_up(Tape *tape) {
    for (int id = 0; id < tape->size; id++) {
        const Node *y = tape->nodes[id];
        size_t bytes = y->op->scratch ? y->op->scratch(y) : 0;
        if (bytes > tape->scratch_size) tape->scratch_size = bytes;
    }
}

static void make_plan(Tape *tape, const Node *loss, int keep, Node *const *kept,
                      bool recompute) {
    CHECK(tape->waits && !tape->plan, "plan: wants a new tape of tape_new_planned");
    const Plan *plan = tape->plan =
        plan_new(tape->arena, tape, loss, keep, kept, recompute);
    if (tape->sketch) {
        size_up(tape);
        return;
    }
    tape->block = arena_alloc(tape->arena, plan->bytes);
    for (int id = 0; id < tape->size; id++)
        if (plan->grad[id] >= 0) tape->nodes[id]->grad = place_of(tape, plan->grad[id]);
    tape->loss = loss;
    tape_forward(tape);
}

void tape_plan(Tape *tape, const Node *loss, int keep, Node *const *kept) {
    make_plan(tape, loss, keep, kept, false);
}

void tape_plan_recompute(Tape *tape, const Node *loss, int keep, Node *const *kept) {
    make_plan(tape, loss, keep, kept, true);
}

const Plan *tape_planned(const Tape *tape) {
    return tape->plan;
}

/* A step that runs forward, in the forward pass or again in the backward pass. */
static void step_forward(const Tape *tape, const PlanStep *step) {
    Node *y = tape->nodes[step->node];
    y->value = place_of(tape, step->value);
    y->saved = place_of(tape, step->saved);
    y->op->forward(y);
}

void tape_forward(Tape *tape) {
    CHECK(!tape->waits || tape->plan, "forward: tape_plan comes first");
    if (tape->sketch) return;
    tape->fresh = true;
    for (int t = 0; tape->plan && t < tape->plan->forward; t++)
        step_forward(tape, &tape->plan->step[t]);
    for (int i = 0; !tape->plan && i < tape->size; i++) {
        Node *y = tape->nodes[i];
        if (y->inputs > 0) y->op->forward(y);
    }
}

/* A gradient is born as zeros when the first of those that use x hands something back,
 * which is y. When it takes over the memory of dy, or is written in one piece, y's op
 * sees to that. */
static void reach(Node *x, const Node *y) {
    if (!x->grad || x->reached) return;
    x->reached = true;
    if (x->grad == y->grad) return;
    x->blank = y->op->fills && x == y->in[0];
    if (!x->blank) memset(x->grad, 0, shape_size(x->shape) * sizeof(real));
}

static void step_backward(Node *y) {
    if (!y->reached || y->inputs == 0) return;
    for (int i = 0; i < y->inputs; i++)
        reach(y->in[i], y);
    y->op->backward(y);
}

static void check_planned(Tape *tape, const Node *y) {
    if (!tape->waits) return;
    CHECK(tape->plan && tape->loss == y, "backward: node %d (%s) is not the loss planned",
          y->id, y->op->name);
    CHECK(tape->fresh, "backward: values were overwritten, tape_forward comes first");
    tape->fresh = false;
}

void tape_backward_from(Tape *tape, Node *y, const real *seed) {
    CHECK(y->tape == tape, "backward: node %d (%s) is on another tape", y->id,
          y->op->name);
    if (tape->sketch) return;
    check_planned(tape, y);
    CHECK(y->grad, "backward: no variable leads to node %d (%s)", y->id, y->op->name);
    for (int i = 0; i < tape->size; i++)
        tape->nodes[i]->reached = false;
    y->reached = true;
    memcpy(y->grad, seed, shape_size(y->shape) * sizeof(real));
    const Plan *plan = tape->plan;
    for (int t = plan ? plan->forward : 0; plan && t < plan->steps; t++) {
        const PlanStep *step = &plan->step[t];
        if (step->backward)
            step_backward(tape->nodes[step->node]);
        else
            step_forward(tape, step);
    }
    for (int id = y->id; !plan && id >= 0; id--)
        step_backward(tape->nodes[id]);
    for (int i = 0; i < tape->size; i++) {
        Node *node = tape->nodes[i];
        if (node->grad && !node->reached)
            memset(node->grad, 0, shape_size(node->shape) * sizeof(real));
    }
}

void tape_backward(Tape *tape, Node *loss) {
    CHECK(shape_size(loss->shape) == 1,
          "backward: a loss is one number, node %d (%s) is %s", loss->id, loss->op->name,
          SHAPE(loss->shape));
    tape_backward_from(tape, loss, (const real[]){1});
}

int tape_size(const Tape *tape) {
    return tape->size;
}

Node *tape_node(const Tape *tape, int id) {
    CHECK(id >= 0 && id < tape->size, "node %d of a tape of %d", id, tape->size);
    return tape->nodes[id];
}

size_t tape_bytes(const Tape *tape) {
    const size_t block = tape->sketch && tape->plan ? tape->plan->bytes : 0;
    const size_t scratch = tape->scratch ? arena_used(tape->scratch) : 0;
    return arena_used(tape->arena) + block +
           (tape->sketch ? tape->scratch_size : scratch);
}

Node *node_label(Node *node, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    node->label = arena_string(node->tape->arena, text);
    return node;
}

void node_save(Node *y, size_t bytes) {
    y->save_bytes = bytes;
    if (!y->tape->waits) y->saved = arena_alloc(y->tape->arena, bytes);
}

bool node_blank(Node *x) {
    const bool blank = x->blank;
    x->blank = false;
    return blank;
}

void *tape_scratch(Tape *tape, size_t bytes) {
    if (bytes > tape->scratch_size) {
        arena_free(tape->scratch);
        tape->scratch = arena_new();
        tape->scratch_start = arena_alloc(tape->scratch, bytes);
        tape->scratch_size = bytes;
    }
    return tape->scratch_start;
}

static Tensor example_tensor(Tape *tape, Shape shape) {
    Rng rng = rng_seed((uint64_t)tape->size + 1);
    Tensor x = tensor_alloc(tape->arena, shape);
    tensor_fill_normal(x, &rng, 0, 1);
    return x;
}

Node *tape_example_variable(Tape *tape, Shape shape) {
    return tape_variable(tape, example_tensor(tape, shape));
}

Node *tape_example_constant(Tape *tape, Shape shape) {
    return tape_constant(tape, example_tensor(tape, shape));
}
