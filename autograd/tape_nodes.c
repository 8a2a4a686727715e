#include "autograd/tape_nodes.h"

#include "autograd/tape_struct.h"
#include "tensor/check.h"

int tape_size(const Tape *tape) {
    return tape->size;
}

Node *tape_node(const Tape *tape, int id) {
    CHECK(id >= 0 && id < tape->size, "node %d of a tape of %d", id, tape->size);
    return tape->nodes[id];
}

size_t tape_bytes(const Tape *tape) {
    const size_t scratch = tape->scratch ? arena_used(tape->scratch) : 0;
    return arena_used(tape->arena) + scratch + tape->virtual_bytes;
}
