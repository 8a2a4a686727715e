/* L-BFGS against the dense BFGS formula, every reason to stop, and the line search on
 * functions of one variable. */
#include <math.h>
#include <string.h>

#include "optim/optimizer.h"
#include "optim/wolfe.h"
#include "tests/test.h"

enum { N = 4 };

/* L = x.Ax / 2 with A = diag(1, 4, 16, 64) + 1/2, gradient Ax. */
typedef struct Quadratic {
    real x[N], gradient[N];
    int evaluations;
} Quadratic;

static double quadratic(void *context) {
    Quadratic *q = context;
    q->evaluations++;
    real sum = 0;
    for (int i = 0; i < N; i++)
        sum += q->x[i];
    double loss = 0;
    for (int i = 0; i < N; i++) {
        q->gradient[i] = (real)(1 << 2 * i) * q->x[i] + sum / 2;
        loss += (double)(q->x[i] * q->gradient[i]) / 2;
    }
    return loss;
}

static Objective quadratic_objective(Quadratic *q) {
    *q = (Quadratic){.x = {1, -2, 3, -1}};
    return (Objective){N, q->x, q->gradient, quadratic, q};
}

/* H becomes (1 - rho s y^T) H (1 - rho y s^T) + rho s s^T. */
static void bfgs_update(double H[N][N], const double s[N], const double y[N]) {
    double left[N][N], product[N][N] = {{0}}, sy = 0;
    for (int i = 0; i < N; i++)
        sy += s[i] * y[i];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            left[i][j] = (i == j) - s[i] * y[j] / sy;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                for (int l = 0; l < N; l++)
                    product[i][j] += left[i][k] * H[k][l] * left[j][l];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            H[i][j] = product[i][j] + s[i] * s[j] / sy;
}

/* With three pairs kept, the step after pairs 0 .. k-1 is -lr H g, where H starts as
 * h = s.y / y.y of pair k-1 and is updated with pairs k-3, k-2, k-1. */
static void the_two_loops_are_the_dense_bfgs_inverse(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Quadratic q;
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 0.5;
    settings.history = 3;
    Optimizer *o = lbfgs_new(arena, quadratic_objective(&q), settings);
    double x[8][N], g[8][N], s[8][N], y[8][N];
    for (int k = 0; k < 7; k++) {
        for (int i = 0; i < N; i++)
            x[k][i] = (double)q.x[i];
        assert_null(optimizer_step(o).stop);
        double H[N][N] = {{0}}, sy = 0, yy = 0;
        for (int i = 0; i < N; i++)
            g[k][i] = (double)q.gradient[i];
        if (k == 0) continue;
        for (int i = 0; i < N; i++) {
            s[k - 1][i] = x[k][i] - x[k - 1][i];
            y[k - 1][i] = g[k][i] - g[k - 1][i];
            sy += s[k - 1][i] * y[k - 1][i];
            yy += y[k - 1][i] * y[k - 1][i];
        }
        for (int i = 0; i < N; i++)
            H[i][i] = sy / yy;
        for (int pair = k < 3 ? 0 : k - 3; pair < k; pair++)
            bfgs_update(H, s[pair], y[pair]);
        real moved[N], expected[N];
        for (int i = 0; i < N; i++) {
            double Hg = 0;
            for (int j = 0; j < N; j++)
                Hg += H[i][j] * g[k][j];
            moved[i] = (real)((double)q.x[i] - x[k][i]);
            expected[i] = (real)(-0.5 * Hg);
        }
        assert_all_close(moved, expected, N, 5e4 * (double)REAL_EPSILON);
    }
    arena_free(arena);
}

static Step run(Optimizer *o, int steps) {
    Step step = {0};
    for (int i = 0; i < steps && !step.stop; i++)
        step = optimizer_step(o);
    return step;
}

/* The minimum is at 0, and 4 pairs know everything about 4 dimensions. */
static void the_minimum_of_a_quadratic_is_reached(void **state) {
    (void)state;
    for (int search = 0; search < 2; search++) {
        Arena *arena = arena_new();
        Quadratic q;
        Lbfgs settings = LBFGS_DEFAULTS;
        settings.strong_wolfe = search;
        settings.tolerance_change = 0;
        Optimizer *o = lbfgs_new(arena, quadratic_objective(&q), settings);
        Step step = run(o, 60);
        assert_string_equal(step.stop,
                            "the gradient is zero: no entry is larger than 1e-07");
        assert_true(q.evaluations < 60);
        for (int i = 0; i < N; i++)
            assert_close(q.x[i], 0, 0, 1e-6);
        arena_free(arena);
    }
}

