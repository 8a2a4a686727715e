/* Every method follows PyTorch step by step, can be saved, and can be restarted. */
#include <string.h>

#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tests/test.h"

#include "tests/golden/optim.inc"

enum { SIZE = 12, STEPS = 25, RESTART_AT = 12 };

typedef struct Problem {
    real x[SIZE], gradient[SIZE];
    int evaluations;
} Problem;

/* The two objectives of bench/oracle/optim.py. */
static double rosenbrock(void *context) {
    Problem *p = context;
    p->evaluations++;
    double loss = 0;
    memset(p->gradient, 0, sizeof p->gradient);
    for (int i = 0; i + 1 < SIZE; i++) {
        real a = p->x[i + 1] - p->x[i] * p->x[i], b = 1 - p->x[i];
        loss += (double)(100 * a * a + b * b);
        p->gradient[i] -= 400 * a * p->x[i] + 2 * b;
        p->gradient[i + 1] += 200 * a;
    }
    return loss;
}

static double scaled(void *context) {
    Problem *p = context;
    p->evaluations++;
    double loss = 0;
    real c = 1;
    for (int i = 0; i < SIZE; i++, c *= 3) {
        real u = p->x[i] - (real)i / 8;
        loss += (double)(c * u * u / 2 + u * u * u * u);
        p->gradient[i] = c * u + 4 * u * u * u;
    }
    return loss;
}

static void start(Problem *p, double (*objective)(void *)) {
    for (int i = 0; i < SIZE; i++)
        p->x[i] =
            objective == scaled ? (real)0.5 + (real)i / 4 : (real)(i % 2 ? 1 : -1.25);
}

static Objective of(Problem *p, double (*evaluate)(void *)) {
    start(p, evaluate);
    p->evaluations = 0;
    return (Objective){SIZE, p->x, p->gradient, evaluate, p};
}

/* Gradient descent's rates, as in bench/oracle/optim.py. */
static double slow(double (*objective)(void *)) {
    return objective == scaled ? 2e-6 : 2e-4;
}

typedef Optimizer *(*Make)(Arena *, Objective);

static Optimizer *make_gd(Arena *arena, Objective f) {
    return gd_new(arena, f, (Gd){.lr = slow(f.evaluate)});
}

static Optimizer *make_momentum(Arena *arena, Objective f) {
    return gd_new(arena, f, (Gd){.lr = slow(f.evaluate), .momentum = 0.9});
}

static Optimizer *make_nesterov(Arena *arena, Objective f) {
    return gd_new(arena, f,
                  (Gd){.lr = slow(f.evaluate), .momentum = 0.9, .nesterov = true});
}

static Optimizer *make_dampened(Arena *arena, Objective f) {
    return gd_new(arena, f,
                  (Gd){.lr = slow(f.evaluate), .momentum = 0.9, .dampening = 0.25});
}

static Optimizer *make_decay(Arena *arena, Objective f) {
    return gd_new(arena, f, (Gd){.lr = slow(f.evaluate), .weight_decay = 0.5});
}

static Optimizer *make_decay_momentum(Arena *arena, Objective f) {
    return gd_new(arena, f,
                  (Gd){.lr = slow(f.evaluate),
                       .momentum = 0.8,
                       .dampening = 0.5,
                       .weight_decay = 0.5});
}

static Optimizer *make_decay_nesterov(Arena *arena, Objective f) {
    return gd_new(arena, f,
                  (Gd){.lr = slow(f.evaluate),
                       .momentum = 0.9,
                       .nesterov = true,
                       .weight_decay = 20});
}

static Optimizer *make_adam(Arena *arena, Objective f) {
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.05;
    return adam_new(arena, f, settings);
}

static Optimizer *make_adam_decay(Arena *arena, Objective f) {
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.05;
    settings.weight_decay = 1;
    return adam_new(arena, f, settings);
}

static Optimizer *make_adamw(Arena *arena, Objective f) {
    Adam settings = ADAMW_DEFAULTS;
    settings.lr = 0.05;
    settings.weight_decay = 0.5;
    return adam_new(arena, f, settings);
}

