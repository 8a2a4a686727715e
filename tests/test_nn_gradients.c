/* The gradients of all layers are right, and are added. */
#include <string.h>

#include "nn/ops.h"
#include "tests/arena.h"

static Tensor pattern(Shape shape, int a, int m) {
    Tensor t = tensor_alloc(arena, shape);
    for (int i = 0; i < (int)shape_size(shape); i++)
        t.data[i] = (real)(i * a % m - m / 2);
    return t;
}

static size_t size_of(const Node *x) {
    return shape_size(x->shape);
}

#ifdef REAL_DOUBLE
static double weighted_sum(const Node *y, const real *r) {
    double sum = 0;
    for (size_t i = 0; i < size_of(y); i++)
        sum += y->value[i] * r[i];
    return sum;
}

/* (L(x_i + h) - L(x_i - h)) / 2h for L = sum of y r, against the tape, for each x_i. */
static void check_variable(Node *y, Node *x, const real *r) {
    const double h = 1e-5;
    Tensor numeric = tensor_alloc(arena, x->shape);
    tape_backward_from(y->tape, y, r);
    Tensor analytic = tape_keep_grad(arena, x);
    for (size_t i = 0; i < size_of(x); i++) {
        double old = x->value[i];
        x->value[i] = old + h;
        tape_forward(y->tape);
        double above = weighted_sum(y, r);
        x->value[i] = old - h;
        tape_forward(y->tape);
        numeric.data[i] = (above - weighted_sum(y, r)) / (2 * h);
        x->value[i] = old;
    }
    tape_forward(y->tape);
    assert_all_close(analytic.data, numeric.data, size_of(x), 1e-8);
}
#endif

static void gradients_of_all_layers_agree_with_small_steps(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    for (int op = 0; op < nn_ops.count; op++) {
        Tape *own = tape_new();
        Node *y = nn_ops.ops[op]->example(own);
        Tensor r = tensor_alloc(arena, y->shape);
        Rng rng = rng_seed(11);
        tensor_fill_uniform(r, &rng, 0.5, 1.5);
        for (size_t i = 0; i < size_of(y); i += 1 + rng_below(&rng, 3))
            r.data[i] = -r.data[i];
        int variables = 0;
        for (int i = 0; i < tape_size(own); i++) {
            Node *x = tape_node(own, i);
            if (x->op != &op_variable) continue;
            variables++;
            check_variable(y, x, r.data);
        }
        assert_true(variables > 0);
        tape_free(own);
    }
#else
    skip();
#endif
}

/* Runs the node's backward twice more from gradients of 0: the second run adds what the
 * first one found. */
static void check_adding(Node *y) {
    for (int i = 0; i < y->inputs; i++)
        memset(y->in[i]->grad, 0, size_of(y->in[i]) * sizeof(real));
    if (y->inputs > 0) y->op->backward(y);
    for (int i = 0; i < y->inputs; i++) {
        Tensor twice = tape_keep_grad(arena, y->in[i]);
        for (size_t j = 0; j < size_of(y->in[i]); j++)
            twice.data[j] += y->in[i]->grad[j];
        y->op->backward(y);
        assert_all_close(y->in[i]->grad, twice.data, size_of(y->in[i]),
                         8 * (double)REAL_EPSILON);
        for (int k = 0; k < y->inputs; k++)
            memset(y->in[k]->grad, 0, size_of(y->in[k]) * sizeof(real));
        y->op->backward(y);
    }
}

static void gradients_are_added_to_what_is_there(void **state) {
    (void)state;
    for (int op = 0; op < nn_ops.count; op++) {
        Tape *own = tape_new();
        Node *y = nn_ops.ops[op]->example(own);
        tape_backward_from(own, y, pattern(y->shape, 3, 5).data);
        for (int i = 0; i < tape_size(own); i++)
            check_adding(tape_node(own, i));
        tape_free(own);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gradients_of_all_layers_agree_with_small_steps),
        TEST(gradients_are_added_to_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