static void an_evaluation_is_repeated_when_the_picture_was_moved(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Quadratic q;
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    Optimizer *o = lbfgs_new(arena, quadratic_objective(&q), settings);
    optimizer_step(o);
    optimizer_step(o);
    q.x[0] += 1;
    Quadratic moved = q;
    double loss = quadratic(&moved);
    assert_true(optimizer_step(o).loss == loss);
    arena_free(arena);
}

/* A loss of one number, and what it claims its gradient to be. */
typedef struct Claim {
    real x, gradient;
    double slope, loss;
} Claim;

static double claim(void *context) {
    Claim *c = context;
    c->gradient = (real)c->slope;
    return c->loss + fabs((double)c->x);
}

static void assert_stops(Claim c, Optimizer *(*make)(Arena *, Objective),
                         const char *words) {
    Arena *arena = arena_new();
    Optimizer *o = make(arena, (Objective){1, &c.x, &c.gradient, claim, &c});
    real before = c.x;
    for (int again = 0; again < 2; again++) {
        Step step = optimizer_step(o);
        assert_non_null(step.stop);
        assert_non_null(strstr(step.stop, words));
        assert_true(step.evaluations > 0);
        assert_true(c.x == before);
    }
    arena_free(arena);
}

static Optimizer *make_gd(Arena *arena, Objective f) {
    return gd_new(arena, f, (Gd){.lr = 1, .momentum = 0.5});
}

static Optimizer *make_adam(Arena *arena, Objective f) {
    return adam_new(arena, f, ADAM_DEFAULTS);
}

static Optimizer *make_anneal(Arena *arena, Objective f) {
    return anneal_new(arena, f, (Anneal){.lr = 1, .temperature = 1, .cooling = 1});
}

static Optimizer *make_lbfgs(Arena *arena, Objective f) {
    return lbfgs_new(arena, f, LBFGS_DEFAULTS);
}

static Optimizer *make_crawling(Arena *arena, Objective f) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 1e-10;
    return lbfgs_new(arena, f, settings);
}

static Optimizer *make_wolfe(Arena *arena, Objective f) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    return lbfgs_new(arena, f, settings);
}

static void every_method_stops_where_loss_or_gradient_is_not_finite(void **state) {
    (void)state;
    Optimizer *(*makes[])(Arena *, Objective) = {make_gd, make_adam, make_anneal,
                                                 make_lbfgs, make_wolfe};
    for (size_t m = 0; m < sizeof makes / sizeof *makes; m++) {
        assert_stops((Claim){.x = 1, .slope = 1, .loss = (double)NAN}, makes[m],
                     "the loss is not finite but ");
        assert_stops((Claim){.x = 1, .slope = 1, .loss = (double)INFINITY}, makes[m],
                     "the loss is not finite but inf");
        assert_stops((Claim){.x = 1, .slope = (double)NAN}, makes[m],
                     "the gradient has an entry that is not finite");
    }
}

/* A gradient of 1e-5 is not zero, but its slope 1e-10 is below tolerance_change. A
 * gradient of 1e3 and lr = 1e-10: the first step has t = 1e-10 / 1e3 and moves x by
 * 1e-10. At the minimum of |x| a claimed slope of 1 promises what no step can find. */
static void lbfgs_says_why_it_stops(void **state) {
    (void)state;
    assert_stops((Claim){.x = 1, .slope = 1e-8}, make_lbfgs, "the gradient is zero");
    assert_stops((Claim){.x = 1, .slope = 1e-5}, make_lbfgs,
                 "no descent direction: the slope along it is -1e-10");
    assert_stops((Claim){.x = 1, .slope = 1e3}, make_crawling, "the step is too short");
    assert_stops((Claim){.x = 0, .slope = 1}, make_wolfe,
                 "the line search finds no lower loss");
}

typedef LinePoint (*Phi)(void *, double);

static LinePoint search_line(Phi phi, double first, int *evaluations) {
    Line line = {phi, NULL, phi(NULL, 0), 1e-9, 26};
    *evaluations = 0;
    LinePoint end = wolfe_search(&line, first, evaluations);
    LinePoint same = phi(NULL, end.t);
    assert_true(end.loss == same.loss && end.slope == same.slope);
    assert_true(end.loss <= line.start.loss + 1e-4 * end.t * line.start.slope);
    assert_true(fabs(end.slope) <= -0.9 * line.start.slope);
    return end;
}

static LinePoint bowl(void *context, double t) {
    (void)context;
    return (LinePoint){t, (t - 1) * (t - 1), 2 * (t - 1)};
}

/* 5 u - log u with u = 1 - t: lowest at u = 1/5, not a number beyond the wall at t = 1.
 */
static LinePoint wall(void *context, double t) {
    (void)context;
    double u = 1 - t;
    return (LinePoint){t, 5 * u - log(u), -5 + 1 / u};
}