static Optimizer *make_anneal(Arena *arena, Objective f) {
    return anneal_new(arena, f, (Anneal){slow(f.evaluate), 0.1, 0.9, 3});
}

static Optimizer *make_lbfgs(Arena *arena, Objective f) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 0.5;
    settings.history = 5;
    return lbfgs_new(arena, f, settings);
}

static Optimizer *make_wolfe(Arena *arena, Objective f) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.history = 5;
    settings.strong_wolfe = true;
    return lbfgs_new(arena, f, settings);
}

/* Double follows to rounding; float keeps seven digits per step, and a line search turns
 * their loss into slightly different steps. */
#ifdef REAL_DOUBLE
static const double simple = 1e-12, newton = 1e-10;
#else
static const double simple = 1e-5, newton = 1e-3;
#endif

typedef struct Run {
    Make make;
    double (*objective)(void *);
    const double *losses;
    const int *trials; /* of the line search in each step, or NULL */
    const Schedule *schedule;
    double tolerance;
} Run;

static void follow(Run run) {
    Arena *arena = arena_new();
    Problem p;
    Optimizer *o = run.make(arena, of(&p, run.objective));
    int evaluations = 0;
    for (int i = 0; i < STEPS; i++) {
        if (run.schedule) schedule_apply(run.schedule, o, i);
        Step step = optimizer_step(o);
        assert_null(step.stop);
        assert_close(step.loss, run.losses[i], run.tolerance, 0);
        /* Only the first step of a line search has to evaluate at its start. */
        int expected = run.trials ? run.trials[i] + (i == 0) : 1;
        assert_int_equal(step.evaluations, expected);
        evaluations += step.evaluations;
    }
    assert_int_equal(p.evaluations, evaluations);
    arena_free(arena);
}

