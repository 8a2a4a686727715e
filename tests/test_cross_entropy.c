/* Cross-entropy: values and gradients by hand, numbers that overflow e^z, labels that
 * change between two passes. Its gradient check is in test_every_op.c. */
#include <math.h>

#include "losses/ops.h"
#include "tests/losses.h"

/* e^z = 1, 2, 5: p = 1/8, 2/8, 5/8; the label 1 has p = 1/4, so the loss is log 4. */
static void loss_is_minus_the_log_of_the_true_class(void **state) {
    (void)state;
    const int label[] = {1};
    Node *z = given((Shape){1, 3, 1, 1}, (double[]){0, log(2), log(5)});
    Node *y = ag_cross_entropy(z, (CrossEntropy){label});
    assert_close(value(y), log(4), TIGHT, 0);
    tape_backward(tape, y);
    assert_all_close(z->grad, ((const real[]){(real)0.125, (real)-0.75, (real)0.625}), 3,
                     4 * (double)REAL_EPSILON);
}

/* Equal numbers know nothing: log 4 for every image, and the mean of them. */
static void the_loss_is_a_mean_over_images(void **state) {
    (void)state;
    const int label[] = {0, 3};
    Node *z = given((Shape){2, 4, 1, 1}, (double[]){7, 7, 7, 7, -2, -2, -2, -2});
    Node *y = ag_cross_entropy(z, (CrossEntropy){label});
    assert_close(value(y), log(4), TIGHT, 0);
    tape_backward(tape, y);
    const real quarter = (real)0.125, true_class = (real)-0.375;
    const real expected[] = {true_class, quarter, quarter, quarter,
                             quarter,    quarter, quarter, true_class};
    assert_all_close(z->grad, expected, 8, 4 * (double)REAL_EPSILON);
}

/* e^1000 overflows in any precision; the loss is 1000 - (-1000), or next to 0. */
static void large_numbers_stay_finite(void **state) {
    (void)state;
    const int right[] = {0}, wrong[] = {1};
    Node *z = given((Shape){1, 2, 1, 1}, (double[]){1000, -1000});
    assert_close(value(ag_cross_entropy(z, (CrossEntropy){right})), 0, 0, TIGHT);
    Node *y = ag_cross_entropy(z, (CrossEntropy){wrong});
    assert_close(value(y), 2000, TIGHT, 0);
    tape_backward(tape, y);
    assert_all_close(z->grad, ((const real[]){1, -1}), 2, TIGHT);
}

static void labels_are_read_in_place(void **state) {
    (void)state;
    int label[] = {0};
    Node *z = given((Shape){1, 2, 1, 1}, (double[]){0, log(3)});
    Node *y = ag_cross_entropy(z, (CrossEntropy){label});
    assert_close(value(y), log(4), TIGHT, 0);
    label[0] = 1;
    tape_forward(tape);
    assert_close(value(y), log(4) - log(3), TIGHT, 0);
}

static void nan_shows(void **state) {
    (void)state;
    const int label[] = {1};
    Node *z = given((Shape){1, 3, 1, 1}, (double[]){0, 1, (double)NAN});
    assert_true(isnan(value(ag_cross_entropy(z, (CrossEntropy){label}))));
}

static void label_outside(void *unused) {
    (void)unused;
    static const int label[] = {3};
    ag_cross_entropy(given((Shape){1, 3, 1, 1}, (double[]){0, 0, 0}),
                     (CrossEntropy){label});
}

static void no_labels(void *unused) {
    (void)unused;
    ag_cross_entropy(given((Shape){1, 3, 1, 1}, (double[]){0, 0, 0}),
                     (CrossEntropy){NULL});
}

static void labels_outside_the_classes_are_refused(void **state) {
    (void)state;
    assert_check_fails(label_outside, NULL, "label 3 of image 0");
    assert_check_fails(no_labels, NULL, "no labels");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(loss_is_minus_the_log_of_the_true_class),
        TEST(the_loss_is_a_mean_over_images),
        TEST(large_numbers_stay_finite),
        TEST(labels_are_read_in_place),
        TEST(nan_shows),
        TEST(labels_outside_the_classes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
