/* The limits of settings, and the thresholds of L-BFGS. */
#include <math.h>
#include <string.h>

#include "optim/schedule.h"
#include "tests/curve.h"

/* ---- Settings ---- */

static void try_gd(void *settings) {
    Curve c;
    gd_new(arena_new(), objective_of(&c, 1, 1), *(Gd *)settings);
}

static void try_adam(void *settings) {
    Curve c;
    adam_new(arena_new(), objective_of(&c, 1, 1), *(Adam *)settings);
}

static void try_anneal(void *settings) {
    Curve c;
    anneal_new(arena_new(), objective_of(&c, 1, 1), *(Anneal *)settings);
}

static void try_lbfgs(void *settings) {
    Curve c;
    lbfgs_new(arena_new(), objective_of(&c, 1, 1), *(Lbfgs *)settings);
}

/* 100 rows of so many numbers are more than there are addresses, by less than 100. */
static void try_large_lbfgs(void *settings) {
    Curve c;
    Objective f = objective_of(&c, 1, 1);
    f.size = SIZE_MAX / 100 + 1;
    lbfgs_new(arena_new(), f, *(Lbfgs *)settings);
}

static void try_no_numbers(void *settings) {
    Curve c;
    Objective f = objective_of(&c, 1, 1);
    f.size = 0;
    gd_new(arena_new(), f, *(Gd *)settings);
}

static void try_constant(void *lr) {
    schedule_constant(*(double *)lr);
}

static void try_drop(void *rates) {
    schedule_drop(((double *)rates)[0], 5, ((double *)rates)[1], false);
}

static void try_one_cycle(void *cycle) {
    schedule_one_cycle(((double *)cycle)[0], (int)((double *)cycle)[1]);
}

static void try_exponential(void *decay) {
    const Schedule *s = decay;
    schedule_exponential(s->lr, s->factor, s->every);
}

static void try_staircase(void *decay) {
    const Schedule *s = decay;
    schedule_staircase(s->lr, s->factor, s->every);
}

static void try_kind(void *schedule) {
    schedule_rate(schedule, 0);
}

