/* The gradient checker as an instrument: kinks, infinities, what it reports and restores,
 * and its error against numbers worked out by hand. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "tests/test.h"

#define STEP 1e-5
#define TOLERANCE 1e-6

#ifdef REAL_DOUBLE

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

/* A kink counts only when it is between the variable and y. */
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
    numbers[1] = (real)NAN;
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

static void same_shape(Node *y) {
    y->shape = y->in[0]->shape;
}

static void square(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->value[i] = y->in[0]->value[i] * y->in[0]->value[i];
}

static void without_factor_2(Node *y) {
    for (size_t i = 0; i < shape_size(y->shape); i++)
        y->in[0]->grad[i] += y->in[0]->value[i] * y->grad[i];
}

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

int main(void) {
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) {
    print_message("differences mean nothing in float\n");
    return 0;
}

#endif
