/* The monitor of an optimiser: right gradients pass, and each cause is told apart. */
#include <math.h>
#include <string.h>

#include "optim/slope_check.h"
#include "tests/test.h"

enum { N = 3 };

typedef double Loss(const real *x, real *gradient);

/* A loss of three numbers, and how wrong its gradient is. */
typedef struct Case {
    real x[N], gradient[N];
    Loss *loss;
    double factor; /* of the gradient; 1 is right */
    int evaluations;
} Case;

static double evaluate(void *context) {
    Case *c = context;
    const double loss = c->loss(c->x, c->gradient);
    c->evaluations++;
    for (int i = 0; i < N; i++)
        c->gradient[i] *= (real)c->factor;
    return loss;
}

/* sum x^2 / 2 */
static double bowl(const real *x, real *g) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        sum += (double)x[i] * (double)x[i] / 2;
        g[i] = x[i];
    }
    return sum;
}

/* sum |x|, with the derivative 1 at 0 */
static double roof(const real *x, real *g) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        sum += fabs((double)x[i]);
        g[i] = x[i] < 0 ? (real)-1 : (real)1;
    }
    return sum;
}

/* sum sin(x) */
static double waves(const real *x, real *g) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        sum += sin((double)x[i]);
        g[i] = (real)cos((double)x[i]);
    }
    return sum;
}

/* 1e9 + sum x^2 / 2: the digits of a float end before what a step changes. */
static double high_bowl(const real *x, real *g) {
    return (double)(real)(1e9 + bowl(x, g));
}

static SlopeResult check(Case *c, Loss *loss, double factor, const real *from,
                         const real *to) {
    Arena *arena = arena_new();
    *c = (Case){.loss = loss, .factor = factor};
    memcpy(c->x, to, sizeof c->x);
    SlopeCheck *slope =
        slope_check_new(arena, (Objective){N, c->x, c->gradient, evaluate, c});
    const SlopeResult r = slope_check(slope, from);
    arena_free(arena);
    return r;
}

static const real one[N] = {1, 1, 1}, lower[N] = {(real)0.75, (real)0.75, (real)0.75};

/* From (1, 1, 1) by d = -1/4 each: s = g . d = -3/4. Central differences of a parabola are
 * exact. */
static void a_right_gradient_agrees(void **state) {
    (void)state;
    Case c;
    const SlopeResult r = check(&c, bowl, 1, one, lower);
    assert_int_equal(r.cause, SLOPE_AGREES);
    assert_close(r.slope, -0.75, 1e-6, 0);
    assert_close(r.quotient, -0.75, 1e-5, 0);
    assert_int_equal(c.evaluations, 7);
}

/* A factor of 1.1 is 1 - 1/1.1 = 9.1 % off; of 1.01 less than the tolerance. */
static void a_wrong_gradient_is_called_wrong(void **state) {
    (void)state;
    Case c;
    static const double factors[] = {2, 1.1, 0.5, -1, 0};
    for (int i = 0; i < 5; i++)
        assert_int_equal(check(&c, bowl, factors[i], one, lower).cause, SLOPE_WRONG);
    assert_close(check(&c, bowl, 1.1, one, lower).error, 1 - 1 / 1.1, 1e-4, 0);
    assert_int_equal(check(&c, bowl, 1.01, one, lower).cause, SLOPE_AGREES);
}

/* At 0 the slopes of |x| along d are +0.3 and -0.3; the gradient says -0.3. */
static void a_kink_is_told_from_a_wrong_gradient(void **state) {
    (void)state;
    Case c;
    static const real zero[N], to[N] = {(real)-0.1, (real)-0.1, (real)-0.1};
    assert_int_equal(check(&c, roof, 1, zero, to).cause, SLOPE_KINK);
}

/* sin(h d) / (h d) with d = 24: 0.04 for h = 1/8, 0.91 for h = 1/32. */
static void a_long_step_is_told_from_a_wrong_gradient(void **state) {
    (void)state;
    Case c;
    static const real zero[N], far[N] = {24, 24, 24};
    assert_int_equal(check(&c, waves, 1, zero, far).cause, SLOPE_CURVATURE);
}

static void digits_that_end_are_told_from_a_wrong_gradient(void **state) {
    (void)state;
    Case c;
    static const real to[N] = {(real)0.999999, (real)0.999999, (real)0.999999};
    const SlopeResult r = check(&c, high_bowl, 1, one, to);
    if (sizeof(real) == sizeof(float)) assert_int_equal(r.cause, SLOPE_ROUNDING);
}

static void nothing_is_left_changed(void **state) {
    (void)state;
    Case c;
    check(&c, bowl, 1, one, lower);
    assert_memory_equal(c.x, lower, sizeof c.x);
    for (int i = 0; i < N; i++)
        assert_true(c.gradient[i] == 0);
}

/* No step, no slope. */
static void a_step_of_nothing_agrees(void **state) {
    (void)state;
    Case c;
    const SlopeResult r = check(&c, bowl, 1, one, one);
    assert_int_equal(r.cause, SLOPE_AGREES);
    assert_close(r.error, 0, 0, 0);
}

/* One number that goes from 0 to 1, so that d = 1, with any loss at 0 and any slopes on both
 * sides of it: as means and as differences, for h = 1/2, 1/8 and 1/32. */
typedef struct Script {
    SlopeCause cause;
    double slope, mean[3], jump[3], loss;
} Script;

