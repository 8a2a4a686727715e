/* The gradient check of every op, and a check of the gradient check: it must go red for
 * every kind of wrong derivative planted here. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "tests/test.h"

#define STEP 1e-5
#define TOLERANCE 1e-6

/* ---- what every op promises, checked on its own example ---- */

static const OpTable *const tables[] = {&autograd_ops};

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

#ifdef REAL_DOUBLE

/* ---- planted bugs ---- */

static void same_shape(Node *y) {
    y->shape = y->in[0]->shape;
}

static void square(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->value[i] = y->in[0]->value[i] * y->in[0]->value[i];
}

/* A check of y = op(x), x = 1, 2, ..., 6. */
static GradCheck check_planted(const Op *op) {
    static real numbers[6];
    for (int i = 0; i < 6; i++)
        numbers[i] = i + 1;
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 2, 3}, numbers});
    GradCheck check = gradcheck(tape, tape_record(op, 1, &x, NULL, 0), STEP);
    tape_free(tape);
    return check;
}

static void without_factor_2(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->in[0]->grad[i] += y->in[0]->value[i] * y->grad[i];
}

/* x dy instead of 2 x dy: |1 - 2| / max(1, 2) = 1/2 at every element. */
static void a_missing_factor_2_has_error_one_half(void **state) {
    (void)state;
    GradCheck check = check_planted(&(const Op){.name = "planted",
                                                .shape = same_shape,
                                                .forward = square,
                                                .backward = without_factor_2});
    assert_close(check.worst, 0.5, 1e-8, 0);
    assert_close(check.numeric / check.analytic, 2, 1e-8, 0);
    assert_int_equal(check.checked, 6);
    assert_false(gradcheck_passed(&check, TOLERANCE));
}

static void with_flipped_sign(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->in[0]->grad[i] -= 2 * y->in[0]->value[i] * y->grad[i];
}

/* |-1 - 1| / max(1, 1) = 2. */
static void a_flipped_sign_has_error_two(void **state) {
    (void)state;
    GradCheck check = check_planted(&(const Op){.name = "planted",
                                                .shape = same_shape,
                                                .forward = square,
                                                .backward = with_flipped_sign});
    assert_close(check.worst, 2, 1e-8, 0);
    assert_false(gradcheck_passed(&check, TOLERANCE));
}

static void with_one_part_in_ten_thousand(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->in[0]->grad[i] += 2 * y->in[0]->value[i] * y->grad[i] * (i == 4 ? 1.0001 : 1);
}

/* 1 - 1 / 1.0001 = 9.999e-5, at element 4 and nowhere else. */
static void one_slightly_wrong_element_is_found(void **state) {
    (void)state;
    GradCheck check =
        check_planted(&(const Op){.name = "planted",
                                  .shape = same_shape,
                                  .forward = square,
                                  .backward = with_one_part_in_ten_thousand});
    assert_close(check.worst, 9.999e-5, 1e-4, 0);
    assert_int_equal(check.index, 4);
    assert_false(gradcheck_passed(&check, TOLERANCE));
}

static void with_nothing(Node *y) {
    (void)y;
}

static void a_gradient_that_is_all_zero_is_named(void **state) {
    (void)state;
    GradCheck check = check_planted(&(const Op){.name = "planted",
                                                .shape = same_shape,
                                                .forward = square,
                                                .backward = with_nothing});
    assert_non_null(check.all_zero);
    assert_false(gradcheck_passed(&check, 2)); /* whatever the tolerance */
}

static void triple(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->value[i] = 3 * y->in[0]->value[i];
}

static void in_reverse_order(Node *y) {
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->in[0]->grad[size - 1 - i] += 3 * y->grad[i];
}

/* The gradient of sum(3 x) is 3 everywhere, in any order: a check that adds the outputs
 * up cannot see the permutation, one that weights them does. */
static void a_permuted_gradient_hides_in_a_plain_sum(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = triple,
                   .backward = in_reverse_order};
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 2, 3, 2});
    Node *y = tape_record(&op, 1, &x, NULL, 0);
    GradCheck plain = gradcheck(tape, ag_sum(y), STEP);
    assert_true(gradcheck_passed(&plain, TOLERANCE));
    GradCheck weighted = gradcheck(tape, y, STEP);
    assert_true(weighted.worst > 0.1);
    tape_free(tape);
}