#define FOLLOW(method, tolerance)                                                        \
    do {                                                                                 \
        follow((Run){make_##method, rosenbrock, rosenbrock_##method, NULL, NULL,         \
                     tolerance});                                                        \
        follow((Run){make_##method, scaled, scaled_##method, NULL, NULL, tolerance});    \
    } while (0)

#define FOLLOW_SEARCH(method)                                                            \
    do {                                                                                 \
        follow((Run){make_##method, rosenbrock, rosenbrock_##method,                     \
                     rosenbrock_##method##_trials, NULL, newton});                       \
        follow((Run){make_##method, scaled, scaled_##method, scaled_##method##_trials,   \
                     NULL, newton});                                                     \
    } while (0)

static void gradient_descent_follows_pytorch(void **state) {
    (void)state;
    FOLLOW(gd, simple);
    FOLLOW(momentum, simple);
    FOLLOW(nesterov, simple);
}

static void adam_follows_pytorch(void **state) {
    (void)state;
    FOLLOW(adam, simple);
}

static void dampening_and_weight_decay_follow_pytorch(void **state) {
    (void)state;
    FOLLOW(dampened, simple);
    FOLLOW(decay, simple);
    FOLLOW(decay_momentum, simple);
    FOLLOW(decay_nesterov, simple);
}

static void weight_decay_of_adam_and_adamw_follows_pytorch(void **state) {
    (void)state;
    FOLLOW(adam_decay, 4 * simple);
    FOLLOW(adamw, 4 * simple);
}

static void a_dropped_rate_with_restart_is_pytorchs_new_adam(void **state) {
    (void)state;
    Schedule drop = schedule_drop(0.05, RESTART_AT, 0.02, true);
    follow((Run){make_adam, rosenbrock, rosenbrock_adam_restart, NULL, &drop, simple});
    follow((Run){make_adam, scaled, scaled_adam_restart, NULL, &drop, simple});
}

static void lbfgs_follows_pytorch(void **state) {
    (void)state;
    FOLLOW(lbfgs, newton);
}

static void strong_wolfe_follows_pytorch_trial_by_trial(void **state) {
    (void)state;
    FOLLOW_SEARCH(wolfe);
}

/* In float the loss at such a trial differs from the start by a few roundings only, or is
 * far from any parabola, and the search goes its own way; so this is for double. */
#ifdef REAL_DOUBLE
static Optimizer *make_wolfe_short(Arena *arena, Objective f) {
    Optimizer *o = make_wolfe(arena, f);
    optimizer_set_rate(o, 0.02);
    return o;
}

static Optimizer *make_wolfe_long(Arena *arena, Objective f) {
    Optimizer *o = make_wolfe(arena, f);
    optimizer_set_rate(o, 40);
    return o;
}

static void strong_wolfe_follows_pytorch_from_bad_first_trials(void **state) {
    (void)state;
    FOLLOW_SEARCH(wolfe_short);
    FOLLOW_SEARCH(wolfe_long);
}
#endif

static const Make makes[] = {make_momentum, make_decay_momentum, make_adam, make_adamw,
                             make_anneal,   make_lbfgs,          make_wolfe};

/* Saved after step 7 and continued by a new optimiser, a run ends at the same bits. */
static void a_restored_state_continues_with_the_same_bits(void **state) {
    (void)state;
    for (size_t m = 0; m < sizeof makes / sizeof *makes; m++) {
        Arena *arena = arena_new();
        Problem whole, half;
        Optimizer *a = makes[m](arena, of(&whole, rosenbrock));
        Optimizer *b = makes[m](arena, of(&half, rosenbrock));
        for (int i = 0; i < 7; i++)
            optimizer_step(a);
        StateList from = {0}, to = {0};
        optimizer_state(a, &from);
        optimizer_state(b, &to);
        assert_int_equal(from.count, to.count);
        memcpy(half.x, whole.x, sizeof half.x);
        for (int i = 0; i < from.count; i++) {
            const StatePiece *piece = &from.piece[i], *copy = &to.piece[i];
            assert_string_equal(piece->name, copy->name);
            assert_int_equal(piece->kind, copy->kind);
            assert_int_equal(piece->count, copy->count);
            memcpy(copy->data, piece->data, piece->count * state_width(piece->kind));
        }
        for (int i = 0; i < 9; i++) {
            const Step one = optimizer_step(a), other = optimizer_step(b);
            assert_true(one.loss == other.loss);
            assert_int_equal(one.evaluations, other.evaluations);
            assert_same_bits(whole.x, half.x, SIZE);
        }
        arena_free(arena);
    }
}

static void restart_makes_every_method_new(void **state) {
    (void)state;
    for (size_t m = 0; m < sizeof makes / sizeof *makes; m++) {
        Arena *arena = arena_new();
        Problem fresh, used;
        Optimizer *a = makes[m](arena, of(&fresh, scaled));
        Optimizer *b = makes[m](arena, of(&used, scaled));
        for (int i = 0; i < 9; i++)
            optimizer_step(b);
        optimizer_restart(b);
        start(&used, scaled);
        for (int i = 0; i < 9; i++) {
            optimizer_step(a);
            optimizer_step(b);
            assert_same_bits(fresh.x, used.x, SIZE);
        }
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_descent_follows_pytorch),
        cmocka_unit_test(adam_follows_pytorch),
        cmocka_unit_test(dampening_and_weight_decay_follow_pytorch),
        cmocka_unit_test(weight_decay_of_adam_and_adamw_follows_pytorch),
        cmocka_unit_test(a_dropped_rate_with_restart_is_pytorchs_new_adam),
        cmocka_unit_test(lbfgs_follows_pytorch),
        cmocka_unit_test(strong_wolfe_follows_pytorch_trial_by_trial),
#ifdef REAL_DOUBLE
        cmocka_unit_test(strong_wolfe_follows_pytorch_from_bad_first_trials),
#endif
        cmocka_unit_test(a_restored_state_continues_with_the_same_bits),
        cmocka_unit_test(restart_makes_every_method_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
