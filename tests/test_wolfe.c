/* The line search: every trial is PyTorch's, and each rule is checked by hand. */
#include <math.h>

#include "optim/wolfe.h"
#include "tests/test.h"

enum { TRIALS = 10 };

/* Whatever t is tried, the k-th trial has the k-th loss and slope. */
typedef struct Script {
    double first, slope; /* the first trial; the slope at 0, where the loss is 0 */
    int most, count;     /* evaluations allowed, and made */
    double end;
    LinePoint point[TRIALS];
} Script;

#include "tests/golden/wolfe.inc"

typedef struct Reader {
    const LinePoint *point;
    double tried[TRIALS];
    int count;
} Reader;

static LinePoint next_point(void *context, double t) {
    Reader *r = context;
    assert_in_range(r->count, 0, TRIALS - 1);
    const LinePoint p = r->point[r->count];
    r->tried[r->count++] = t;
    return (LinePoint){t, p.loss, p.slope};
}

/* A search along a script from loss 0; what was tried is in *r. */
static LinePoint read_line(Reader *r, const LinePoint *point, double first, double slope,
                           double resolution, int most) {
    *r = (Reader){.point = point};
    const Line line = {next_point, r, {0, 0, slope}, resolution, most};
    int evaluations = 100;
    LinePoint end = wolfe_search(&line, first, &evaluations);
    assert_int_equal(evaluations, 100 + r->count);
    return end;
}

static void every_trial_is_pytorchs(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const Script *s = &scripts[i];
        Reader r;
        LinePoint end = read_line(&r, s->point, s->first, s->slope, 1e-9, s->most);
        assert_int_equal(r.count, s->count);
        for (int k = 0; k < s->count; k++)
            assert_close(r.tried[k], s->point[k].t, 1e-12, 0);
        assert_close(end.t, s->end, 1e-12, 0);
    }
}

/* With slope -1 at 0 and t = 1 a loss is low enough up to 0 - 1e-4 1 1, that one
 * included, and a slope flat up to 0.9. What is neither is looked for further on. */
