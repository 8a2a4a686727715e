/* The contract of every op, checked on its example, one test per op: the gradient is
 * right (in the double build); backward adds, does not touch inputs without gradient,
 * and reads only what op->plan.reads states; a replay gives the same bits; an op that
 * works in place gives the same bits in place. A new folder of ops adds its table
 * below. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tests/test.h"

#define STEP 1e-5
#define TOLERANCE 1e-6

static const OpTable *const tables[] = {&autograd_ops, &nn_ops, &loss_ops};

static void check_gradient(Tape *tape, Node *y) {
#ifdef REAL_DOUBLE
    GradCheck check = gradcheck(tape, y, STEP);
    if (!gradcheck_passed(&check, TOLERANCE)) {
        gradcheck_print(&check, stderr);
        fail_msg("the derivative of %s is wrong", y->op->name);
    }
    assert_int_equal(check.kinks, 0);
#else
    (void)tape, (void)y;
#endif
}

/* Copies of the gradients of y's inputs. */
static Tensor *keep_gradients(Arena *arena, const Node *y) {
    Tensor *kept = ARENA_NEW(arena, Tensor, (size_t)y->inputs);
    for (int i = 0; i < y->inputs; i++)
        if (y->in[i]->grad) kept[i] = tape_keep_grad(arena, y->in[i]);
    return kept;
}

/* A second call of backward adds the same again. */
static void check_adding(Node *y, const Tensor *kept) {
    y->op->backward(y);
    for (int i = 0; i < y->inputs; i++) {
        if (!y->in[i]->grad) continue;
        size_t size = shape_size(kept[i].shape);
        for (size_t k = 0; k < size; k++)
            y->in[i]->grad[k] /= 2;
        assert_all_close(y->in[i]->grad, kept[i].data, size, 8 * (double)REAL_EPSILON);
        for (int j = i + 1; j < y->inputs; j++) /* one node that is two inputs */
            if (y->in[j] == y->in[i]) return;
    }
}

/* An input without gradient is left alone, and the others get the same bits. */
static void check_constants(Tape *tape, Node *y, const real *seed, const Tensor *kept) {
    for (int i = 0; i < y->inputs; i++) {
        real *grad = y->in[i]->grad;
        y->in[i]->grad = NULL;
        tape_backward_from(tape, y, seed);
        for (int j = 0; j < y->inputs; j++)
            if (y->in[j]->grad)
                assert_same_bits(y->in[j]->grad, kept[j].data, shape_size(kept[j].shape));
        y->in[i]->grad = grad;
    }
}

/* For the gradient of input i, everything else is NaN. */
static void poison(Arena *arena, Node *y, int i) {
    const unsigned reads = y->op->plan.reads;
    size_t size = shape_size(y->shape);
    for (int k = 0; k < y->inputs; k++)
        if (shape_size(y->in[k]->shape) > size) size = shape_size(y->in[k]->shape);
    Tensor nan = tensor_alloc(arena, (Shape){1, 1, 1, (int)size});
    tensor_fill(nan, (real)NAN);
    if (!(reads & READS_OUTPUT)) y->value = nan.data;
    for (int k = 0; k < y->inputs; k++) {
        if (y->in[k] != y->in[i]) y->in[k]->grad = NULL;
        if (!(reads & READS_INPUTS) && (k == i || !(reads & READS_OTHERS)))
            y->in[k]->value = nan.data;
    }
}

/* Values that the op does not declare to read may be anything. */
static void check_reads(Arena *arena, Node *y, const real *seed, const Tensor *kept) {
    Node *nodes = ARENA_NEW(arena, Node, (size_t)y->inputs), itself = *y;
    if (y->op->plan.reads == READS_ALL) return;
    for (int k = 0; k < y->inputs; k++)
        nodes[k] = *y->in[k];
    memcpy(y->grad, seed, shape_size(y->shape) * sizeof(real));
    for (int i = 0; i < y->inputs; i++) {
        size_t size = shape_size(y->in[i]->shape);
        if (!y->in[i]->grad) continue;
        memset(y->in[i]->grad, 0, size * sizeof(real));
        poison(arena, y, i);
        y->op->backward(y);
        assert_same_bits(y->in[i]->grad, kept[i].data, size);
        *y = itself;
        for (int k = 0; k < y->inputs; k++)
            *y->in[k] = nodes[k];
    }
}

