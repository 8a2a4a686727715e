/* One program that uses both libraries: this file is compiled twice, once for each. */
#include <stylegrad/stylegrad.h>

#ifdef STYLEGRAD_DOUBLE
double third_in_double(void);
double third_in_double(void) {
#else
double third_in_float(void);
double third_in_float(void) {
#endif
    Arena *arena = arena_new();
    Tensor one = tensor_alloc(arena, SCALAR), three = tensor_alloc(arena, SCALAR);
    tensor_fill(one, 1);
    tensor_fill(three, 3);
    Tape *tape = tape_new();
    Node *third = ag_div(tape_constant(tape, one), tape_constant(tape, three));
    const double value = (double)node_scalar(third);
    tape_free(tape);
    arena_free(arena);
    return value;
}
