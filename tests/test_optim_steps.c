/* Steps computed by hand, annealing, schedules, threads. That the methods follow PyTorch
 * is in test_optim.c, and L-BFGS is in test_lbfgs.c. */
#include <math.h>
#include <string.h>

#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "optim/vector.h"
#include "tensor/threads.h"
#include "tests/test.h"

/* L = sum of k x^2 / 2 over n numbers, gradient k x. */
typedef struct Parabola {
    size_t n;
    real k;
    real *x, *gradient;
} Parabola;

static double parabola(void *context) {
    Parabola *p = context;
    for (size_t i = 0; i < p->n; i++)
        p->gradient[i] = p->k * p->x[i];
    return vector_dot(p->n, p->x, p->gradient) / 2;
}

static Objective parabola_objective(Arena *arena, Parabola *p, size_t n, double k) {
    *p = (Parabola){n, (real)k, ARENA_NEW(arena, real, n), ARENA_NEW(arena, real, n)};
    return (Objective){n, p->x, p->gradient, parabola, p};
}

/* k = 4, lr = 1/8, momentum 1/2, x_0 = 1:
 *     v = 4               x = 1 - 4/8   = 1/2    loss 4/2 = 2
 *     v = 2 + 2 = 4       x = 1/2 - 1/2 = 0      loss 1/2
 *     v = 2 + 0 = 2       x = 0 - 2/8   = -1/4   loss 0 */
static void momentum_by_hand(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola p;
    Objective f = parabola_objective(arena, &p, 1, 4);
    p.x[0] = 1;
    Optimizer *o = gd_new(arena, f, (Gd){.lr = 0.125, .momentum = 0.5});
    static const double losses[] = {2, 0.5, 0}, x[] = {0.5, 0, -0.25};
    for (int i = 0; i < 3; i++) {
        assert_close(optimizer_step(o).loss, losses[i], 0, 0);
        assert_close(p.x[0], x[i], 0, 0);
    }
    arena_free(arena);
}

/* Gradients of 4e-3, 4 and -4e3: m' / sqrt(v') is 1, 1 and -1. */
static void a_new_adam_moves_every_number_by_its_rate(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola p;
    Objective f = parabola_objective(arena, &p, 3, 4);
    Optimizer *o = adam_new(arena, f, ADAM_DEFAULTS);
    static const real start_x[] = {(real)1e-3, 1, -1000};
    for (int again = 0; again < 2; again++) {
        optimizer_set_rate(o, 0.5);
        optimizer_restart(o);
        memcpy(p.x, start_x, sizeof start_x);
        optimizer_step(o);
        assert_close(p.x[0], 1e-3 - 0.5, 1e-5, 0);
        assert_close(p.x[1], 1 - 0.5, 1e-5, 0);
        assert_close(p.x[2], -1000 + 0.5, 1e-5, 0);
        optimizer_step(o);
    }
    arena_free(arena);
}

static void no_temperature_is_gradient_descent_to_the_bit(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola a, b;
    Objective fa = parabola_objective(arena, &a, 9, 3);
    Objective fb = parabola_objective(arena, &b, 9, 3);
    for (int i = 0; i < 9; i++)
        a.x[i] = b.x[i] = 1 / (real)(i + 3);
    Anneal cold = {.lr = 0.07, .temperature = 0, .cooling = 0.9, .seed = 1};
    Optimizer *anneal = anneal_new(arena, fa, cold);
    Optimizer *gd = gd_new(arena, fb, (Gd){.lr = 0.07});
    for (int i = 0; i < 20; i++) {
        optimizer_step(anneal);
        optimizer_step(gd);
        assert_same_bits(a.x, b.x, 9);
    }
    arena_free(arena);
}

/* x' = (1 - lr k) x + sqrt(2 lr T) xi keeps the variance V = (1 - lr k)^2 V + 2 lr T, so
 * V = T / (k (1 - lr k / 2)): k = 2, lr = 1/10, T = 3 give 3 / (2 0.9) = 5/3. Of 20000
 * independent numbers the variance is known to sqrt(2 / 20000) = 1 %, the mean to
 * sqrt(5/3 / 20000) = 0.009; four times that is allowed. From 0, after 60 steps,
 * 0.8^120 = 2e-12 of V is missing. */