static void both_conditions_hold_up_to_their_limits(void **state) {
    (void)state;
    const struct {
        double loss, slope;
        int evaluations;
    } cases[] = {{-1e-4, 0, 1},         {-1e-4, 0.9, 1},     {-1e-4, -0.9, 1},
                 {-0.99e-4, 0, 2},      {-1e-4, 0.9001, 2},  {-1e-4, -0.9001, 2},
                 {-1.01e-4, -0.899, 1}, {(double)NAN, 0, 2}, {-1, (double)NAN, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const LinePoint points[] = {{0, cases[i].loss, cases[i].slope}, {0, -2, 0}};
        Reader r;
        read_line(&r, points, 1, -1, 1e-9, 2);
        assert_int_equal(r.count, cases[i].evaluations);
    }
}

/* The second trial is not finite: the bracket is [0, 1], its middle 1/2 comes next. */
static void a_trial_without_a_number_is_infinitely_high(void **state) {
    (void)state;
    const LinePoint points[] = {{0, (double)INFINITY, -1}, {0, -1, 0}};
    Reader r;
    assert_close(read_line(&r, points, 1, -1, 1e-9, 9).t, 0.5, 0, 0);
    assert_int_equal(r.count, 2);
}

/* The first trial at 1 is too high: the bracket [0, 1] is as long as the resolution, and
 * is refined once; then it is shorter. Steep at 1 and too high at 10, it is [1, 10]: 9.
 */
static void a_bracket_as_long_as_the_resolution_is_refined(void **state) {
    (void)state;
    const LinePoint high[] = {{0, 1, 1}, {0, 1, 1}, {0, 1, 1}};
    const LinePoint later[] = {{0, -1, -1}, {0, 1, 1}, {0, -2, 0}};
    Reader r;
    assert_close(read_line(&r, high, 1, -1, 1, 9).t, 0, 0, 0);
    assert_int_equal(r.count, 2);
    read_line(&r, high, 1, -1, 1.001, 9);
    assert_int_equal(r.count, 1);
    assert_close(read_line(&r, later, 1, -1, 9.5, 9).t, 1, 0, 0);
    assert_close(r.tried[1], 10, 0, 0);
    assert_int_equal(r.count, 2);
    read_line(&r, later, 1, -1, 8.5, 9);
    assert_int_equal(r.count, 3);
}

/* Slopes -1 and -4 with a fall of 1 on the way from 0 to 1: d1 = -1 - 4 + 3 = -2, and
 * d1^2 - 4 = 0, so the minimum is at 1 - (-4 + 0 + 2) / (-4 + 1) = 1/3; held to [1/2, 1]
 * it is 1/2. */
static void a_cubic_with_a_level_point_has_its_minimum_there(void **state) {
    (void)state;
    const LinePoint a = {0, 0, -1}, b = {1, -1, -4}, c = {2, 0, -1}, d = {3, -1, -4};
    assert_close(wolfe_cubic_minimum(a, b, 0, 1), 1.0 / 3, 1e-15, 0);
    assert_close(wolfe_cubic_minimum(a, b, 0.5, 1), 0.5, 0, 0);
    assert_close(wolfe_cubic_minimum(c, d, 2, 3), 7.0 / 3, 1e-15, 0);
}

/* Slopes of -1 at 0 and 3 and a fall of 1 between: d1 = -2 + 1 = -1, and the minimum is
 * at 3 - 3 (-1 + 0 + 1) / (-1 + 1 + 0) = 0 / 0. Slopes of 1 and a rise of 0.9 have no
 * minimum either: d1 = 2 - 2.7, d1^2 < 1. */
static void a_cubic_without_a_minimum_gives_the_middle(void **state) {
    (void)state;
    const LinePoint a = {0, 1, -1}, b = {3, 0, -1}, c = {1, 0, 1}, d = {2, 0.9, 1};
    assert_close(wolfe_cubic_minimum(a, b, 1, 4), 2.5, 0, 0);
    assert_close(wolfe_cubic_minimum(b, a, 1, 4), 2.5, 0, 0);
    assert_close(wolfe_cubic_minimum(c, d, 1, 2), 1.5, 0, 0);
}

static void search_with(void *context) {
    const Line *line = context;
    int evaluations = 0;
    wolfe_search(line, line->resolution, &evaluations);
}

/* The resolution is taken for the first trial as well. */
static void senseless_lines_are_refused(void **state) {
    (void)state;
    const LinePoint good = {0, 0, -1}, level = {0, 0, 0},
                    high = {0, (double)INFINITY, -1};
    Line lines[] = {{next_point, NULL, good, 0, 5},
                    {next_point, NULL, good, -0.5, 5},
                    {next_point, NULL, level, 1, 5},
                    {next_point, NULL, high, 1, 5},
                    {next_point, NULL, good, 1, 0}};
    const char *const words[] = {"a first trial at 0", "a first trial at -0.5",
                                 "downhill at 0", "from loss inf",
                                 "without a single evaluation"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_check_fails(search_with, &lines[i], words[i]);
}

/* Uphill at 1 by 0.95, which is not flat for a slope of -1 at 0: the minimum is behind, and
 * the next trial lies in [0, 1]. With a loss of -1 at 1 the cubic has
 * d1 = -1 + 0.95 + 3 = 2.95 and d2 = sqrt(2.95^2 + 0.95). */
static void a_trial_uphill_ends_the_bracket(void **state) {
    (void)state;
    const LinePoint points[] = {{0, -1, 0.95}, {0, -2, 0}};
    const double d2 = sqrt(2.95 * 2.95 + 0.95);
    Reader r;
    read_line(&r, points, 1, -1, 1e-9, 9);
    assert_close(r.tried[1], 1 - (0.95 + d2 - 2.95) / (1.95 + 2 * d2), 1e-15, 0);
    assert_int_equal(r.count, 2);
}

/* The parabola t^2 - 2 t from 0 to 10 has its minimum at 1, which is a tenth of the bracket
 * from its end, and not nearer. So the next trial, the minimum 1/20 of 20 t^2 - 2 t from
 * 0 to 1, is the first that is too near, and is not moved. */
static void a_tenth_from_the_end_is_not_near(void **state) {
    (void)state;
    const LinePoint points[] = {{0, 80, 18}, {0, 18, 38}, {0, -1, 0}};
    Reader r;
    read_line(&r, points, 10, -2, 1e-9, 9);
    assert_close(r.tried[1], 1, 0, 0);
    assert_close(r.tried[2], 0.05, 1e-15, 0);
}

/* The smallest that is allowed: a tiny first trial, a gentle slope, one evaluation. */
static void the_least_that_makes_sense_is_searched(void **state) {
    (void)state;
    const LinePoint points[] = {{0, -1, 0}};
    Reader r;
    assert_close(read_line(&r, points, 0.25, -0.25, 1e-9, 1).t, 0.25, 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trial_is_pytorchs),
        cmocka_unit_test(both_conditions_hold_up_to_their_limits),
        cmocka_unit_test(a_trial_without_a_number_is_infinitely_high),
        cmocka_unit_test(a_bracket_as_long_as_the_resolution_is_refined),
        cmocka_unit_test(a_cubic_with_a_level_point_has_its_minimum_there),
        cmocka_unit_test(a_cubic_without_a_minimum_gives_the_middle),
        cmocka_unit_test(a_trial_uphill_ends_the_bracket),
        cmocka_unit_test(a_tenth_from_the_end_is_not_near),
        cmocka_unit_test(senseless_lines_are_refused),
        cmocka_unit_test(the_least_that_makes_sense_is_searched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
