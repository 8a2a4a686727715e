/* The state of a method, what a restart clears, and the memory that it may write. */
#include <math.h>
#include <string.h>

#include "tests/curve.h"

static void assert_states(Optimizer *o, int count, const char *const *names,
                          const size_t *bytes) {
    OptimizerState states[OPTIMIZER_STATES];
    assert_int_equal(optimizer_state(o, states), count);
    for (int i = 0; i < count; i++) {
        assert_string_equal(states[i].name, names[i]);
        if (bytes[i]) assert_int_equal(states[i].bytes, bytes[i]);
        for (int j = 0; j < i; j++)
            assert_ptr_not_equal(states[i].data, states[j].data);
    }
}

/* One number, so vectors have the size of one; 0 bytes: of a private struct. */
static void every_method_lists_what_it_remembers(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    const Objective f = objective_of(&c, 1, 1);
    const size_t one = sizeof(real), rate = sizeof(double);
    assert_states(gd_new(arena, f, (Gd){.lr = 1}), 1, (const char *[]){"learning rate"},
                  (size_t[]){rate});
    assert_states(gd_new(arena, f, (Gd){.lr = 1, .momentum = 0.5}), 2,
                  (const char *[]){"learning rate", "gd velocity"},
                  (size_t[]){rate, one});
    assert_states(adam_new(arena, f, ADAM_DEFAULTS), 4,
                  (const char *[]){"learning rate", "adam m", "adam v", "adam powers"},
                  (size_t[]){rate, one, one, 2 * sizeof(double)});
    assert_states(
        anneal_new(arena, f, (Anneal){1, 1, 1, 0}), 3,
        (const char *[]){"learning rate", "anneal temperature", "anneal random numbers"},
        (size_t[]){rate, sizeof(double), 0});
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.history = 3;
    assert_states(lbfgs_new(arena, f, settings), 7,
                  (const char *[]){"learning rate", "lbfgs s", "lbfgs y", "lbfgs rho",
                                   "lbfgs d", "lbfgs g", "lbfgs now"},
                  (size_t[]){rate, 3 * one, 3 * one, 3 * sizeof(double), one, one, 0});
    arena_free(arena);
}

/* Bytes of what a method gathers are 0 in the beginning, and after a restart. */
static void assert_empty(Optimizer *o) {
    OptimizerState states[OPTIMIZER_STATES];
    const int count = optimizer_state(o, states);
    for (int i = 1; i < count; i++)
        for (size_t k = 0; k < states[i].bytes; k++)
            assert_int_equal(((const char *)states[i].data)[k], 0);
}

static void a_restart_leaves_nothing_behind(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    Adam flat = ADAM_DEFAULTS; /* whose powers beta^0 are 1: these are checked apart */
    Optimizer *o[] = {gd_new(arena, objective_of(&c, 1, 1), (Gd){.lr = 0.5}),
                      gd_new(arena, objective_of(&c, 1, 1), (Gd){0.5, .momentum = 0.5})};
    for (int i = 0; i < 2; i++) {
        optimizer_step(o[i]);
        optimizer_restart(o[i]);
        assert_empty(o[i]);
    }
    Optimizer *adam = adam_new(arena, objective_of(&c, 1, 1), flat);
    optimizer_step(adam);
    optimizer_restart(adam);
    OptimizerState states[OPTIMIZER_STATES];
    optimizer_state(adam, states);
    for (size_t k = 0; k < sizeof(real); k++)
        assert_int_equal(
            ((const char *)states[1].data)[k] | ((const char *)states[2].data)[k], 0);
    const double *powers = states[3].data;
    assert_true(powers[0] == 1 && powers[1] == 1);
    arena_free(arena);
}

/* ---- Memory ---- */

enum { NUMBERS = 5, BEHIND = 4 };

/* Gradient 1 everywhere, also behind the numbers that the optimiser is told of. */
static double slope(void *gradient) {
    for (int i = 0; i < NUMBERS + BEHIND; i++)
        ((real *)gradient)[i] = 1;
    return 1;
}

/* And what is allocated after a method does not lie in it. */
static void no_method_moves_what_is_not_its_own(void **state) {
    (void)state;
    Lbfgs searching = LBFGS_DEFAULTS;
    searching.strong_wolfe = true;
    for (int m = 0; m < 6; m++) {
        real x[NUMBERS + BEHIND], gradient[NUMBERS + BEHIND];
        for (int i = 0; i < NUMBERS + BEHIND; i++)
            x[i] = 7;
        Arena *arena = arena_new();
        const Objective f = {NUMBERS, x, gradient, slope, gradient};
        Optimizer *o = m == 0   ? gd_new(arena, f, (Gd){.lr = 0.5})
                       : m == 1 ? gd_new(arena, f, (Gd){0.5, .momentum = 0.5})
                       : m == 2 ? adam_new(arena, f, ADAM_DEFAULTS)
                       : m == 3 ? anneal_new(arena, f, (Anneal){0.5, 1, 1, 3})
                       : m == 4 ? lbfgs_new(arena, f, LBFGS_DEFAULTS)
                                : lbfgs_new(arena, f, searching);
        memset(arena_alloc(arena, 1024), 0x7f, 1024);
        for (int i = 0; i < 3; i++)
            optimizer_step(o);
        for (int i = NUMBERS; i < NUMBERS + BEHIND; i++)
            assert_close(x[i], 7, 0, 0);
        for (int i = 0; i < NUMBERS && m < 5; i++)
            assert_true(x[i] != 7 && fabs((double)x[i]) < 100);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_lists_what_it_remembers),
        cmocka_unit_test(a_restart_leaves_nothing_behind),
        cmocka_unit_test(no_method_moves_what_is_not_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