static void annealing_settles_at_its_temperature(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola p;
    size_t n = 20000;
    Objective f = parabola_objective(arena, &p, n, 2);
    Anneal settings = {.lr = 0.1, .temperature = 3, .cooling = 1, .seed = 5};
    Optimizer *o = anneal_new(arena, f, settings);
    for (int i = 0; i < 60; i++)
        optimizer_step(o);
    double mean = 0;
    for (size_t i = 0; i < n; i++)
        mean += (double)p.x[i] / (double)n;
    assert_close(vector_dot(n, p.x, p.x) / (double)n, 5.0 / 3, 0.04, 0);
    assert_close(mean, 0, 0, 0.036);
    arena_free(arena);
}

/* With g = 0 a step is sqrt(2 lr T_t) xi. Cooling by 1/4 halves the noise in every step;
 * the same seed gives the same xi at T_0 = 1 and at T_0 = 1/4. */
static void cooling_multiplies_the_temperature_after_each_step(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola warm, cool;
    Anneal settings = {.lr = 0.5, .temperature = 1, .cooling = 0.25, .seed = 3};
    Optimizer *a = anneal_new(arena, parabola_objective(arena, &warm, 4, 0), settings);
    settings.temperature = 0.25;
    settings.cooling = 1;
    Optimizer *b = anneal_new(arena, parabola_objective(arena, &cool, 4, 0), settings);
    real before[2][4] = {0};
    for (int i = 0; i < 4; i++) {
        memcpy(before[0], warm.x, sizeof before[0]);
        memcpy(before[1], cool.x, sizeof before[1]);
        optimizer_step(a);
        optimizer_step(b);
        for (int j = 0; j < 4; j++) {
            double moved = (double)(warm.x[j] - before[0][j]);
            double reference = (double)(cool.x[j] - before[1][j]);
            assert_close(moved, reference * ldexp(2, -i), 1e-3, 1e-6);
        }
    }
    arena_free(arena);
}

/* Where the loss is flat, step t adds sqrt(2 lr T_t) xi, xi from the seed, one for each
 * number: with lr = 1/2 that is sqrt(T_t), T = 4, 1, 1/4, ... A restart begins again with
 * the same noise. */
static void every_number_gets_the_noise_of_its_turn(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola p;
    Anneal settings = {.lr = 0.5, .temperature = 4, .cooling = 0.25, .seed = 9};
    Optimizer *o = anneal_new(arena, parabola_objective(arena, &p, 5, 0), settings);
    for (int again = 0; again < 2; again++) {
        Rng rng = rng_seed(9);
        double expected[5] = {0};
        vector_scale(5, 0, p.x, p.x);
        for (int t = 0; t < 4; t++) {
            optimizer_step(o);
            for (int i = 0; i < 5; i++) {
                expected[i] += ldexp(2, -t) * rng_normal(&rng);
                assert_close(p.x[i], expected[i], 1e-5, 1e-6);
            }
        }
        optimizer_restart(o);
    }
    arena_free(arena);
}

static void no_temperature_takes_no_random_numbers(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Parabola p;
    Anneal cold = {.lr = 0.5, .temperature = 0, .cooling = 1, .seed = 9};
    Optimizer *o = anneal_new(arena, parabola_objective(arena, &p, 5, 0), cold);
    StateList list = {0};
    optimizer_state(o, &list);
    const uint64_t *random = state_find(&list, "anneal random numbers")->data;
    const uint64_t before = *random;
    optimizer_step(o);
    assert_true(*random == before);
    arena_free(arena);
}

/* Of 13 steps 4 are warm-up: 1/4, 2/4, 3/4, 4/4; step 4 is at the top; step 8 is half-way
 * to 12, where the cosine is 0: (1 + 1/100) / 2. */
static void a_warm_up_is_a_line_and_then_a_cosine(void **state) {
    (void)state;
    const Schedule s = schedule_warm_cosine(1, 4, 13),
                   cold = schedule_warm_cosine(2, 0, 1);
    for (int i = 0; i < 4; i++)
        assert_close(schedule_rate(&s, i), (i + 1) / 4.0, 1e-12, 0);
    assert_close(schedule_rate(&s, 4), 1, 1e-12, 0);
    assert_close(schedule_rate(&s, 8), 0.505, 1e-12, 0);
    assert_close(schedule_rate(&s, 12), 0.01, 1e-12, 0);
    assert_close(schedule_rate(&s, 99), 0.01, 1e-12, 0);
    assert_close(schedule_rate(&cold, 0), 2, 1e-12, 0);
}

