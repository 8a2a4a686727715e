/* What tests/single.sh runs twice: with stylegrad_autograd.h alone (-DSINGLE), as C and as
 * C++, and with the library. It checks every gradient and prints numbers, which must be
 * the same. */
#ifdef SINGLE
#define STYLEGRAD_AUTOGRAD_IMPLEMENTATION
#define STYLEGRAD_SHORT_NAMES
#include "stylegrad_autograd.h"
#else
#include <math.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "tensor/kernels/kernels.h"
#define SG_LITERAL(type) (type)
#endif

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Central differences leave out a term of h^2 and round L / h: with h = 1e-5 both are
 * below 1e-6 in double. In float only the numbers are compared. */
static const double tolerance = 1e-6;

/* Weights that tell elements apart: a sum alone would not notice a permutation. */
static real weight(size_t i) {
    return (real)(0.5 + (double)(i % 7) / 8);
}

static double weighted(size_t size, const real *x) {
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)(weight(i) * x[i]);
    return sum;
}

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void check(Tape *tape, Node *y, const char *name) {
    if (sizeof(real) < sizeof(double)) return;
    const GradCheck result = gradcheck(tape, y, 1e-5);
    if (gradcheck_passed(&result, tolerance)) return;
    fprintf(stderr, "%s: ", name);
    gradcheck_print(&result, stderr);
    exit(1);
}

/* The value and all gradients of the example of one op. */
static void print_op(const Op *op) {
    Tape *tape = tape_new();
    Node *y = op->example(tape);
    const size_t size = shape_size(y->shape);
    check(tape, y, op->name);
    Arena *arena = arena_new();
    real *seed = ARENA_NEW(arena, real, size);
    for (size_t i = 0; i < size; i++)
        seed[i] = weight(i);
    tape_forward(tape);
    tape_backward_from(tape, y, seed);
    printf("op_%s_value %.17g\n", op->name, weighted(size, y->value));
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *x = tape_node(tape, id);
        if (x->op == &op_variable)
            printf("op_%s_grad_%d %.17g\n", op->name, id,
                   weighted(shape_size(x->shape), x->grad));
    }
    arena_free(arena);
    tape_free(tape);
}

/* d/dx of (x^2 + 3 x) at x = 2 is 2 * 2 + 3 = 7, and the value is 10. */
static void expression(void) {
    Tape *tape = tape_new();
    Arena *arena = arena_new();
    Tensor t = tensor_alloc(arena, SCALAR);
    t.data[0] = 2;
    Node *x = tape_variable(tape, t);
    Node *y = ag_add(ag_square(x), ag_scale(x, SG_LITERAL(Scale){3}));
    tape_backward(tape, y);
    if ((double)node_scalar(y) != 10 || (double)x->grad[0] != 7)
        fail("x^2 + 3 x at 2 is not 10 with the slope 7");
    check(tape, y, "expression");
    arena_free(arena);
    tape_free(tape);
}

/* A product with every choice of what is stored transposed: (3 x 4) (4 x 2). */
static void products(void) {
    for (int kind = 0; kind < 4; kind++) {
        Tape *tape = tape_new();
        Matmul p;
        p.transpose_a = kind % 2 == 1;
        p.transpose_b = kind / 2 == 1;
        Shape a = {2, 1, 3, 4}, a_stored = {2, 1, 4, 3};
        Shape b = {2, 1, 4, 2}, b_stored = {2, 1, 2, 4};
        Node *left = tape_example_variable(tape, p.transpose_a ? a_stored : a);
        Node *right = tape_example_variable(tape, p.transpose_b ? b_stored : b);
        Node *y = ag_matmul(left, right, p);
        check(tape, y, "matmul");
        printf("matmul_%d %.17g\n", kind, weighted(shape_size(y->shape), y->value));
        tape_free(tape);
    }
}

/* The style of an image, as one layer sees it: |G(pool(conv(x))) - 1/8|^2. */
typedef struct Style {
    Tape *tape;
    Node *image, *loss;
} Style;

static double evaluate(void *context) {
    Style *s = (Style *)context;
    tape_forward(s->tape);
    tape_backward(s->tape, s->loss);
    return (double)node_scalar(s->loss);
}

static Style record(Tape *tape, Arena *arena) {
    Rng rng = rng_seed(5);
    Tensor x = tensor_alloc(arena, SG_LITERAL(Shape){1, 2, 8, 9});
    Tensor w = tensor_alloc(arena, SG_LITERAL(Shape){3, 2, 3, 3});
    Tensor goal = tensor_alloc(arena, SG_LITERAL(Shape){1, 1, 3, 3});
    tensor_fill_uniform(x, &rng, 0, 1);
    tensor_fill_normal(w, &rng, 0, 0.25);
    tensor_fill(goal, (real)0.125);
    Conv2d conv;
    memset(&conv, 0, sizeof conv);
    conv.pad = 1;
    conv.mode = PAD_REFLECT;
    Pool2d pool;
    memset(&pool, 0, sizeof pool);
    pool.kernel = 2;
    Style s;
    s.tape = tape;
    s.image = tape_variable(tape, x);
    Node *y = ag_tanh(ag_conv2d(s.image, tape_constant(tape, w), NULL, conv));
    y = ag_gram(ag_avg_pool(y, pool), SG_LITERAL(Gram){16});
    s.loss = ag_sum(ag_square(ag_sub(y, tape_constant(tape, goal))));
    return s;
}

static void train(const char *name, bool with_adam) {
    Tape *tape = tape_new();
    Arena *arena = arena_new();
    Style s = record(tape, arena);
    check(tape, s.loss, "conv, pool and gram");
    const Objective objective = {shape_size(s.image->shape), s.image->value,
                                 s.image->grad, evaluate, &s};
    Gd gd;
    memset(&gd, 0, sizeof gd);
    gd.lr = 0.5;
    gd.momentum = 0.5;
    Adam adam = ADAM_DEFAULTS;
    adam.lr = 0.05;
    Optimizer *optimizer =
        with_adam ? adam_new(arena, objective, adam) : gd_new(arena, objective, gd);
    double first = 0, last = 0;
    for (int i = 0; i < 40; i++) {
        const Step step = optimizer_step(optimizer);
        if (step.stop) fail(step.stop);
        last = step.loss;
        if (i == 0) first = last;
        printf("%s_%d %.17g\n", name, i, last);
    }
    if (!(last < first / 2)) fail("training does not halve the loss");
    arena_free(arena);
    tape_free(tape);
}

static void print_ops(OpTable table) {
    for (int i = 0; i < table.count; i++)
        print_op(table.ops[i]);
}

int main(void) {
#ifndef SINGLE
    kernels = &kernels_ref;
#endif
    expression();
    products();
#ifdef SINGLE
    print_ops(ag_ops);
#else
    print_ops(autograd_ops);
    print_ops(nn_ops);
    print_ops(loss_ops);
#endif
    train("gd", false);
    train("adam", true);
    return 0;
}