static void settings_beyond_their_limits_are_refused(void **state) {
    (void)state;
    const double inf = (double)INFINITY, nan = (double)NAN;
    const struct {
        void (*try)(void *);
        void *settings;
        const char *words;
    } cases[] = {
        {try_gd, &(Gd){.lr = 0}, "a learning rate of 0"},
        {try_gd, &(Gd){.lr = -0.5}, "a learning rate of -0.5"},
        {try_gd, &(Gd){.lr = inf}, "a learning rate of inf"},
        {try_gd, &(Gd){.lr = 1, .momentum = -0.5}, "a momentum of -0.5"},
        {try_gd, &(Gd){.lr = 1, .momentum = 1}, "a momentum of 1"},
        {try_gd, &(Gd){.lr = 1, .nesterov = true}, "nesterov without momentum"},
        {try_gd, &(Gd){1, .momentum = 0.5, .dampening = -0.5}, "a dampening of -0.5"},
        {try_gd, &(Gd){1, .momentum = 0.5, .dampening = 1.5}, "a dampening of 1.5"},
        {try_gd, &(Gd){1, .momentum = 0.5, .nesterov = true, .dampening = 0.5},
         "nesterov with dampening"},
        {try_gd, &(Gd){.lr = 1, .weight_decay = -0.5}, "a weight decay of -0.5"},
        {try_gd, &(Gd){.lr = 1, .weight_decay = inf}, "a weight decay of inf"},
        {try_no_numbers, &(Gd){.lr = 1}, "an objective needs numbers"},
        {try_adam, &(Adam){.lr = 1, .beta1 = -0.5, .beta2 = 0.9, .epsilon = 1},
         "beta1 -0.5"},
        {try_adam, &(Adam){.lr = 1, .beta1 = 1, .beta2 = 0.9, .epsilon = 1}, "beta1 1"},
        {try_adam, &(Adam){.lr = 1, .beta1 = 0.9, .beta2 = -0.5, .epsilon = 1},
         "beta2 -0.5"},
        {try_adam, &(Adam){.lr = 1, .beta1 = 0.9, .beta2 = 1, .epsilon = 1}, "beta2 1"},
        {try_adam, &(Adam){.lr = 1, .beta1 = 0.9, .beta2 = 0.9, .epsilon = 0},
         "epsilon 0"},
        {try_adam, &(Adam){.lr = 1, .epsilon = 1, .weight_decay = -0.5},
         "a weight decay of -0.5"},
        {try_adam, &(Adam){.lr = 1, .epsilon = 1, .weight_decay = inf},
         "a weight decay of inf"},
        {try_anneal, &(Anneal){1, -0.5, 1, 0}, "a temperature of -0.5"},
        {try_anneal, &(Anneal){1, inf, 1, 0}, "a temperature of inf"},
        {try_anneal, &(Anneal){1, 1, 0, 0}, "a cooling of 0"},
        {try_anneal, &(Anneal){1, 1, -0.5, 0}, "a cooling of -0.5"},
        {try_anneal, &(Anneal){1, 1, 1.5, 0}, "a cooling of 1.5"},
        {try_lbfgs, &(Lbfgs){.lr = 1, .max_evaluations = 1}, "history 0"},
        {try_lbfgs, &(Lbfgs){.lr = 1, .history = 1}, "0 evaluations"},
        {try_large_lbfgs, &(Lbfgs){.lr = 1, .history = 100, .max_evaluations = 1},
         "no memory for 18446744073709551615 more bytes"},
        {try_constant, &(double){0}, "a learning rate of 0"},
        {try_constant, &(double){-0.5}, "a learning rate of -0.5"},
        {try_constant, &(double){inf}, "a learning rate of inf"},
        {try_constant, &(double){nan}, "a learning rate of"},
        {try_drop, (double[]){0, 1}, "a learning rate of 0"},
        {try_drop, (double[]){1, -0.5}, "a learning rate of -0.5"},
        {try_one_cycle, (double[]){0, 5}, "a learning rate of 0"},
        {try_one_cycle, (double[]){1, 0}, "a cycle of 0 steps"},
        {try_exponential, &(Schedule){.lr = 0, .factor = 1, .every = 1},
         "a learning rate of 0"},
        {try_exponential, &(Schedule){.lr = 1, .factor = 0, .every = 1},
         "a decay by the factor 0"},
        {try_exponential, &(Schedule){.lr = 1, .factor = -0.5, .every = 1},
         "a decay by the factor -0.5"},
        {try_exponential, &(Schedule){.lr = 1, .factor = 1.5, .every = 1},
         "a decay by the factor 1.5"},
        {try_exponential, &(Schedule){.lr = 1, .factor = 1}, "a decay every 0 steps"},
        {try_staircase, &(Schedule){.lr = 1, .factor = 1}, "a decay every 0 steps"},
        {try_kind, &(Schedule){.kind = SCHEDULE_WARM_COSINE + 1}, "a schedule of kind 6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_check_fails(cases[i].try, cases[i].settings, cases[i].words);
}

static void settings_at_their_limits_pass(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    gd_new(arena, objective_of(&c, 1, 1), (Gd){.lr = 0.5, .momentum = 0});
    gd_new(arena, objective_of(&c, 1, 1), (Gd){0.5, .momentum = 0.5, .nesterov = true});
    gd_new(arena, objective_of(&c, 1, 1), (Gd){0.5, .momentum = 0.5, .dampening = 1});
    adam_new(arena, objective_of(&c, 1, 1),
             (Adam){.lr = 0.5, .epsilon = 0.5, .weight_decay = 0});
    anneal_new(arena, objective_of(&c, 1, 1), (Anneal){0.5, 0, 1, 0});
    anneal_new(arena, objective_of(&c, 1, 1), (Anneal){0.5, 0.5, 0.5, 0});
    lbfgs_new(arena, objective_of(&c, 1, 1),
              (Lbfgs){.lr = 0.5, .history = 1, .max_evaluations = 1});
    const Schedule level = schedule_exponential(0.5, 1, 1),
                   one = schedule_one_cycle(1, 1);
    assert_close(schedule_rate(&level, 7), 0.5, 0, 0);
    assert_close(schedule_rate(&one, 0), 1 / 25e4, 1e-15, 0);
    arena_free(arena);
}

/* ---- Adam ---- */

/* g = 1: m' = v' = 1, and x moves by lr / (1 + epsilon). With epsilon hat, epsilon is
 * divided by sqrt(1 - beta2) = 1/2: lr / (1 + 2 epsilon). */
static void epsilon_hat_is_divided_by_the_correction(void **state) {
    (void)state;
    Arena *arena = arena_new();
    for (int hat = 0; hat < 2; hat++) {
        Curve c;
        Adam settings = {.lr = 1, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1};
        settings.epsilon_hat = hat;
        Optimizer *adam = adam_new(arena, objective_of(&c, 0.25, 4), settings);
        optimizer_step(adam);
        assert_close(c.x, hat ? 4 - 1 / 3.0 : 4 - 0.5, 1e-6, 0);
    }
    arena_free(arena);
}

/* ---- L-BFGS ---- */

static Optimizer *small_lbfgs(Arena *arena, Objective f, double lr) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = lr;
    settings.tolerance_grad = settings.tolerance_change = 0;
    return lbfgs_new(arena, f, settings);
}

/* L = 2 x^2 from x, lr = 1/8: the first step goes to x / 2, s = -x / 2, y = -2 x, so s y
 * is x^2. With the pair the next direction is Newton's, -x / 2, and 1/8 of it leaves
 * 7/16 x. Without it, it is the gradient -2 x, and 1/8 of that leaves x / 4. */
static void a_pair_is_kept_above_a_curvature_of_1e_10(void **state) {
    (void)state;
    Arena *arena = arena_new();
    for (int above = 0; above < 2; above++) {
        Curve c;
        const double x = sqrt(above ? 1.05e-10 : 0.95e-10);
        Optimizer *o = small_lbfgs(arena, objective_of(&c, 4, x), 0.125);
        optimizer_step(o);
        assert_close(c.x, x / 2, 1e-6, 0);
        optimizer_step(o);
        assert_close(c.x, above ? 7 * x / 16 : x / 4, 1e-6, 0);
    }
    arena_free(arena);
}

/* What two evaluations claim the gradient to be. */
typedef struct Claims {
    real x[2], gradient[2];
    int evaluations;
} Claims;

static double claim(void *context) {
    Claims *c = context;
    const bool first = c->evaluations++ == 0;
    c->gradient[0] = first ? -1 : 0;
    c->gradient[1] = first ? 0 : 1;
    return 0;
}

/* Gradients (-1, 0) and (0, 1), lr = 1e-10: d = (1, 0) and y = (1, 1), so s y is exactly
 * lr. Without the pair the second step is -lr (0, 1); it would also go along s with it. */
static void a_pair_of_just_1e_10_is_left_out(void **state) {
    (void)state;
    Claims c = {0};
    Arena *arena = arena_new();
    Optimizer *o = small_lbfgs(arena, (Objective){2, c.x, c.gradient, claim, &c}, 1e-10);
    assert_null(optimizer_step(o).stop);
    assert_null(optimizer_step(o).stop);
    assert_close(c.x[0], 1e-10, 1e-6, 0);
    assert_close(c.x[1], -1e-10, 1e-6, 0);
    arena_free(arena);
}

/* L = -x^2 / 2 from 1, lr = 1/2: x = 3/2, s = 1/2, y = -1/2. That pair would turn the
 * direction uphill; without it, x = 3/2 + 3/4. */
static void a_pair_of_negative_curvature_is_left_out(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    Optimizer *o = small_lbfgs(arena, objective_of(&c, -1, 1), 0.5);
    assert_null(optimizer_step(o).stop);
    assert_null(optimizer_step(o).stop);
    assert_close(c.x, 2.25, 1e-6, 0);
    arena_free(arena);
}

static const char *first_stop(double tolerance_grad, double tolerance_change) {
    static char words[200];
    Curve c;
    Arena *arena = arena_new();
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.tolerance_grad = tolerance_grad;
    settings.tolerance_change = tolerance_change;
    Optimizer *o = lbfgs_new(arena, objective_of(&c, 1, 0.5), settings);
    const Step step = optimizer_step(o);
    snprintf(words, sizeof words, "%s", step.stop ? step.stop : "went on");
    arena_free(arena);
    return words;
}

/* At x = 1/2 of x^2 / 2 the gradient is 1/2, the slope -1/4 and the first step 1/2. A
 * tolerance is met by what is equal to it. */
static void tolerances_are_met_by_what_is_equal(void **state) {
    (void)state;
    assert_string_equal(first_stop(0.5, 0),
                        "the gradient is zero: no entry is larger than 0.5");
    assert_string_equal(first_stop(0.49, 0), "went on");
    assert_string_equal(first_stop(0, 0.25), "went on");
    assert_string_equal(first_stop(0, 0.26),
                        "no descent direction: the slope along it is -0.25, not below "
                        "-0.26");
}

/* At x = 2: gradient 2, slope -4, t = 1/2, and the step moves x by 1. */
static void a_step_as_short_as_the_tolerance_is_too_short(void **state) {
    (void)state;
    for (int longer = 0; longer < 2; longer++) {
        Curve c;
        Arena *arena = arena_new();
        Lbfgs settings = LBFGS_DEFAULTS;
        settings.tolerance_change = longer ? 0.99 : 1;
        const Step step =
            optimizer_step(lbfgs_new(arena, objective_of(&c, 1, 2), settings));
        assert_true(longer ? !step.stop : strstr(step.stop, "too short") != NULL);
        arena_free(arena);
    }
}

/* A gradient of 1e-200 has the slope -1e-400, which is 0: nothing to search along. As a
 * float it is 0 itself. And lr = 1e-300 over a gradient of 1e30 is a first trial at 0. */
static void a_search_needs_a_slope_and_a_length(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    settings.tolerance_grad = settings.tolerance_change = 0;
    Optimizer *level = lbfgs_new(arena, objective_of(&c, 1, 1e-200), settings);
    const char *words =
        sizeof(real) == sizeof(double) ? "the slope along it is 0," : "gradient is zero";
    assert_non_null(strstr(optimizer_step(level).stop, words));
    settings.lr = 1e-300;
    Optimizer *short_one = lbfgs_new(arena, objective_of(&c, 1, 1e30), settings);
    const Step step = optimizer_step(short_one);
    assert_string_equal(step.stop, "the line search finds no lower loss");
    assert_int_equal(step.evaluations, 1);
    arena_free(arena);
}

/* The search has left loss and gradient at its end, so the next step evaluates nothing
 * new there; but only that step, and not after a restart. */
static void a_known_loss_is_used_once(void **state) {
    (void)state;
    for (int restart = 0; restart < 2; restart++) {
        Curve c;
        Arena *arena = arena_new();
        Lbfgs settings = LBFGS_DEFAULTS;
        settings.strong_wolfe = true;
        Optimizer *o = lbfgs_new(arena, objective_of(&c, 1, 0.5), settings);
        optimizer_step(o); /* t = 1 leads to 0 */
        assert_close(c.x, 0, 0, 1e-6);
        int before = c.evaluations;
        if (restart)
            optimizer_restart(o);
        else
            assert_int_equal(optimizer_step(o).evaluations, 0);
        assert_int_equal(c.evaluations, before);
        const Step step = optimizer_step(o);
        assert_non_null(strstr(step.stop, "the gradient is zero"));
        assert_int_equal(step.evaluations, 1);
        assert_int_equal(c.evaluations, before + 1);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_beyond_their_limits_are_refused),
        cmocka_unit_test(settings_at_their_limits_pass),
        cmocka_unit_test(epsilon_hat_is_divided_by_the_correction),
        cmocka_unit_test(a_pair_is_kept_above_a_curvature_of_1e_10),
        cmocka_unit_test(a_pair_of_just_1e_10_is_left_out),
        cmocka_unit_test(a_pair_of_negative_curvature_is_left_out),
        cmocka_unit_test(tolerances_are_met_by_what_is_equal),
        cmocka_unit_test(a_step_as_short_as_the_tolerance_is_too_short),
        cmocka_unit_test(a_search_needs_a_slope_and_a_length),
        cmocka_unit_test(a_known_loss_is_used_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
