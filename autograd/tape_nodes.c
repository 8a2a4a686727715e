#include "autograd/tape_nodes.h"

#include "autograd/tape.h"
#include "autograd/tape_struct.h"
#include "tensor/check.h"

Tape *tape_new(void) {
    Arena *arena = arena_new();
    Tape *tape = ARENA_NEW(arena, Tape, 1);
    tape->arena = arena;
    return tape;
}

void tape_free(Tape *tape) {
    if (!tape) return;
    arena_free(tape->workspace);
    arena_free(tape->arena);
}

/* The array of pointers doubles when it is full; the nodes themselves never move. */
Node *tape_append(Tape *tape, Node node) {
    CHECK(!tape->sealed, "%s: the tape is planned, nothing can be recorded any more",
          node.op->name);
    if (tape->size == tape->room) {
        tape->room = tape->room ? 2 * tape->room : 64;
        Node **wider = ARENA_NEW(tape->arena, Node *, (size_t)tape->room);
        for (int id = 0; id < tape->size; id++)
            wider[id] = tape->nodes[id];
        tape->nodes = wider;
    }
    node.tape = tape;
    node.id = tape->size;
    Node *place = ARENA_NEW(tape->arena, Node, 1);
    *place = node;
    tape->nodes[tape->size++] = place;
    return place;
}

int tape_size(const Tape *tape) {
    return tape->size;
}

Node *tape_node(const Tape *tape, int id) {
    CHECK(id >= 0 && id < tape->size, "node %d of a tape of %d", id, tape->size);
    return tape->nodes[id];
}

size_t tape_bytes(const Tape *tape) {
    const size_t workspace = tape->workspace ? arena_used(tape->workspace) : 0;
    return arena_used(tape->arena) + workspace + tape->virtual_bytes;
}
