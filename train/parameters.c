#include "train/parameters.h"

#include <string.h>

#include "autograd/node.h"
#include "tensor/check.h"

Parameters parameters_pack(Arena *arena, const NamedTensors *lists, int count) {
    Parameters p = {.list = ARENA_NEW(arena, NamedTensors, (size_t)count)};
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            p.size += shape_size(lists[i].items[k].tensor.shape);
    p.x = ARENA_NEW(arena, real, p.size);
    p.gradient = ARENA_NEW(arena, real, p.size);
    real *place = p.x;
    for (int i = 0; i < count; i++) {
        NamedTensor *items = ARENA_NEW(arena, NamedTensor, lists[i].count);
        p.list[i] = (NamedTensors){lists[i].count, items};
        for (size_t k = 0; k < lists[i].count; k++) {
            const size_t size = shape_size(lists[i].items[k].tensor.shape);
            items[k] = lists[i].items[k];
            items[k].tensor.data =
                memcpy(place, lists[i].items[k].tensor.data, size * sizeof(real));
            place += size;
        }
    }
    return p;
}

/* Whether each node of the tape, up to the loss, leads to it. */
static bool *leading_to(Arena *arena, const Node *loss) {
    bool *leads = ARENA_NEW(arena, bool, (size_t)loss->id + 1);
    leads[loss->id] = true;
    for (int id = loss->id; id >= 0; id--) {
        const Node *y = tape_node(loss->tape, id);
        for (int i = 0; leads[id] && i < y->inputs; i++)
            leads[y->in[i]->id] = true;
    }
    return leads;
}

Parameters parameters_of(Arena *arena, Node *loss) {
    Arena *scratch = arena_new();
    const bool *leads = leading_to(scratch, loss);
    Node **leaves = ARENA_NEW(scratch, Node *, (size_t)loss->id + 1);
    int count = 0;
    for (int id = 0; id <= loss->id; id++) {
        Node *leaf = tape_node(loss->tape, id);
        if (leads[id] && leaf->op == &op_variable) leaves[count++] = leaf;
    }
    CHECK(count > 0, "parameters: no variable leads to node %d (%s)", loss->id,
          loss->op->name);
    const Parameters p = parameters_of_leaves(arena, count, leaves);
    arena_free(scratch);
    return p;
}

Parameters parameters_of_leaves(Arena *arena, int count, Node *const *leaves) {
    Parameters p = {0};
    for (int i = 0; i < count; i++) {
        CHECK(leaves[i]->op == &op_variable, "parameters: node %d (%s) is no variable",
              leaves[i]->id, leaves[i]->op->name);
        for (int k = 0; k < i; k++)
            CHECK(leaves[i]->value != leaves[k]->value,
                  "parameters: nodes %d and %d read the same memory", leaves[k]->id,
                  leaves[i]->id);
        p.size += shape_size(leaves[i]->shape);
    }
    p.x = ARENA_NEW(arena, real, p.size);
    p.gradient = ARENA_NEW(arena, real, p.size);
    real *place = p.x;
    for (int i = 0; i < count; i++) {
        const size_t size = shape_size(leaves[i]->shape);
        leaves[i]->value = memcpy(place, leaves[i]->value, size * sizeof(real));
        place += size;
    }
    return p;
}

void parameters_gather(const Parameters *p, const Tape *tape) {
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *leaf = tape_node(tape, id);
        if (leaf->op != &op_variable || leaf->value < p->x ||
            leaf->value >= p->x + p->size)
            continue;
        memcpy(p->gradient + (leaf->value - p->x), leaf->grad,
               shape_size(leaf->shape) * sizeof(real));
    }
}

/* What an evaluation needs. */
typedef struct Fit {
    Parameters parameters;
    Node *loss;
} Fit;

static double evaluate(void *context) {
    Fit *fit = context;
    tape_forward(fit->loss->tape);
    tape_backward(fit->loss->tape, fit->loss);
    parameters_gather(&fit->parameters, fit->loss->tape);
    return (double)node_scalar(fit->loss);
}

Objective parameters_objective(Arena *arena, const Parameters *p, Node *loss) {
    Fit *fit = ARENA_NEW(arena, Fit, 1);
    *fit = (Fit){*p, loss};
    return (Objective){p->size, p->x, p->gradient, evaluate, fit};
}

void parameters_state(const Parameters *p, StateList *list) {
    state_add(list, "parameters", STATE_REAL, p->x, p->size);
}