static void with_assignment(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->in[0]->grad[i] = 2 * y->in[0]->value[i] * y->grad[i];
}

static void an_assignment_instead_of_a_sum_is_found(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = square,
                   .backward = with_assignment};
    GradCheck alone = check_planted(&op);
    assert_true(gradcheck_passed(&alone, TOLERANCE)); /* x is used once */
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 2, 3, 2});
    Node *y = ag_add(ag_exp(x), tape_record(&op, 1, &x, NULL, 0));
    y = ag_add(y, tape_record(&op, 1, &x, NULL, 0));
    GradCheck twice = gradcheck(tape, y, STEP);
    assert_true(twice.worst > 0.1);
    tape_free(tape);
}

/* Y = A B and G = A A^T of 3 x 3 matrices, with derivatives that are nearly right. */
static void multiply(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    for (int i = 0; i < 9; i++)
        y->value[i] = a[i / 3 * 3] * b[i % 3] + a[i / 3 * 3 + 1] * b[3 + i % 3] +
                      a[i / 3 * 3 + 2] * b[6 + i % 3];
}

static void without_transposing(Node *y) { /* dA = dY B instead of dY B^T */
    const real *b = y->in[1]->value, *dy = y->grad;
    for (int i = 0; i < 9; i++)
        for (int k = 0; k < 3; k++)
            y->in[0]->grad[i] += dy[i / 3 * 3 + k] * b[k * 3 + i % 3];
}

static void a_forgotten_transposition_is_found(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = multiply,
                   .backward = without_transposing};
    Tape *tape = tape_new();
    Node *a = tape_example_variable(tape, (Shape){1, 1, 3, 3});
    Node *b = tape_example_constant(tape, (Shape){1, 1, 3, 3});
    Node *y = tape_record(&op, 2, (Node *[]){a, b}, NULL, 0);
    GradCheck check = gradcheck(tape, y, STEP);
    assert_true(check.worst > 0.1);
    tape_free(tape);
}

static void gram(Node *y) {
    const real *a = y->in[0]->value;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            y->value[3 * i + j] = a[3 * i] * a[3 * j] + a[3 * i + 1] * a[3 * j + 1] +
                                  a[3 * i + 2] * a[3 * j + 2];
}

static void with_symmetric_dy(Node *y) { /* dA = 2 dG A instead of (dG + dG^T) A */
    const real *a = y->in[0]->value, *dy = y->grad;
    for (int i = 0; i < 9; i++)
        for (int k = 0; k < 3; k++)
            y->in[0]->grad[i] += 2 * dy[i / 3 * 3 + k] * a[k * 3 + i % 3];
}

/* Every loss of symmetric weights, sum(G) for one, lets this pass. */
static void a_gram_gradient_that_assumes_symmetry_is_found(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = gram,
                   .backward = with_symmetric_dy};
    Tape *tape = tape_new();
    Node *a = tape_example_variable(tape, (Shape){1, 1, 3, 3});
    Node *y = tape_record(&op, 1, &a, NULL, 0);
    GradCheck plain = gradcheck(tape, ag_sum(y), STEP), check = gradcheck(tape, y, STEP);
    assert_true(gradcheck_passed(&plain, TOLERANCE));
    assert_true(check.worst > 0.01);
    tape_free(tape);
}

/* ---- kinks, infinities, and gradients that are truly zero ---- */

static char *printed(const GradCheck *check) {
    static char text[1024];
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    gradcheck_print(check, out);
    fclose(out);
    return text;
}

/* |x| at -1, 0, 2, and at 4e-6, which is nearer to 0 than the step. */
static void kinks_are_counted_and_named(void **state) {
    (void)state;
    real numbers[] = {-1, 0, 2, 4e-6};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 4}, numbers});
    Node *y = node_label(ag_abs(x), "folded");
    GradCheck check = gradcheck(tape, y, STEP);
    assert_int_equal(check.kinks, 2);
    assert_int_equal(check.checked, 2);
    assert_ptr_equal(check.kink, y);
    assert_true(gradcheck_passed(&check, TOLERANCE));
    assert_non_null(strstr(printed(&check), "2 elements were left out"));
    assert_non_null(strstr(printed(&check), "slope of abs, folded (node 1), jumps"));
    numbers[0] = numbers[2] = 0;
    check = gradcheck(tape, y, STEP);
    assert_int_equal(check.kinks, 4);
    assert_false(gradcheck_passed(&check, TOLERANCE)); /* nothing was compared */
    assert_non_null(strstr(printed(&check), "No element could be compared"));
    tape_free(tape);
}

