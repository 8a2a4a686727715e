#include "train/parameters.h"

#include "autograd/op.h"
#include "autograd/tape_nodes.h"

#include <string.h>

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
