#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "tests/test.h"

/* mean(sigmoid(A B)^2 * A B): a small graph with a product, a branch and a join. */
typedef struct Small {
    Tape *tape;
    Node *a, *b, *loss;
} Small;

static Small small_graph(Tensor a, Tensor b) {
    Small g = {.tape = tape_new()};
    g.a = node_label(tape_variable(g.tape, a), "a");
    g.b = node_label(tape_variable(g.tape, b), "b");
    Node *product = ag_matmul(g.a, g.b, (Matmul){0});
    g.loss = ag_mean(ag_mul(ag_square(ag_sigmoid(product)), product));
    return g;
}

static Tensor random_tensor(Arena *arena, Shape shape, uint64_t seed) {
    Rng rng = rng_seed(seed);
    Tensor t = tensor_alloc(arena, shape);
    tensor_fill_normal(t, &rng, 0, 1);
    return t;
}

/* a = 1; b = a + a; c = b + b is 4 a, so dc/da = 4: the gradient of b must be complete
 * before it is passed on. */
static void a_value_used_twice_collects_both_gradients(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real one = 1;
    Node *a = tape_variable(tape, (Tensor){SCALAR, &one});
    Node *b = ag_add(a, a);
    Node *c = ag_add(b, b);
    tape_backward(tape, c);
    assert_close(node_scalar(c), 4, 0, 0);
    assert_close(a->grad[0], 4, 0, 0);
    tape_backward(tape, c);
    assert_close(a->grad[0], 4, 0, 0);
    tape_free(tape);
}

/* a a at a = 3: value 9, slope 2 a = 6. a - a: value 0, slope 0. */
static void one_node_may_be_both_inputs(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real three = 3;
    Node *a = tape_variable(tape, (Tensor){SCALAR, &three});
    Node *product = ag_mul(a, a), *difference = ag_sub(a, a);
    tape_backward(tape, product);
    assert_close(node_scalar(product), 9, 0, 0);
    assert_close(a->grad[0], 6, 0, 0);
    tape_backward(tape, difference);
    assert_close(node_scalar(difference), 0, 0, 0);
    assert_close(a->grad[0], 0, 0, 0);
    tape_free(tape);
}

static void replay_gives_the_bits_of_a_fresh_tape(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor a = random_tensor(arena, (Shape){1, 2, 3, 4}, 1);
    Tensor b = random_tensor(arena, (Shape){1, 2, 4, 5}, 2);
    Small replayed = small_graph(a, b);
    tape_backward(replayed.tape, replayed.loss);
    tensor_copy(a, random_tensor(arena, a.shape, 3));
    tape_forward(replayed.tape);
    tape_backward(replayed.tape, replayed.loss);
    Small fresh = small_graph(a, b);
    tape_backward(fresh.tape, fresh.loss);
    for (int id = 0; id < tape_size(fresh.tape); id++) {
        const Node *x = tape_node(replayed.tape, id), *y = tape_node(fresh.tape, id);
        assert_same_bits(x->value, y->value, shape_size(y->shape));
        assert_same_bits(x->grad, y->grad, shape_size(y->shape));
    }
    tape_free(replayed.tape);
    tape_free(fresh.tape);
    arena_free(arena);
}

static void backward_twice_gives_the_same_gradient(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Small g = small_graph(random_tensor(arena, (Shape){2, 1, 3, 3}, 4),
                          random_tensor(arena, (Shape){2, 1, 3, 2}, 5));
    tape_backward(g.tape, g.loss);
    Tensor da = tape_keep_grad(arena, g.a), db = tape_keep_grad(arena, g.b);
    tape_backward(g.tape, g.loss);
    assert_same_bits(g.a->grad, da.data, 18);
    assert_same_bits(g.b->grad, db.data, 12);
    tape_free(g.tape);
    arena_free(arena);
}

/* y = x^2 and seed (1, -2, 10): dx = 2 x seed. */
static void backward_from_starts_with_the_given_gradient(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real x[] = {3, 5, -7};
    const real seed[] = {1, -2, 10}, expected[] = {6, -20, -140};
    Node *leaf = tape_variable(tape, (Tensor){(Shape){1, 3, 1, 1}, x});
    tape_backward_from(tape, ag_square(leaf), seed);
    assert_all_close(leaf->grad, expected, 3, 0);
    tape_free(tape);
}

/* An op whose backward must never run. */
static void refuse(Node *y) {
    fail_msg("backward of node %d ran", y->id);
}