/* A kink counts only when it lies between the variable and y. */
static void kinks_elsewhere_do_not_count(void **state) {
    (void)state;
    real zero = 0, three = 3;
    Tape *tape = tape_new();
    Node *a = tape_variable(tape, (Tensor){SCALAR, &zero});
    Node *b = tape_variable(tape, (Tensor){SCALAR, &three});
    Node *y = ag_mul(ag_abs(a), ag_square(b));
    Node *z = ag_add(a, b);
    GradCheck check = gradcheck_variable(tape, y, a, STEP, 0);
    assert_int_equal(check.kinks, 1);
    check = gradcheck_variable(tape, y, b, STEP, 0);
    assert_int_equal(check.kinks, 0);
    check = gradcheck(tape, z, STEP);
    assert_int_equal(check.kinks, 0);
    assert_int_equal(check.checked, 2);
    tape_free(tape);
}

/* |a - b| where a and b differ by less than the step: the kink is behind another op. */
static void a_kink_inside_a_graph_is_seen(void **state) {
    (void)state;
    real a = 1, b = 1 + 3e-6;
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){SCALAR, &a});
    Node *t = tape_constant(tape, (Tensor){SCALAR, &b});
    Node *y = ag_exp(ag_abs(ag_sub(x, t)));
    GradCheck check = gradcheck(tape, y, STEP);
    assert_int_equal(check.kinks, 1);
    assert_string_equal(check.kink->op->name, "abs");
    tape_free(tape);
}

static void nan_and_infinity_are_named(void **state) {
    (void)state;
    real numbers[] = {1, 0, 2};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 3, 1, 1}, numbers});
    Node *y = ag_sqrt(x);
    GradCheck check = gradcheck(tape, y, STEP); /* infinite slope at 0 */
    assert_ptr_equal(check.not_finite, x);
    assert_false(gradcheck_passed(&check, 1e9));
    assert_non_null(strstr(printed(&check), "node 0 is not finite"));
    numbers[1] = NAN;
    check = gradcheck(tape, y, STEP);
    assert_ptr_equal(check.not_finite, x);
    numbers[1] = 3;
    check = gradcheck(tape, y, STEP);
    assert_true(gradcheck_passed(&check, TOLERANCE));
    tape_free(tape);
}

/* (b + 1000) / 10 - b / 10: the slope is 0, and what the probes see is rounding. */
static void a_gradient_that_cancels_is_not_a_failure(void **state) {
    (void)state;
    real thousand[] = {1000, 1001, 1002};
    Tape *tape = tape_new();
    Node *k = tape_constant(tape, (Tensor){(Shape){1, 1, 1, 3}, thousand});
    Node *b = tape_example_variable(tape, (Shape){1, 1, 1, 3});
    Node *y = ag_sub(ag_scale(ag_add(b, k), (Scale){0.1}), ag_scale(b, (Scale){0.1}));
    GradCheck check = gradcheck(tape, y, STEP);
    assert_true(check.numeric != 0);
    assert_true(gradcheck_passed(&check, TOLERANCE));
    tape_free(tape);
}

/* ---- the instrument itself ---- */

/* One element, y = x^2 and backward x dy at x = 3: analytic 3 r, numeric 6 r. */
static void both_numbers_are_reported(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = square,
                   .backward = without_factor_2};
    real three = 3;
    Tape *tape = tape_new();
    Node *x = node_label(tape_variable(tape, (Tensor){SCALAR, &three}), "three");
    GradCheck check = gradcheck(tape, tape_record(&op, 1, &x, NULL, 0), STEP);
    double r = check.analytic / 3;
    assert_true(fabs(r) >= 0.5 && fabs(r) < 1.5);
    assert_close(check.numeric, 6 * r, 1e-9, 0);
    assert_ptr_equal(check.variable, x);
    assert_close(check.step, STEP, 0, 0);
    assert_non_null(strstr(printed(&check), "error 0.5: element 0 of three (node 0)"));
    tape_free(tape);
}