/* Of 40 steps, 0.3 40 - 1 = 11 lead up and 28 down. Half a cosine is 0 at its start, 1/2
 * in the middle, 1 at its end, and (1 - sqrt(1/2)) / 2 after a quarter. PyTorch's
 * OneCycleLR with max_lr = 1 has the same numbers. */
static void one_cycle_climbs_and_falls_along_two_cosines(void **state) {
    (void)state;
    Schedule s = schedule_one_cycle(1, 40), ten = schedule_one_cycle(2, 10);
    const double low = 1 / 25.0, end = 1 / 25e4, quarter = (1 - sqrt(0.5)) / 2;
    assert_close(schedule_rate(&s, 0), low, 1e-14, 0);
    assert_close(schedule_rate(&s, 11), 1, 1e-14, 0);
    assert_close(schedule_rate(&s, 18), 1 + (end - 1) * quarter, 1e-14, 0);
    assert_close(schedule_rate(&s, 25), (1 + end) / 2, 1e-14, 0);
    assert_close(schedule_rate(&s, 32), end + (1 - end) * quarter, 1e-14, 0);
    assert_close(schedule_rate(&s, 39), end, 1e-10, 0);
    assert_close(schedule_rate(&s, 1000), end, 1e-10, 0);
    assert_close(schedule_rate(&ten, 1), 2 * (1 + low) / 2, 1e-14, 0);
    assert_close(schedule_rate(&ten, 2), 2, 1e-14, 0);
}

static void schedules_give_the_rates_of_their_formulas(void **state) {
    (void)state;
    Schedule constant = schedule_constant(0.5), drop = schedule_drop(3, 180, 0.1, true);
    Schedule smooth = schedule_exponential(8, 0.25, 10);
    Schedule stairs = schedule_staircase(8, 0.25, 10);
    assert_close(schedule_rate(&constant, 1000), 0.5, 0, 0);
    assert_close(schedule_rate(&drop, 179), 3, 0, 0);
    assert_close(schedule_rate(&drop, 180), 0.1, 0, 0);
    assert_close(schedule_rate(&smooth, 5), 4, 1e-15, 0); /* 8 / sqrt(4) */
    assert_close(schedule_rate(&smooth, 20), 0.5, 1e-15, 0);
    assert_close(schedule_rate(&stairs, 9), 8, 0, 0);
    assert_close(schedule_rate(&stairs, 10), 2, 0, 0);
}

/* Long enough for several threads: threads_over() of 8192 numbers is all of them. */
static void run_on(int threads, real *x, size_t n) {
    Arena *arena = arena_new();
    Parabola p;
    Objective f = parabola_objective(arena, &p, n, 1);
    Rng rng = rng_seed(11);
    tensor_fill_normal((Tensor){{1, 1, 1, (int)n}, p.x}, &rng, 0, 1);
    int before = threads_count();
    threads_set(threads);
    Optimizer *adam = adam_new(arena, f, ADAM_DEFAULTS);
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 0.3;
    Optimizer *lbfgs = lbfgs_new(arena, f, settings);
    for (int i = 0; i < 3; i++)
        optimizer_step(adam), optimizer_step(lbfgs);
    threads_set(before);
    vector_copy(n, p.x, x);
    arena_free(arena);
}

static void the_number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    Arena *arena = arena_new();
    size_t n = 32768 + 7;
    real *one = ARENA_NEW(arena, real, n), *two = ARENA_NEW(arena, real, n);
    run_on(1, one, n);
    run_on(2, two, n);
    assert_same_bits(one, two, n);
    run_on(3, two, n);
    assert_same_bits(one, two, n);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(momentum_by_hand),
        cmocka_unit_test(a_new_adam_moves_every_number_by_its_rate),
        cmocka_unit_test(no_temperature_is_gradient_descent_to_the_bit),
        cmocka_unit_test(annealing_settles_at_its_temperature),
        cmocka_unit_test(cooling_multiplies_the_temperature_after_each_step),
        cmocka_unit_test(every_number_gets_the_noise_of_its_turn),
        cmocka_unit_test(no_temperature_takes_no_random_numbers),
        cmocka_unit_test(one_cycle_climbs_and_falls_along_two_cosines),
        cmocka_unit_test(a_warm_up_is_a_line_and_then_a_cosine),
        cmocka_unit_test(schedules_give_the_rates_of_their_formulas),
        cmocka_unit_test(the_number_of_threads_does_not_change_a_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