/* Forward over its input, backward over dy. */
static void check_in_place(Arena *arena, Node *y, const real *seed, const Tensor *kept) {
    if (!y->op->plan.in_place) return;
    assert_int_equal(y->inputs, 1);
    Node *x = y->in[0], x_was = *x, y_was = *y;
    size_t size = shape_size(y->shape);
    x->value = y->value = tape_keep(arena, x).data;
    x->grad = y->grad = tensor_alloc(arena, y->shape).data;
    memcpy(y->grad, seed, size * sizeof(real));
    y->op->forward(y);
    y->op->backward(y);
    assert_same_bits(y->value, y_was.value, size);
    assert_same_bits(x->grad, kept[0].data, size);
    *x = x_was;
    *y = y_was;
}

/* A gradient that holds nothing yet is written in one piece. */
static void check_fills(Node *y, const real *seed, const Tensor *kept) {
    const OpPlan plan = y->op->plan;
    const int filled = plan.fills_all ? y->inputs : plan.fills ? 1 : 0;
    for (int i = 0; i < filled; i++) {
        for (size_t k = 0; k < shape_size(kept[i].shape); k++)
            y->in[i]->grad[k] = (real)NAN;
        y->in[i]->blank = true;
    }
    if (filled == 0) return;
    memcpy(y->grad, seed, shape_size(y->shape) * sizeof(real));
    y->op->backward(y);
    for (int i = 0; i < filled; i++) {
        assert_same_bits(y->in[i]->grad, kept[i].data, shape_size(kept[i].shape));
        assert_false(y->in[i]->blank);
    }
}

static void check_replay(Arena *arena, Tape *tape, Node *y) {
    Tensor value = tape_keep(arena, y);
    size_t bytes = tape_bytes(tape);
    tape_forward(tape);
    assert_same_bits(y->value, value.data, shape_size(y->shape));
    assert_int_equal(tape_bytes(tape), bytes);
}

static void check_op(void **state) {
    const Op *op = *state;
    assert_true(op->name && op->math && op->derivative && op->example);
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Node *y = op->example(tape);
    assert_ptr_equal(y->op, op);
    check_gradient(tape, y);
    Rng rng = rng_seed(1);
    Tensor seed = tensor_alloc(arena, y->shape);
    tensor_fill_normal(seed, &rng, 0, 1);
    tape_backward_from(tape, y, seed.data);
    Tensor *kept = keep_gradients(arena, y);
    check_adding(y, kept);
    check_constants(tape, y, seed.data, kept);
    check_reads(arena, y, seed.data, kept);
    check_in_place(arena, y, seed.data, kept);
    check_fills(y, seed.data, kept);
    check_replay(arena, tape, y);
    tape_free(tape);
    arena_free(arena);
}

static void op_find_knows_every_op_by_its_name(void **state) {
    (void)state;
    for (int k = 0; k < autograd_ops.count; k++)
        assert_ptr_equal(op_find(autograd_ops, autograd_ops.ops[k]->name),
                         autograd_ops.ops[k]);
    assert_null(op_find(autograd_ops, "no such op"));
}

static const struct CMUnitTest first =
    cmocka_unit_test(op_find_knows_every_op_by_its_name);

/* One more for every op of every table, called by its name. */
int main(void) {
    size_t count = 1;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        count += (size_t)tables[t]->count;
    Arena *arena = arena_new();
    struct CMUnitTest *tests = ARENA_NEW(arena, struct CMUnitTest, count), *next = tests;
    *next++ = first;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (int k = 0; k < tables[t]->count; k++) {
            const Op *op = tables[t]->ops[k];
            *next++ = (struct CMUnitTest){
                .name = op->name, .test_func = check_op, .initial_state = (void *)op};
        }
    int failed = _cmocka_run_group_tests("every op", tests, count, NULL, NULL);
    arena_free(arena);
    return failed;
}