static void copy_shape(Node *y) {
    y->shape = y->in[0]->shape;
}

static void copy_value(Node *y) {
    y->value[0] = y->in[0]->value[0];
}

static const Op op_refuse = {
    .name = "refuse", .shape = copy_shape, .forward = copy_value, .backward = refuse};

static void backward_does_not_run_for_constants(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real k = 2, v = 3;
    Node *constant = tape_constant(tape, (Tensor){SCALAR, &k});
    Node *variable = tape_variable(tape, (Tensor){SCALAR, &v});
    Node *still = tape_record(&op_refuse, 1, &constant, NULL, 0);
    assert_null(constant->grad);
    assert_null(still->grad);
    Node *loss = ag_mul(still, variable);
    assert_non_null(loss->grad);
    tape_backward(tape, loss);
    assert_close(variable->grad[0], 2, 0, 0);
    tape_free(tape);
}

/* The branch log(x) at x = 0 has an infinite slope; the loss 5 x does not see it. */
static void a_branch_beside_the_loss_is_not_visited(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real zero = 0;
    Node *x = tape_variable(tape, (Tensor){SCALAR, &zero});
    Node *beside = ag_log(x);
    Node *unused = tape_record(&op_refuse, 1, &x, NULL, 0);
    Node *loss = ag_scale(x, (Scale){5});
    tape_backward(tape, loss);
    assert_close(x->grad[0], 5, 0, 0);
    assert_false(beside->reached || unused->reached);
    assert_true(loss->reached && x->reached);
    tape_backward(tape, beside);
    assert_true(isinf(x->grad[0]));
    tape_backward(tape, loss);
    assert_close(x->grad[0], 5, 0, 0);
    tape_free(tape);
}

/* x is the first node, x^2 + z^2 the last. After a walk back from it, a walk from z^2
 * alone visits neither: both gradients are 0 then, and dz = 2 z = 10 as before. */
static void gradients_of_an_earlier_backward_pass_are_forgotten(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real three = 3, five = 5;
    Node *x = tape_variable(tape, (Tensor){SCALAR, &three});
    Node *z = tape_variable(tape, (Tensor){SCALAR, &five});
    Node *part = ag_square(z), *last = ag_add(ag_square(x), part);
    tape_backward(tape, last);
    assert_close(x->grad[0], 6, 0, 0);
    assert_close(last->grad[0], 1, 0, 0);
    tape_backward(tape, part);
    assert_close(z->grad[0], 10, 0, 0);
    assert_close(x->grad[0], 0, 0, 0);
    assert_close(last->grad[0], 0, 0, 0);
    tape_free(tape);
}

static void add_across_tapes(void *nodes) {
    ag_add(((Node **)nodes)[0], ((Node **)nodes)[1]);
}

static void run_backward(void *node) {
    tape_backward(((Node *)node)->tape, node);
}

static void read_scalar(void *node) {
    (void)node_scalar(node);
}

static void keep_gradient(void *node) {
    (void)tape_keep_grad(NULL, node);
}

static void concat_nothing(void *node) {
    ag_concat(2, (Node *[]){node, NULL});
}

static void mistakes_are_refused(void **state) {
    (void)state;
    Tape *one = tape_new(), *two = tape_new();
    real k = 1;
    Node *a = tape_variable(one, (Tensor){SCALAR, &k});
    Node *b = tape_variable(two, (Tensor){SCALAR, &k});
    Node *c = tape_constant(one, (Tensor){SCALAR, &k});
    Node *wide = tape_example_variable(one, (Shape){1, 1, 2, 3});
    assert_check_fails(add_across_tapes, ((Node *[]){a, b}), "another tape");
    assert_check_fails(add_across_tapes, ((Node *[]){a, wide}),
                       "add: (1,1,1,1) against (1,1,2,3)");
    assert_check_fails(run_backward, wide, "a loss is one number");
    assert_check_fails(run_backward, wide, "(1,1,2,3)");
    assert_check_fails(run_backward, ag_exp(c), "no variable leads to");
    assert_check_fails(read_scalar, wide, "not a scalar");
    assert_check_fails(keep_gradient, c, "has no gradient");
    assert_check_fails(concat_nothing, a, "input 1 is missing");
    tape_free(one);
    tape_free(two);
    tape_free(NULL);
}

