/* A check of the gradient checker: it fails for every kind of wrong derivative planted
 * here. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "tests/test.h"

#define STEP 1e-5
#define TOLERANCE 1e-6

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_factor_2_has_error_one_half),
        cmocka_unit_test(a_flipped_sign_has_error_two),
        cmocka_unit_test(one_slightly_wrong_element_is_found),
        cmocka_unit_test(a_gradient_that_is_all_zero_is_named),
        cmocka_unit_test(a_permuted_gradient_hides_in_a_plain_sum),
        cmocka_unit_test(an_assignment_instead_of_a_sum_is_found),
        cmocka_unit_test(a_forgotten_transposition_is_found),
        cmocka_unit_test(a_gram_gradient_that_assumes_symmetry_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) {
    print_message("differences mean nothing in float\n");
    return 0;
}

#endif
