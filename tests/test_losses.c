/* Content, relative and total losses; and properties of every form of every loss:
 * gradients, NaN, replay, names. */
#include <string.h>

#include "losses/content.h"
#include "losses/ops.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "tests/losses.h"

/* f - p = 1, -2, 3: the squares add up to 14; p = 2, 2, 2 has 12. */
static void content_forms_by_hand(void **state) {
    (void)state;
    Node *f = given((Shape){1, 3, 1, 1}, (double[]){3, 0, 5});
    Node *p = given((Shape){1, 3, 1, 1}, (double[]){2, 2, 2});
    const double expected[CONTENT_FORMS] = {7,         14,          14 / 3.0, 14 / 12.0,
                                            14 / 12.0, 7 / sqrt(3), 1 + 2 + 3};
    for (int form = 0; form < CONTENT_FORMS; form++)
        assert_close(value(ag_content_loss(f, p, (ContentForm)form)), expected[form],
                     TIGHT, 0);
}

/* In units of Gatys' half sum: the sum is 2, the mean 2 / (N M); CO's 1 / (4 N M) of the
 * sum is 1 / (2 N M), CY's 1 / (2 sqrt(N M)) of the sum is 1 / sqrt(N M). */
static void content_forms_differ_by_the_published_factors(void **state) {
    (void)state;
    Shape s = {1, 5, 4, 6};
    double nm = 5 * 24;
    Node *f = variable(s), *p = constant(s);
    double half = value(ag_content_loss(f, p, CONTENT_HALF_SUM));
    double sum = value(ag_content_loss(f, p, CONTENT_SUM));
    assert_close(sum / half, 2, TIGHT, 0);
    assert_close(value(ag_content_loss(f, p, CONTENT_MEAN)) / half, 2 / nm, TIGHT, 0);
    assert_close(value(ag_content_loss(f, p, CONTENT_QUARTER_MEAN)) / half, 1 / (2 * nm),
                 TIGHT, 0);
    assert_close(value(ag_content_loss(f, p, CONTENT_ROOT)) / half, 1 / sqrt(nm), TIGHT,
                 0);
}

/* d/df of 1/2 (f - p)^2 is f - p. */
static void content_gradient_of_half_the_sum_is_the_difference(void **state) {
    (void)state;
    Node *f = given((Shape){1, 3, 1, 1}, (double[]){3, 0, 5});
    Node *p = given((Shape){1, 3, 1, 1}, (double[]){2, 2, 2});
    tape_backward(tape, ag_content_loss(f, p, CONTENT_HALF_SUM));
    assert_all_close(f->grad, ((const real[]){1, -2, 3}), 3, 0);
    assert_all_close(p->grad, ((const real[]){-1, 2, -3}), 3, 0);
}

/* Document 001's L_1 has the sign of the difference for a gradient, whatever its size,
 * and 0 where there is none; L_2 has twice the difference. */
static void gradients_of_document_001s_two_losses(void **state) {
    (void)state;
    Node *f = given((Shape){1, 3, 1, 1}, (double[]){3, 0, 2});
    Node *p = given((Shape){1, 3, 1, 1}, (double[]){2, 2.5, 2});
    tape_backward(tape, ag_content_loss(f, p, CONTENT_ABS));
    assert_all_close(f->grad, ((const real[]){1, -1, 0}), 3, 0);
    assert_all_close(p->grad, ((const real[]){-1, 1, 0}), 3, 0);
    tape_backward(tape, ag_content_loss(f, p, CONTENT_SUM));
    assert_all_close(f->grad, ((const real[]){2, -5, 0}), 3, 0);
}

static void content_of_another_size(void *unused) {
    (void)unused;
    ag_content_loss(variable((Shape){1, 3, 4, 5}), variable((Shape){1, 3, 5, 4}),
                    CONTENT_SUM);
}

static void no_terms(void *unused) {
    (void)unused;
    ag_weighted_sum(0, NULL, NULL);
}

static void losses_refuse_what_does_not_fit(void **state) {
    (void)state;
    assert_check_fails(content_of_another_size, NULL, "(1,3,4,5) against (1,3,5,4)");
    assert_check_fails(no_terms, NULL, "weighted sum of 0 terms");
}

static void relative_loss_has_no_unit(void **state) {
    (void)state;
    Shape s = {1, 3, 4, 5};
    Node *f = variable(s), *p = constant(s);
    double once = value(ag_content_loss(f, p, CONTENT_RELATIVE));
    Node *f8 = ag_scale(f, (Scale){8}), *p8 = ag_scale(p, (Scale){8});
    assert_close(value(ag_content_loss(f8, p8, CONTENT_RELATIVE)), once, TIGHT, 0);
    assert_close(style(f8, p8, STYLE_RELATIVE), style(f, p, STYLE_RELATIVE), TIGHT, 0);
    assert_close(value(ag_content_loss(p, p, CONTENT_RELATIVE)), 0, 0, 0);
}