static void kept_tensors_survive_the_tape(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    real x[] = {1, 2, 3, 4};
    const real values[] = {1, 4, 9, 16}, slopes[] = {2, 4, 6, 8};
    Node *leaf = tape_variable(tape, (Tensor){(Shape){1, 1, 2, 2}, x});
    Node *square = ag_square(leaf);
    tape_backward(tape, ag_sum(square));
    Tensor value = tape_keep(arena, square), grad = tape_keep_grad(arena, leaf);
    tape_free(tape);
    assert_all_close(value.data, values, 4, 0);
    assert_all_close(grad.data, slopes, 4, 0);
    arena_free(arena);
}

static void nothing_is_allocated_after_the_first_round(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Small g = small_graph(random_tensor(arena, (Shape){1, 3, 6, 4}, 6),
                          random_tensor(arena, (Shape){1, 3, 4, 6}, 7));
    tape_forward(g.tape);
    tape_backward(g.tape, g.loss);
    size_t bytes = tape_bytes(g.tape);
    for (int round = 0; round < 10; round++) {
        g.a->value[0] += 1;
        tape_forward(g.tape);
        tape_backward(g.tape, g.loss);
    }
    assert_int_equal(tape_bytes(g.tape), bytes);
    tape_free(g.tape);
    arena_free(arena);
}

/* 1000 nodes are more than the first array of pointers holds. y = x + 1000 * 0.5. */
static void a_long_tape_keeps_its_nodes_in_place(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real zero = 0;
    Node *x = tape_variable(tape, (Tensor){SCALAR, &zero}), *y = x;
    Node *first = ag_shift(x, (Shift){0.5});
    y = first;
    for (int k = 1; k < 1000; k++)
        y = ag_shift(y, (Shift){0.5});
    assert_ptr_equal(tape_node(tape, 1), first);
    assert_int_equal(tape_size(tape), 1001);
    assert_int_equal(y->id, 1000);
    tape_backward(tape, y);
    assert_close(node_scalar(y), 500, 0, 0);
    assert_close(x->grad[0], 1, 0, 0);
    tape_free(tape);
}

static void workspace_grows_and_is_shared(void **state) {
    (void)state;
    Tape *tape = tape_new();
    memset(tape_workspace(tape, 100), 1, 100);
    void *large = tape_workspace(tape, 1 << 20);
    memset(large, 2, 1 << 20);
    size_t bytes = tape_bytes(tape);
    assert_ptr_equal(tape_workspace(tape, 10), large);
    assert_int_equal(tape_bytes(tape), bytes);
    assert_true(bytes >= 1 << 20);
    tape_free(tape);
}

static void a_label_is_a_copy_and_may_be_nested(void **state) {
    (void)state;
    Tape *tape = tape_new();
    char name[] = "relu";
    Node *x = tape_example_variable(tape, SCALAR);
    Node *y = node_label(ag_exp(node_label(x, "%s%d_%d", name, 4, 2)), "%s", name);
    name[0] = '?';
    assert_string_equal(x->label, "relu4_2");
    assert_string_equal(y->label, "relu");
    tape_free(tape);
}

static void examples_differ_from_leaf_to_leaf_and_repeat(void **state) {
    (void)state;
    Tape *one = tape_new(), *two = tape_new();
    Shape shape = {1, 1, 4, 4};
    Node *a = tape_example_variable(one, shape), *b = tape_example_constant(one, shape);
    Node *again = tape_example_variable(two, shape);
    assert_same_bits(a->value, again->value, 16);
    assert_memory_not_equal(a->value, b->value, 16 * sizeof(real));
    assert_null(b->grad);
    tape_free(one);
    tape_free(two);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_used_twice_collects_both_gradients),
        cmocka_unit_test(one_node_may_be_both_inputs),
        cmocka_unit_test(replay_gives_the_bits_of_a_fresh_tape),
        cmocka_unit_test(backward_twice_gives_the_same_gradient),
        cmocka_unit_test(backward_from_starts_with_the_given_gradient),
        cmocka_unit_test(backward_does_not_run_for_constants),
        cmocka_unit_test(a_branch_beside_the_loss_is_not_visited),
        cmocka_unit_test(gradients_of_an_earlier_backward_pass_are_forgotten),
        cmocka_unit_test(mistakes_are_refused),
        cmocka_unit_test(kept_tensors_survive_the_tape),
        cmocka_unit_test(nothing_is_allocated_after_the_first_round),
        cmocka_unit_test(a_long_tape_keeps_its_nodes_in_place),
        cmocka_unit_test(workspace_grows_and_is_shared),
        cmocka_unit_test(a_label_is_a_copy_and_may_be_nested),
        cmocka_unit_test(examples_differ_from_leaf_to_leaf_and_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
