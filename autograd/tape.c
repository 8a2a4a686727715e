#include "autograd/tape.h"

#include <string.h>

#include "autograd/tape_backward.h"
#include "autograd/tape_struct.h"
#include "tensor/check.h"

const Op op_variable = {.name = "variable", .math = "x", .derivative = "dx"};
const Op op_constant = {.name = "constant", .math = "x", .derivative = "none"};

Node *tape_variable(Tape *tape, Tensor x) {
    Node *leaf = tape_append(tape, (Node){.op = &op_variable});
    leaf->shape = x.shape;
    leaf->value = x.data;
    leaf->grad = ARENA_NEW(tape->arena, real, shape_size(x.shape));
    return leaf;
}

Node *tape_constant(Tape *tape, Tensor x) {
    return tape_append(tape,
                       (Node){.op = &op_constant, .shape = x.shape, .value = x.data});
}

Node *tape_record(const Op *op, int inputs, Node *const *in, const void *params,
                  size_t params_size) {
    CHECK(inputs > 0 && in[0], "%s: the first input is missing", op->name);
    Tape *tape = in[0]->tape;
    Node *y = tape_append(tape, (Node){.op = op, .inputs = inputs});
    y->in = ARENA_NEW(tape->arena, Node *, (size_t)inputs);
    bool has_grad = false;
    for (int i = 0; i < inputs; i++) {
        CHECK(in[i], "%s: input %d is missing", op->name, i);
        CHECK(in[i]->tape == tape, "%s: input %d is on another tape", op->name, i);
        y->in[i] = in[i];
        if (in[i]->grad) has_grad = true;
    }
    if (params_size)
        y->params = memcpy(arena_alloc(tape->arena, params_size), params, params_size);
    op->shape(y);
    if (tape->run) return y; /* memory and values come with the plan */
    y->value = ARENA_NEW(tape->arena, real, shape_size(y->shape));
    if (has_grad) y->grad = ARENA_NEW(tape->arena, real, shape_size(y->shape));
    op->forward(y);
    return y;
}

void tape_forward(Tape *tape) {
    if (tape->run) {
        tape->run->forward(tape);
        return;
    }
    for (int id = 0; id < tape->size; id++) {
        Node *y = tape->nodes[id];
        if (y->inputs > 0) y->op->forward(y);
    }
}

void tape_backward_start(Tape *tape, Node *y, const real *seed) {
    CHECK(y->grad, "backward: no variable leads to node %d (%s)", y->id, y->op->name);
    for (int id = 0; id < tape->size; id++)
        tape->nodes[id]->reached = false;
    y->reached = true;
    memcpy(y->grad, seed, shape_size(y->shape) * sizeof(real));
}

/* The gradient of input x starts at zero when the first of its users, y, runs backward,
 * unless y's op initialises it: it fills it, or works in place on the memory of dy. */
static void reach(Node *x, const Node *y) {
    if (!x->grad || x->reached) return;
    x->reached = true;
    if (x->grad == y->grad) return;
    x->blank = y->op->plan.fills_all || (y->op->plan.fills && x == y->in[0]);
    if (!x->blank) memset(x->grad, 0, shape_size(x->shape) * sizeof(real));
}

void tape_backward_step(Node *y) {
    if (!y->reached || y->inputs == 0) return;
    for (int i = 0; i < y->inputs; i++)
        reach(y->in[i], y);
    y->op->backward(y);
}

void tape_backward_finish(Tape *tape) {
    for (int id = 0; id < tape->size; id++) {
        Node *node = tape->nodes[id];
        if (node->grad && !node->reached)
            memset(node->grad, 0, shape_size(node->shape) * sizeof(real));
    }
}

void tape_backward_from(Tape *tape, Node *y, const real *seed) {
    CHECK(y->tape == tape, "backward: node %d (%s) is on another tape", y->id,
          y->op->name);
    if (tape->run) {
        tape->run->backward(tape, y, seed);
        return;
    }
    tape_backward_start(tape, y, seed);
    for (int id = y->id; id >= 0; id--)
        tape_backward_step(tape->nodes[id]);
    tape_backward_finish(tape);
}

void tape_backward(Tape *tape, Node *loss) {
    CHECK(shape_size(loss->shape) == 1,
          "backward: a loss is one number, node %d (%s) is %s", loss->id, loss->op->name,
          SHAPE(loss->shape));
    tape_backward_from(tape, loss, (const real[]){1});
}
