#include "autograd/node.h"

#include <stdarg.h>

#include "autograd/op.h"
#include "autograd/tape_plan.h"
#include "autograd/tape_struct.h"
#include "tensor/check.h"

Node *node_label(Node *node, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    node->label = arena_string(node->tape->arena, text);
    return node;
}

static void check_kept(const Node *node) {
    const Plan *plan = tape_planned(node->tape);
    CHECK(!plan || plan->kept[node->id],
          "the value of node %d (%s) is not kept: name the node in tape_plan", node->id,
          node->op->name);
}

Tensor node_tensor(const Node *node) {
    CHECK(node->value, "node %d (%s) has no value %s", node->id, node->op->name,
          tape_is_sketch(node->tape) ? "on a sketch" : "before tape_plan");
    check_kept(node);
    return (Tensor){node->shape, node->value};
}

real node_scalar(const Node *node) {
    CHECK(shape_size(node->shape) == 1, "node %d (%s) is %s, not a scalar", node->id,
          node->op->name, SHAPE(node->shape));
    return node_tensor(node).data[0];
}

Tensor tape_keep(Arena *arena, const Node *node) {
    if (tape_is_sketch(node->tape)) {
        check_kept(node);
        return tensor_alloc(arena, node->shape);
    }
    return tensor_clone(arena, node_tensor(node));
}

Tensor tape_keep_grad(Arena *arena, const Node *node) {
    CHECK(node->grad, "node %d (%s) has no gradient", node->id, node->op->name);
    CHECK(!tape_planned(node->tape) || node->inputs == 0,
          "the gradient of node %d (%s) is overwritten by the plan; only those of "
          "variables stay",
          node->id, node->op->name);
    return tensor_clone(arena, (Tensor){node->shape, node->grad});
}