static void relative_loss_of_nothing_to_nothing_is_zero(void **state) {
    (void)state;
    Node *zero = given((Shape){1, 2, 1, 2}, (double[]){0, 0, 0, 0});
    Node *loss = ag_relative_distance(zero, zero);
    tape_backward(tape, loss);
    assert_close(value(loss), 0, 0, 0);
    for (int i = 0; i < 4; i++)
        assert_close(zero->grad[i], 0, 0, 0);
}

/* (9 + 16) / 2, the mean; its gradient 2 (a - b) / 2. */
static void relative_loss_to_nothing_is_the_mean(void **state) {
    (void)state;
    Node *f = given((Shape){1, 1, 1, 2}, (double[]){3, 4});
    Node *zero = given((Shape){1, 1, 1, 2}, (double[]){0, 0});
    Node *loss = ag_relative_distance(f, zero);
    tape_backward(tape, loss);
    assert_close(value(loss), 12.5, 0, 0);
    assert_all_close(f->grad, ((const real[]){3, 4}), 2, 0);
    assert_all_close(zero->grad, ((const real[]){-3, -4}), 2, 0);
}

/* b = 1e-13 is silent, so y = ((1 - b)^2 + 0) / 2 does not depend on b as a unit: where a is
 * b the gradient is 0, and elsewhere it is -(1 - b). */
static void a_silent_target_is_no_unit(void **state) {
    (void)state;
    Node *a = given((Shape){1, 1, 1, 2}, (double[]){1, 1e-13});
    Node *b = given((Shape){1, 1, 1, 2}, (double[]){1e-13, 1e-13});
    tape_backward(tape, ag_relative_distance(a, b));
    assert_close(b->grad[0], -1, 1e-12, 0);
    assert_close(b->grad[1], 0, 0, 0);
}

/* The course "Art generation" prints 35.34667875478276 for these two losses, which it
 * prints with ten digits: 10 * 1.7886284734 + 40 * 0.4365098505 = 35.346678754. */
static void total_of_the_published_example(void **state) {
    (void)state;
    Node *content = given(SCALAR, (double[]){1.7886284734});
    Node *paint = given(SCALAR, (double[]){0.4365098505});
    Node *terms[] = {content, paint};
    Node *total = ag_weighted_sum(2, terms, (double[]){10, 40});
    tape_backward(tape, total);
    assert_close(value(total), 35.34667875478276, fmax(1e-10, TIGHT), 0);
    assert_close(content->grad[0], 10, 0, 0);
    assert_close(paint->grad[0], 40, 0, 0);
}

/* 2 x 3 + 5 x 7 = 41. NaN with weight 0 would spread: 0 x NaN is NaN. */
static void terms_without_weight_are_not_part_of_a_sum(void **state) {
    (void)state;
    Node *a = given(SCALAR, (double[]){3}), *b = given(SCALAR, (double[]){7}),
         *nan = given(SCALAR, (double[]){(double)NAN});
    assert_null(ag_add_term(NULL, nan, 0));
    Node *sum = ag_add_term(ag_add_term(NULL, nan, 0), a, 2);
    assert_ptr_equal(ag_add_term(sum, nan, 0), sum);
    sum = ag_add_term(sum, b, 5);
    tape_backward(tape, sum);
    assert_close(value(sum), 41, 0, 0);
    assert_close(a->grad[0], 2, 0, 0);
    assert_close(b->grad[0], 5, 0, 0);
    assert_close(nan->grad[0], 0, 0, 0);
}

/* The loss with every form in turn of all three families. */
static Node *any_loss(Node *x, Node *p, int i) {
    if (i < CONTENT_FORMS) return ag_content_loss(x, p, (ContentForm)i);
    if ((i -= CONTENT_FORMS) < STYLE_FORMS)
        return ag_style_loss(x, summary(p, (StyleForm)i), (StyleForm)i, picture);
    return ag_tv_loss(x, (TvForm)(i - STYLE_FORMS));
}

#define ALL_FORMS (CONTENT_FORMS + STYLE_FORMS + TV_FORMS)

/* NaN must reach the loss and the gradient of the element it is in, not vanish. */
static void nan_propagates_through_every_loss(void **state) {
    (void)state;
    Shape s = {1, 3, 4, 5};
    for (int i = 0; i < ALL_FORMS; i++) {
        Node *x = variable(s), *p = constant(s);
        x->value[22] = (real)NAN;
        Node *loss = any_loss(x, p, i);
        tape_backward(tape, loss);
        assert_true(isnan(value(loss)));
        assert_true(isnan((double)x->grad[22]));
        x->value[22] = 0;
        p->value[7] = (real)NAN;
        tape_forward(tape);
        if (i < CONTENT_FORMS + STYLE_FORMS) assert_true(isnan(value(loss)));
    }
}