typedef struct Reading {
    const Script *script;
    real x, gradient;
} Reading;

static double read_script(void *context) {
    Reading *r = context;
    const Script *s = r->script;
    const double h = (double)r->x;
    const int i = fabs(h) > 0.25 ? 0 : fabs(h) > 0.0625 ? 1 : 2;
    r->gradient = (real)s->slope;
    return s->loss + h * (s->mean[i] + (h > 0 ? s->jump[i] : -s->jump[i]) / 2);
}

static SlopeResult check_script(const Script *script) {
    static const real zero = 0;
    Reading r = {.script = script, .x = 1, .gradient = 7};
    Arena *arena = arena_new();
    SlopeCheck *slope =
        slope_check_new(arena, (Objective){1, &r.x, &r.gradient, read_script, &r});
    const SlopeResult result = slope_check(slope, &zero);
    assert_true(r.x == 1 && r.gradient == 7);
    arena_free(arena);
    return result;
}

/* A loss of so much has a rounding of 16 last places that is a slope of 0.02 for h = 1/2. */
#define UNSURE (0.02 / 32 / (double)REAL_EPSILON)

/* In each pair one number passes a limit, and in its neighbour it does not. */
static void each_cause_has_its_limits(void **state) {
    (void)state;
    static const Script scripts[] = {
        /* an error of 1/50 is the tolerance */
        {SLOPE_AGREES, 50, {49, 49, 49}, {0}, 0},
        {SLOPE_WRONG, 49, {48, 48, 48}, {0}, 0},
        /* rounding, of the larger of slope and quotient */
        {SLOPE_ROUNDING, 1, {0.5, 0.5, 0.5}, {0}, 1.5 * UNSURE},
        {SLOPE_ROUNDING, 1, {0.5, 0.5, 0.5}, {0}, -1.5 * UNSURE},
        {SLOPE_WRONG, 1, {0.5, 0.5, 0.5}, {0}, UNSURE},
        {SLOPE_WRONG, 1, {0.5, 0.5, 0.5}, {0}, 0.5 * UNSURE},
        {SLOPE_WRONG, 4, {2, 2, 2}, {0}, 1.5 * UNSURE},
        {SLOPE_WRONG, 2, {4, 4, 4}, {0}, 3 * UNSURE},
        /* the jump is above 0.02 of the larger of both */
        {SLOPE_WRONG, 1, {0.01, 0.01, 0.01}, {0, 0, 0.02}, 0},
        {SLOPE_KINK, 1, {0.0105, 0.0105, 0.0105}, {0, 0, 0.021}, 0},
        {SLOPE_WRONG, 4, {2, 2, 2}, {0, 0, 0.03}, 0},
        {SLOPE_KINK, 4, {2, 2, 2}, {0, 0, -0.125}, 0},
        /* and does not fall to a half, although h does to a quarter */
        {SLOPE_KINK, 1, {1.5, 1.5, 1.5}, {1, 0.4, 0.3}, 0},
        {SLOPE_WRONG, 1, {1.5, 1.5, 1.5}, {0, 0.5, 0.25}, 0},
        {SLOPE_WRONG, 1, {1.5, 1.5, 1.5}, {0, 0.625, 0.25}, 0},
        /* the distance falls to less than a quarter */
        {SLOPE_WRONG, 4, {4.25, 5, 4.25}, {0}, 0},
        {SLOPE_CURVATURE, 4, {5, 5, 4.21875}, {0}, 0},
        {SLOPE_WRONG, 4, {5, 4.25, 4.21875}, {0}, 0},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (check_script(&scripts[i]).cause != scripts[i].cause)
            fail_msg("script %zu: cause %d", i, (int)check_script(&scripts[i]).cause);
}

/* Of two that are equally near, the one with the longer h. */
static void the_nearest_quotient_is_reported(void **state) {
    (void)state;
    static const double means[][3] = {{2, 3, 4}, {3, 2, 4}, {4, 3, 2}, {2, 0, 0}};
    for (int i = 0; i < 4; i++) {
        Script script = {.slope = 1};
        memcpy(script.mean, means[i], sizeof script.mean);
        const SlopeResult r = check_script(&script);
        assert_close(r.slope, 1, 0, 0);
        assert_close(r.quotient, 2, 0, 0);
        assert_close(r.error, 0.5, 0, 0);
    }
}

static void every_cause_has_its_advice(void **state) {
    (void)state;
    for (int i = SLOPE_AGREES; i <= SLOPE_WRONG; i++)
        assert_non_null(slope_advice((SlopeCause)i));
    assert_non_null(strstr(slope_advice(SLOPE_WRONG), "gradcheck"));
    assert_non_null(strstr(slope_advice(SLOPE_CURVATURE), "--lr"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_gradient_agrees),
        cmocka_unit_test(a_wrong_gradient_is_called_wrong),
        cmocka_unit_test(a_kink_is_told_from_a_wrong_gradient),
        cmocka_unit_test(a_long_step_is_told_from_a_wrong_gradient),
        cmocka_unit_test(digits_that_end_are_told_from_a_wrong_gradient),
        cmocka_unit_test(nothing_is_left_changed),
        cmocka_unit_test(a_step_of_nothing_agrees),
        cmocka_unit_test(each_cause_has_its_limits),
        cmocka_unit_test(the_nearest_quotient_is_reported),
        cmocka_unit_test(every_cause_has_its_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
