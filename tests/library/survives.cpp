// A program in C++17 that survives a failed CHECK: the handler throws. And the macros of the
// headers that are compound literals in C.
#include <stylegrad/stylegrad.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

static void refuse(void *context, const char *text) {
    ++*static_cast<int *>(context);
    throw std::runtime_error(text);
}

static double minimum(Arena *arena) {
    Tensor x = tensor_alloc(arena, SCALAR);
    tensor_fill(x, 2);
    Tape *tape = tape_new();
    Node *loss = ag_square(ag_shift(tape_variable(tape, x), Shift{-3}));
    Parameters all = parameters_of(arena, loss);
    Adam adam = ADAM_DEFAULTS;
    const Adam decoupled = ADAMW_DEFAULTS;
    const Lbfgs lbfgs = LBFGS_DEFAULTS;
    if (adam.epsilon != 1e-8 || !decoupled.decoupled || lbfgs.history != 20) return 0;
    adam.lr = 0.05;
    Optimizer *optimizer = adam_new(arena, parameters_objective(arena, &all, loss), adam);
    for (int i = 0; i < 400; i++)
        optimizer_step(optimizer);
    const double found = static_cast<double>(*all.x);
    tape_free(tape);
    return found;
}

int main() {
    int mistakes = 0;
    check_handler(refuse, &mistakes);
    Arena *arena = arena_new();
    for (int i = 0; i < 3; i++) {
        Tape *tape = tape_new();
        try {
            Node *a = tape_constant(tape, tensor_alloc(arena, Shape{1, 1, 2, 3}));
            Node *b = tape_constant(tape, tensor_alloc(arena, Shape{1, 1, 3, 2}));
            ag_add(a, b);
            return 1;
        } catch (const std::runtime_error &mistake) {
            if (!std::strstr(mistake.what(), "(1,1,2,3)")) return 1;
        }
        tape_free(tape);
    }
    check_handler(nullptr, nullptr);
    const double found = minimum(arena);
    std::printf("survived %d, minimum at %.3f\n", mistakes, found);
    arena_free(arena);
    return !(mistakes == 3 && found > 2.99 && found < 3.01);
}
