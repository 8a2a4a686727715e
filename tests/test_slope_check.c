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
        cmocka_unit_test(every_cause_has_its_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