static void replaying_gives_the_same_bits(void **state) {
    (void)state;
    Shape s = {1, 3, 4, 5};
    for (int i = 0; i < ALL_FORMS; i++) {
        Node *x = variable(s), *loss = any_loss(x, constant(s), i);
        tape_backward(tape, loss);
        real once = node_scalar(loss);
        Tensor gradient = tape_keep_grad(arena, x);
        tape_forward(tape);
        tape_backward(tape, loss);
        assert_same_bits(loss->value, &once, 1);
        assert_same_bits(x->grad, gradient.data, 60);
    }
}

static void names_of_forms_are_found_and_wrong_ones_listed(void **state) {
    (void)state;
    Error err;
    ContentForm content;
    StyleForm paint;
    TvForm tv;
    for (int i = 0; i < CONTENT_FORMS; i++)
        assert_true(content_form_parse(content_forms[i].name, &content, &err) &&
                    (int)content == i);
    for (int i = 0; i < STYLE_FORMS; i++)
        assert_true(style_form_parse(style_forms[i].name, &paint, &err) &&
                    (int)paint == i);
    for (int i = 0; i < TV_FORMS; i++)
        assert_true(tv_form_parse(tv_forms[i].name, &tv, &err) && (int)tv == i);
    assert_false(tv_form_parse("squared", &tv, &err));
    assert_string_equal(err.text,
                        "there is no tv form \"squared\"; use squares, abs, pow1.25, "
                        "half-cropped, means, mean-abs or nine-point");
    assert_false(style_form_parse("", &paint, &err));
    assert_non_null(strstr(err.text,
                           "use gatys, cs231n, mean, sum, raw-mean, image-size, "
                           "relative, w2 or w2-ck"));
    assert_false(content_form_parse("half", &content, &err));
}

#ifdef REAL_DOUBLE
static void gradient_of_every_op_agrees_with_differences(void **state) {
    (void)state;
    for (int i = 0; i < loss_ops.count; i++) {
        Tape *own = tape_new();
        GradCheck check = gradcheck(own, loss_ops.ops[i]->example(own), 1e-5);
        if (!gradcheck_passed(&check, 1e-6)) {
            gradcheck_print(&check, stderr);
            fail_msg("%s", loss_ops.ops[i]->name);
        }
        assert_int_equal(check.kinks, 0);
        tape_free(own);
    }
}

/* The whole of it: features x = image, target p, all forms of all families. */
static void gradient_of_every_form_agrees_with_differences(void **state) {
    (void)state;
    Shape s = {1, 3, 4, 5};
    for (int i = 0; i < ALL_FORMS; i++) {
        Tape *shared = tape;
        tape = tape_new();
        GradCheck check = gradcheck(tape, any_loss(variable(s), variable(s), i), 1e-5);
        if (!gradcheck_passed(&check, 1e-6)) {
            gradcheck_print(&check, stderr);
            fail_msg("form %d", i);
        }
        tape_free(tape);
        tape = shared;
    }
}

/* Where two neighbours are equal, |d| has a kink, and the checker must see it. */
static void gradient_check_sees_the_kink_of_equal_neighbours(void **state) {
    (void)state;
    Node *x = given((Shape){1, 1, 1, 4}, (double[]){1, 1, 3, 7});
    GradCheck check = gradcheck(tape, ag_tv_abs(x), 1e-5);
    assert_int_equal(check.kinks, 2);
    assert_true(check.kink->op == &op_tv_abs);
    assert_true(gradcheck_passed(&check, 1e-6));
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(content_forms_by_hand),
        TEST(content_forms_differ_by_the_published_factors),
        TEST(content_gradient_of_half_the_sum_is_the_difference),
        TEST(gradients_of_document_001s_two_losses),
        TEST(losses_refuse_what_does_not_fit),
        TEST(relative_loss_has_no_unit),
        TEST(relative_loss_of_nothing_to_nothing_is_zero),
        TEST(relative_loss_to_nothing_is_the_mean),
        TEST(a_silent_target_is_no_unit),
        TEST(total_of_the_published_example),
        TEST(terms_without_weight_are_not_part_of_a_sum),
        TEST(nan_propagates_through_every_loss),
        TEST(replaying_gives_the_same_bits),
        TEST(names_of_forms_are_found_and_wrong_ones_listed),
#ifdef REAL_DOUBLE
        TEST(gradient_of_every_op_agrees_with_differences),
        TEST(gradient_of_every_form_agrees_with_differences),
        TEST(gradient_check_sees_the_kink_of_equal_neighbours),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
