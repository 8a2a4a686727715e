/* The state of a method, what a restart clears, and the memory that it may write. */
#include <math.h>
#include <string.h>

#include "tests/curve.h"

typedef struct Expected {
    const char *name;
    StateKind kind;
    size_t count;
} Expected;

static void assert_states(Optimizer *o, int count, const Expected *expected) {
    StateList list = {0};
    optimizer_state(o, &list);
    assert_int_equal(list.count, 1 + count);
    assert_string_equal(list.piece[0].name, "learning rate");
    assert_int_equal(list.piece[0].count, 1);
    for (int i = 0; i < count; i++) {
        const StatePiece *piece = &list.piece[1 + i];
        assert_string_equal(piece->name, expected[i].name);
        assert_int_equal(piece->kind, expected[i].kind);
        assert_int_equal(piece->count, expected[i].count);
        for (int j = 0; j <= i; j++)
            assert_ptr_not_equal(piece->data, list.piece[j].data);
    }
}

/* Vectors of one element; L-BFGS keeps 3 pairs. */
static void every_method_lists_what_it_remembers(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    const Objective f = objective_of(&c, 1, 1);
    assert_states(gd_new(arena, f, (Gd){.lr = 1}), 0, NULL);
    assert_states(gd_new(arena, f, (Gd){.lr = 1, .momentum = 0.5}), 1,
                  (Expected[]){{"gd velocity", STATE_REAL, 1}});
    assert_states(
        gd_new(arena, f, (Gd){1, .momentum = 0.5, .dampening = 0.5}), 2,
        (Expected[]){{"gd velocity", STATE_REAL, 1}, {"gd started", STATE_INT, 1}});
    assert_states(adam_new(arena, f, ADAM_DEFAULTS), 3,
                  (Expected[]){{"adam m", STATE_REAL, 1},
                               {"adam v", STATE_REAL, 1},
                               {"adam powers", STATE_DOUBLE, 2}});
    assert_states(anneal_new(arena, f, (Anneal){1, 1, 1, 0}), 2,
                  (Expected[]){{"anneal temperature", STATE_DOUBLE, 1},
                               {"anneal random numbers", STATE_UINT64, 1}});
    static const Expected lbfgs[] = {
        {"lbfgs s", STATE_REAL, 3},     {"lbfgs y", STATE_REAL, 3},
        {"lbfgs rho", STATE_DOUBLE, 3}, {"lbfgs d", STATE_REAL, 1},
        {"lbfgs g", STATE_REAL, 1},     {"lbfgs t", STATE_DOUBLE, 1},
        {"lbfgs h", STATE_DOUBLE, 1},   {"lbfgs steps", STATE_INT, 1},
        {"lbfgs pairs", STATE_INT, 1},  {"lbfgs newest", STATE_INT, 1},
        {"lbfgs known", STATE_INT, 1},  {"lbfgs loss", STATE_DOUBLE, 1},
        {"lbfgs x", STATE_REAL, 1},     {"lbfgs gradient", STATE_REAL, 1},
    };
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.history = 3;
    assert_states(lbfgs_new(arena, f, settings), 10, lbfgs);
    settings.strong_wolfe = true;
    assert_states(lbfgs_new(arena, f, settings), 14, lbfgs);
    arena_free(arena);
}

/* The piece of that name, to be changed. */
static void *piece_of(Optimizer *o, const char *name) {
    StateList list = {0};
    optimizer_state(o, &list);
    const StatePiece *piece = state_find(&list, name);
    assert_non_null(piece);
    return piece->data;
}

static void assert_refused(Optimizer *o, const char *words) {
    Error err;
    assert_false(optimizer_state_check(o, &err));
    assert_non_null(strstr(err.text, words));
}

/* Rows are 0, 1, 2; up to 3 pairs are held. */
static void impossible_states_are_refused(void **state) {
    (void)state;
    Curve c;
    Error err;
    Arena *arena = arena_new();
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.history = 3;
    Optimizer *o = lbfgs_new(arena, objective_of(&c, 1, 1), settings);
    int *pairs = piece_of(o, "lbfgs pairs"), *newest = piece_of(o, "lbfgs newest");
    double *rate = piece_of(o, "learning rate");
    assert_true(optimizer_state_check(o, &err));
    *pairs = 3;
    *newest = 2;
    assert_true(optimizer_state_check(o, &err));
    *pairs = 4;
    assert_refused(o, "4 pairs of at most 3");
    *pairs = -1;
    assert_refused(o, "-1 pairs");
    *pairs = 0;
    *newest = 3;
    assert_refused(o, "row 3 of 3");
    *newest = -1;
    assert_refused(o, "row -1");
    *newest = 0;
    const double wrong[] = {0, -1, (double)NAN, (double)INFINITY};
    for (int i = 0; i < 4; i++) {
        *rate = wrong[i];
        assert_refused(o, "learning rate");
    }
    arena_free(arena);
}

/* Bytes of what a method gathers are 0 in the beginning, and after a restart. */
static void assert_empty(Optimizer *o) {
    StateList list = {0};
    optimizer_state(o, &list);
    for (int i = 1; i < list.count; i++) {
        const StatePiece *piece = &list.piece[i];
        for (size_t k = 0; k < piece->count * state_width(piece->kind); k++)
            assert_int_equal(((const char *)piece->data)[k], 0);
    }
}

static void a_restart_leaves_nothing_behind(void **state) {
    (void)state;
    Curve c;
    Arena *arena = arena_new();
    Adam flat = ADAM_DEFAULTS; /* whose powers beta^0 are 1: these are checked apart */
    Optimizer *o[] = {gd_new(arena, objective_of(&c, 1, 1), (Gd){.lr = 0.5}),
                      gd_new(arena, objective_of(&c, 1, 1), (Gd){0.5, .momentum = 0.5}),
                      gd_new(arena, objective_of(&c, 1, 1),
                             (Gd){0.5, .momentum = 0.5, .dampening = 0.5})};
    for (int i = 0; i < 3; i++) {
        optimizer_step(o[i]);
        optimizer_restart(o[i]);
        assert_empty(o[i]);
    }
    Optimizer *adam = adam_new(arena, objective_of(&c, 1, 1), flat);
    optimizer_step(adam);
    optimizer_restart(adam);
    const real *m = piece_of(adam, "adam m"), *v = piece_of(adam, "adam v");
    const double *powers = piece_of(adam, "adam powers");
    assert_true(*m == 0 && *v == 0);
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
        cmocka_unit_test(impossible_states_are_refused),
        cmocka_unit_test(a_restart_leaves_nothing_behind),
        cmocka_unit_test(no_method_moves_what_is_not_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