/* Waves on a valley: the slope is flat at many places that are too high. */
static LinePoint waves(void *context, double t) {
    (void)context;
    return (LinePoint){t, -sin(8 * t) / 2 - t + t * t / 10, -4 * cos(8 * t) - 1 + t / 5};
}

/* From 1/100 the search walks to ten times as far, where the slope is 0.9 of the first;
 * at 1 it accepts at once; at 50 it has to come back. */
static void a_line_search_ends_where_the_wolfe_conditions_hold(void **state) {
    (void)state;
    int evaluations;
    assert_close(search_line(bowl, 0.02, &evaluations).t, 0.2, 1e-12, 0);
    assert_int_equal(evaluations, 2);
    assert_close(search_line(bowl, 1, &evaluations).t, 1, 0, 0);
    assert_int_equal(evaluations, 1);
    static const double firsts[] = {1e-6, 1e-3, 0.1, 0.3, 1, 3, 50, 1e6};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        search_line(bowl, firsts[i], &evaluations);
        assert_true(evaluations <= 12);
        search_line(waves, firsts[i], &evaluations);
        assert_true(evaluations <= 12);
    }
}

static void a_line_search_comes_back_from_where_there_is_no_number(void **state) {
    (void)state;
    int evaluations;
    assert_close(search_line(wall, 3, &evaluations).t, 0.8, 0, 0.15);
    assert_true(evaluations > 2);
}

static void a_line_search_keeps_its_budget_and_its_lowest_point(void **state) {
    (void)state;
    for (int most = 1; most < 8; most++) {
        int evaluations = 0;
        Line line = {waves, NULL, waves(NULL, 0), 1e-9, most};
        LinePoint end = wolfe_search(&line, 1e6, &evaluations);
        assert_true(evaluations <= most);
        assert_true(end.loss <= line.start.loss);
    }
}

/* t^3 - 3 t has its minimum at 1: values 0 and 2, slopes -3 and 9 at t = 0 and 2. Rising
 * from 0 to 0.9 with slope 1 at both ends, a cubic has no minimum. */
static void the_cubic_minimum_is_exact_for_cubics(void **state) {
    (void)state;
    LinePoint a = {0, 0, -3}, b = {2, 2, 9}, c = {0, 0, 1}, d = {1, 0.9, 1};
    assert_close(wolfe_cubic_minimum(a, b, 0, 2), 1, 1e-15, 0);
    assert_close(wolfe_cubic_minimum(b, a, 0, 2), 1, 1e-15, 0);
    assert_close(wolfe_cubic_minimum(a, b, 1.5, 2), 1.5, 0, 0);
    assert_close(wolfe_cubic_minimum(c, d, 0, 1), 0.5, 0, 0);
}

static void make_without_history(void *arena) {
    Quadratic q;
    lbfgs_new(arena, quadratic_objective(&q), (Lbfgs){.lr = 1});
}

static void make_without_epsilon(void *arena) {
    Quadratic q;
    adam_new(arena, quadratic_objective(&q), (Adam){.lr = 1});
}

static void make_with_negative_rate(void *arena) {
    Quadratic q;
    gd_new(arena, quadratic_objective(&q), (Gd){.lr = -1});
}

static void make_without_gradient(void *arena) {
    Quadratic q;
    Objective f = quadratic_objective(&q);
    f.gradient = NULL;
    gd_new(arena, f, (Gd){.lr = 1});
}

static void senseless_settings_are_refused(void **state) {
    (void)state;
    Arena *arena = arena_new();
    assert_check_fails(make_without_history, arena, "start from LBFGS_DEFAULTS");
    assert_check_fails(make_without_epsilon, arena, "start from ADAM_DEFAULTS");
    assert_check_fails(make_with_negative_rate, arena, "a learning rate of -1");
    assert_check_fails(make_without_gradient, arena, "an objective needs");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_two_loops_are_the_dense_bfgs_inverse),
        cmocka_unit_test(the_minimum_of_a_quadratic_is_reached),
        cmocka_unit_test(an_evaluation_is_repeated_when_the_picture_was_moved),
        cmocka_unit_test(every_method_stops_where_loss_or_gradient_is_not_finite),
        cmocka_unit_test(lbfgs_says_why_it_stops),
        cmocka_unit_test(a_line_search_ends_where_the_wolfe_conditions_hold),
        cmocka_unit_test(a_line_search_comes_back_from_where_there_is_no_number),
        cmocka_unit_test(a_line_search_keeps_its_budget_and_its_lowest_point),
        cmocka_unit_test(the_cubic_minimum_is_exact_for_cubics),
        cmocka_unit_test(senseless_settings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
