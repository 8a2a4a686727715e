/* Names of mistakes that depend on the values inside of a formula, and wrong numbers that
 * must get none. */
#include <math.h>
#include <string.h>

#include "lessons/check/diagnose.h"
#include "lessons/check/grade.h"
#include "lessons/check/slips.h"
#include "tests/test.h"

enum { SIZE = 12 };

static bool has(const char *text, const char *words) {
    if (strstr(text, words)) return true;
    print_error("\"%s\" is not in: %s\n", words, text);
    return false;
}

/* What is said of numbers that are wrong. */
static const char *said(size_t n, const real *got, const real *right,
                        const GradeHints *hints) {
    static char text[DIAGNOSIS];
    const double tolerance = sizeof(real) == sizeof(float) ? 1e-4 : 1e-6;
    assert_false(diagnose(n, got, right, tolerance, hints, text));
    return text;
}

/* ---- Slips ---- */

/* out_i = a i^2 + b sqrt(c), with c = 9; a and c are values that may be wrong. */
typedef struct Line {
    double a, b;
} Line;
static const char *const values[] = {"a", "c", NULL};
enum { A, C };

static void numbers(const void *context, int mistake, real *out) {
    const Line *t = context;
    const double a = slip(mistake, A, t->a), c = slip(mistake, C, 9);
    for (int i = 0; i < SIZE; i++)
        out[i] = (real)(a * i * i + (mistake == 1 ? 0 : t->b * sqrt(c)));
}

static const char *of(real *got, const char *const *names) {
    static const char *const whys[] = {"", "b is missing", NULL};
    static const Line line = {3, 0.7};
    static GradeHints hints;
    real right[SIZE];
    numbers(&line, 0, right);
    hints = grade_mistakes(SIZE, numbers, &line, whys, &(GradeHints){.values = names});
    return said(SIZE, got, right, &hints);
}

/* 3 i^2 + 2.1 is right. */
static void a_value_with_a_wrong_factor_is_named(void **state) {
    (void)state;
    static const struct {
        double a, constant;
        const char *words;
    } wrong[] = {{6, 2.1, "a is twice what it should be\n"},
                 {1.5, 2.1, "a is half of what it should be\n"},
                 {12, 2.1, "a is four times what it should be\n"},
                 {-3, 2.1, "a has the wrong sign\n"},
                 {4, 2.1, "a is 1 too large\n"},
                 {2, 2.1, "a is 1 too small\n"},
                 {1.0 / 3, 2.1, "a is upside down"},
                 {1.7320508075688772, 2.1, "a is the root of what it should be\n"},
                 {3, 4.2, "c is four times what it should be\n"}, /* 0.7 sqrt(36) */
                 {3, 0, "b is missing\n"}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        real got[SIZE];
        for (int i = 0; i < SIZE; i++)
            got[i] = (real)(wrong[k].a * i * i + wrong[k].constant);
        assert_true(has(of(got, values), wrong[k].words));
    }
}

static void a_value_without_a_name_is_no_mistake(void **state) {
    (void)state;
    real got[SIZE];
    for (int i = 0; i < SIZE; i++)
        got[i] = (real)(6 * i * i + 2.1);
    assert_true(has(of(got, NULL), "11 of 12 numbers are wrong, the others right\n"));
}

/* With a = 2, twice is four, which is 2 more, and one more is three: only slips that give
 * the same numbers are named together. With a = 1, twice and one more are the same. */
static void slips_with_the_same_result_are_named_together(void **state) {
    (void)state;
    const Line line = {1, 0.7};
    real right[SIZE], got[SIZE];
    numbers(&line, 0, right);
    for (int i = 0; i < SIZE; i++)
        got[i] = right[i] + (real)(i * i);
    const GradeHints hints =
        grade_mistakes(SIZE, numbers, &line, NULL, &(GradeHints){.values = values});
    assert_true(has(said(SIZE, got, right, &hints),
                    "a is twice what it should be; or else a is 1 too large\n"));
}

/* ---- What is no name ---- */

/* Only 4 is 4 times 1; the 0 is not. */
static void a_ratio_of_0_is_one_too(void **state) {
    (void)state;
    const real right[] = {5, 2, 1}, got[] = {5, 0, 4}, half[] = {5, 1, 0.5};
    assert_true(
        has(said(3, got, right, NULL), "2 of 3 numbers are wrong, the others right\n"));
    assert_true(
        has(said(3, half, right, NULL), "right: 1/2 times the right ones there\n"));
}

/* What must be 0 everywhere and is -1 may be many things. */
static void a_constant_is_added_to_numbers_that_differ(void **state) {
    (void)state;
    const real right[] = {0, 0, 0}, got[] = {-1, -1, -1}, others[] = {0, 2, 5},
               less[] = {-1, 1, 4};
    assert_true(has(said(3, got, right, NULL), "by no usual mistake\n"));
    assert_true(has(said(3, less, others, NULL), "every number is 1 too small"));
}

/* Each wrong number is right somewhere; of 1, 2 and 3 that says nothing. */
static void few_whole_numbers_have_no_places(void **state) {
    (void)state;
    real right[SIZE], got[SIZE];
    for (int i = 0; i < SIZE; i++) {
        right[i] = (real)(i % 3 + 1);
        got[i] = (real)(i * i % 5 % 3 + 1);
    }
    assert_true(has(said(SIZE, got, right, NULL), "numbers are wrong, the others right"));
    for (int i = 0; i < SIZE; i++)
        right[i] *= (real)0.37, got[i] *= (real)0.37;
    assert_true(has(said(SIZE, got, right, NULL), "an index is wrong"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_with_a_wrong_factor_is_named),
        cmocka_unit_test(a_value_without_a_name_is_no_mistake),
        cmocka_unit_test(slips_with_the_same_result_are_named_together),
        cmocka_unit_test(a_ratio_of_0_is_one_too),
        cmocka_unit_test(a_constant_is_added_to_numbers_that_differ),
        cmocka_unit_test(few_whole_numbers_have_no_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