/* x = (1, 0) with y = x^3 and a derivative that is 1e-9 too large everywhere. At 0 the
 * slope is 0, so the element is measured against 1e-4 of its neighbour's: with g = 3 |r|
 * the error is 1e-9 / (3e-4 |r|), between 2.2e-6 and 6.7e-6. */
static void off_by_a_billionth(Node *y) {
    const real *x = y->in[0]->value;
    for (size_t i = 0; i < 2; i++)
        y->in[0]->grad[i] += 3 * x[i] * x[i] * y->grad[i] + 1e-9;
}

static void cube(Node *y) {
    const real *x = y->in[0]->value;
    for (size_t i = 0; i < 2; i++)
        y->value[i] = x[i] * x[i] * x[i];
}

static void a_zero_is_measured_against_its_neighbours(void **state) {
    (void)state;
    const Op op = {.name = "planted",
                   .shape = same_shape,
                   .forward = cube,
                   .backward = off_by_a_billionth};
    real numbers[] = {1, 0};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 2}, numbers});
    GradCheck check = gradcheck(tape, tape_record(&op, 1, &x, NULL, 0), STEP);
    assert_int_equal(check.index, 1);
    assert_true(check.worst > 1.9e-6 && check.worst < 7e-6);
    tape_free(tape);
}

static void values_and_gradients_are_left_as_they_were(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Node *a = tape_example_variable(tape, (Shape){1, 1, 3, 4});
    Node *b = tape_example_variable(tape, (Shape){1, 1, 4, 2});
    Node *y = ag_tanh(ag_matmul(a, b, (Matmul){0})), *loss = ag_sum(y);
    Tensor before[] = {tape_keep(arena, a), tape_keep(arena, b), tape_keep(arena, y),
                       tape_keep(arena, loss)};
    gradcheck(tape, y, STEP);
    assert_same_bits(a->value, before[0].data, 12);
    assert_same_bits(b->value, before[1].data, 8);
    assert_same_bits(y->value, before[2].data, 6);
    assert_same_bits(loss->value, before[3].data, 1);
    Tensor da = tape_keep_grad(arena, a), seed = tape_keep_grad(arena, y);
    tape_backward_from(tape, y, seed.data);
    assert_same_bits(a->grad, da.data, 12);
    tape_free(tape);
    arena_free(arena);
}

static void variables_that_do_not_lead_to_y_are_skipped(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *a = tape_example_variable(tape, (Shape){1, 1, 1, 3});
    Node *b = tape_example_variable(tape, (Shape){1, 1, 1, 5});
    Node *y = ag_square(a);
    ag_square(b);
    tape_example_variable(tape, (Shape){1, 1, 1, 7}); /* behind y on the tape */
    GradCheck check = gradcheck(tape, y, STEP);
    assert_int_equal(check.checked, 3);
    assert_true(gradcheck_passed(&check, TOLERANCE));
    check = gradcheck_variable(tape, y, b, STEP, 0);
    assert_int_equal(check.checked, 0);
    assert_false(gradcheck_passed(&check, TOLERANCE));
    tape_free(tape);
}

static void a_large_variable_can_be_sampled(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 1, 10, 10});
    Node *y = ag_square(x);
    GradCheck check = gradcheck_variable(tape, y, x, STEP, 7);
    assert_int_equal(check.checked, 7);
    assert_true(gradcheck_passed(&check, TOLERANCE));
    check = gradcheck_variable(tape, y, x, STEP, 1000);
    assert_int_equal(check.checked, 100);
    tape_free(tape);
}

static void check_a_product(void *node) {
    gradcheck_variable(((Node *)node)->tape, node, node, STEP, 0);
}

static void check_without_step(void *node) {
    gradcheck(((Node *)node)->tape, node, 0);
}

static void misuse_is_refused(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *y = ag_square(tape_example_variable(tape, SCALAR));
    assert_check_fails(check_a_product, y, "is no variable");
    assert_check_fails(check_without_step, y, "a step of 0");
    tape_free(tape);
}

