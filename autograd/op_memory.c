#include "autograd/op_memory.h"

#include "autograd/tape.h"
#include "autograd/tape_struct.h"

void node_save(Node *y, size_t bytes) {
    y->save_bytes = bytes;
    if (!y->tape->run) y->saved = arena_alloc(y->tape->arena, bytes);
}

bool node_blank(Node *x) {
    const bool blank = x->blank;
    x->blank = false;
    return blank;
}

void *tape_workspace(Tape *tape, size_t bytes) {
    if (bytes > tape->workspace_size) {
        arena_free(tape->workspace);
        tape->workspace = arena_new();
        tape->workspace_start = arena_alloc(tape->workspace, bytes);
        tape->workspace_size = bytes;
    }
    return tape->workspace_start;
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