/* For y = e^x the central difference is e^x sinh(h) / h, so every element has the error
 * 1 - h / sinh(h), about h^2 / 6: 1.66e-3 at 0.1 and 1.67e-5 at 0.01. At 1e-12, where the
 * loss has about 16 digits and 12 of them cancel, nothing is left of that. */
static void the_curve_falls_with_the_square_and_rises_again(void **state) {
    (void)state;
    const double steps[] = {1e-1, 1e-2, 1e-5, 1e-12};
    GradPoint points[4];
    Tape *tape = tape_new();
    Node *y = ag_exp(tape_example_variable(tape, (Shape){1, 3, 3, 3}));
    gradcheck_curve(tape, y, 4, steps, points);
    for (int k = 0; k < 2; k++) {
        double error = 1 - steps[k] / sinh(steps[k]);
        assert_close(points[k].median, error, 1e-6, 0);
        assert_close(points[k].worst, error, 1e-6, 0);
        assert_int_equal(points[k].checked, 27);
        assert_close(points[k].step, steps[k], 0, 0);
    }
    assert_true(points[2].worst < 1e-8);
    assert_true(points[3].median > 1e-6);
    assert_true(points[3].worst > points[3].median);
    tape_free(tape);
}

static void the_curve_counts_kinks(void **state) {
    (void)state;
    const double steps[] = {1e-5, 0.5};
    GradPoint points[2];
    real numbers[] = {0.25, 1, -3};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 3}, numbers});
    gradcheck_curve(tape, ag_abs(x), 2, steps, points);
    assert_int_equal(points[0].kinks, 0);
    assert_int_equal(points[1].kinks, 1);
    assert_int_equal(points[1].checked, 2);
    tape_free(tape);
}

#endif

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(op_find_knows_every_op_by_its_name),
#ifdef REAL_DOUBLE
    cmocka_unit_test(a_missing_factor_2_has_error_one_half),
    cmocka_unit_test(a_flipped_sign_has_error_two),
    cmocka_unit_test(one_slightly_wrong_element_is_found),
    cmocka_unit_test(a_gradient_that_is_all_zero_is_named),
    cmocka_unit_test(a_permuted_gradient_hides_in_a_plain_sum),
    cmocka_unit_test(an_assignment_instead_of_a_sum_is_found),
    cmocka_unit_test(a_forgotten_transposition_is_found),
    cmocka_unit_test(a_gram_gradient_that_assumes_symmetry_is_found),
    cmocka_unit_test(kinks_are_counted_and_named),
    cmocka_unit_test(kinks_elsewhere_do_not_count),
    cmocka_unit_test(a_kink_inside_a_graph_is_seen),
    cmocka_unit_test(nan_and_infinity_are_named),
    cmocka_unit_test(a_gradient_that_cancels_is_not_a_failure),
    cmocka_unit_test(both_numbers_are_reported),
    cmocka_unit_test(a_zero_is_measured_against_its_neighbours),
    cmocka_unit_test(values_and_gradients_are_left_as_they_were),
    cmocka_unit_test(variables_that_do_not_lead_to_y_are_skipped),
    cmocka_unit_test(a_large_variable_can_be_sampled),
    cmocka_unit_test(misuse_is_refused),
    cmocka_unit_test(the_curve_falls_with_the_square_and_rises_again),
    cmocka_unit_test(the_curve_counts_kinks),
#endif
};

/* The tests above, and one for every op of every table, called by its name. */
int main(void) {
    size_t count = sizeof tests / sizeof *tests;
    Arena *arena = arena_new();
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        count += (size_t)tables[t]->count;
    struct CMUnitTest *all = ARENA_NEW(arena, struct CMUnitTest, count);
    memcpy(all, tests, sizeof tests);
    size_t next = sizeof tests / sizeof *tests;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (int k = 0; k < tables[t]->count; k++) {
            const Op *op = tables[t]->ops[k];
            all[next++] = (struct CMUnitTest){
                .name = op->name, .test_func = check_op, .initial_state = (void *)op};
        }
    int failed = _cmocka_run_group_tests("gradcheck", all, count, NULL, NULL);
    arena_free(arena);
    return failed;
}
