/* The equations of optical flow, their solver and the median between two steps: against the
 * tape, slopes of polynomials, and sorting. */
#include "flow/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "flow/warp_step.h"
#include "losses/ops.h"
#include "tests/arena.h"

/* ---- The Euler-Lagrange equations, from the tape ---- */

enum { H = 9, W = 12 };
static const double smoothness = 3;

/* The quadratic energy of sweep.h, recorded. */
typedef struct Energy {
    Tape *tape;
    Node *a, *b, *c, *u, *v, *total;
} Energy;

static Node *random_leaf(Tape *tape, Rng *rng, bool variable) {
    Tensor x = tensor_alloc(arena, (Shape){1, 1, H, W});
    tensor_fill_uniform(x, rng, -2, 2);
    return variable ? tape_variable(tape, x) : tape_constant(tape, x);
}

/* E = sum (a u + b v + c)^2 + s (sum of squared differences of u and of v) */
static Energy energy_new(uint64_t seed) {
    Rng rng = rng_seed(seed);
    Energy e = {.tape = tape_new()};
    e.a = random_leaf(e.tape, &rng, false);
    e.b = random_leaf(e.tape, &rng, false);
    e.c = random_leaf(e.tape, &rng, false);
    e.u = random_leaf(e.tape, &rng, true);
    e.v = random_leaf(e.tape, &rng, true);
    Node *rest = ag_add(ag_add(ag_mul(e.a, e.u), ag_mul(e.b, e.v)), e.c);
    Node *rough = ag_add(ag_tv_squares(e.u), ag_tv_squares(e.v));
    e.total = ag_add(ag_sum(ag_square(rest)), ag_scale(rough, (Scale){smoothness}));
    return e;
}

static System system_of(const Energy *e) {
    System system = system_alloc(arena, H, W, smoothness);
    for (int i = 0; i < H; i++)
        for (int j = 0; j < W; j++)
            system_set(&system, i, j, e->a->value[i * W + j], e->b->value[i * W + j],
                       e->c->value[i * W + j]);
    system_take(&system, system.u, (Plane){H, W, e->u->value});
    system_take(&system, system.v, (Plane){H, W, e->v->value});
    return system;
}

/* The solution so far becomes that of the tape, which computes its gradient. */
static void put_back(Energy *e, const System *system) {
    system_give(system, system->u, (Plane){H, W, e->u->value});
    system_give(system, system->v, (Plane){H, W, e->v->value});
    tape_forward(e->tape);
    tape_backward(e->tape, e->total);
}

static double largest(const real *x, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++)
        if (!(fabs((double)x[k]) <= most)) most = fabs((double)x[k]); /* NaN, too */
    return most;
}

static void the_gradient_of_the_energy_is_right(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    Energy e = energy_new(1);
    GradCheck check = gradcheck(e.tape, e.total, 1e-4);
    if (!gradcheck_passed(&check, 1e-6)) {
        gradcheck_print(&check, stderr);
        fail();
    }
    tape_free(e.tape);
#endif
}

/* Half of the gradient is the residual of the equations of sweep.h, written out here. */
static void the_equations_are_the_gradient_of_the_energy(void **state) {
    (void)state;
    Energy e = energy_new(2);
    tape_backward(e.tape, e.total);
    const real *u = e.u->value, *v = e.v->value;
    real du[H * W], dv[H * W];
    for (int i = 0; i < H; i++)
        for (int j = 0; j < W; j++) {
            const int k = i * W + j;
            const int near[4] = {i > 0 ? k - W : k, i + 1 < H ? k + W : k,
                                 j > 0 ? k - 1 : k, j + 1 < W ? k + 1 : k};
            const real a = e.a->value[k], b = e.b->value[k];
            const real rest = a * u[k] + b * v[k] + e.c->value[k];
            du[k] = 2 * a * rest;
            dv[k] = 2 * b * rest;
            for (int q = 0; q < 4; q++) {
                du[k] -= 2 * (real)smoothness * (u[near[q]] - u[k]);
                dv[k] -= 2 * (real)smoothness * (v[near[q]] - v[k]);
            }
        }
    const double close = 100 * (double)REAL_EPSILON;
    assert_all_close(e.u->grad, du, H * W, close);
    assert_all_close(e.v->grad, dv, H * W, close);
    tape_free(e.tape);
}

/* One sweep without over-relaxation ends with the black squares: each of them, inside the
 * picture, solves its two equations with the neighbours that it has now. */
static void a_sweep_solves_the_equations_of_black_squares(void **state) {
    (void)state;
    Energy e = energy_new(3);
    System system = system_of(&e);
    system_sweep(&system, 1, 1);
    put_back(&e, &system);
    int red_unsolved = 0;
    for (int i = 1; i + 1 < H; i++)
        for (int j = 1; j + 1 < W; j++) {
            const double most = fmax(fabs((double)e.u->grad[i * W + j]),
                                     fabs((double)e.v->grad[i * W + j]));
            if ((i + j) % 2 == 1) assert_true(most < 300 * (double)REAL_EPSILON);
            red_unsolved += (i + j) % 2 == 0 && most > 0.1;
        }
    assert_true(red_unsolved > 20);
    tape_free(e.tape);
}

static void the_solver_ends_where_the_gradient_is_0(void **state) {
    (void)state;
    Energy e = energy_new(4);
    System system = system_of(&e);
    tape_backward(e.tape, e.total);
    assert_true(largest(e.u->grad, H * W) > 1);
    system_sweep(&system, 300, 1.6);
    put_back(&e, &system);
    assert_true(largest(e.u->grad, H * W) < 1000 * (double)REAL_EPSILON);
    assert_true(largest(e.v->grad, H * W) < 1000 * (double)REAL_EPSILON);
    tape_free(e.tape);
}

/* ---- The linear equations of a step ---- */

/* A polynomial of degree 4 and its slopes, which five points give exactly. */
static double bowl(double y, double x) {
    return 0.3 * x * x * x - 0.2 * x * x * y + 0.01 * y * y * y * y - x * y + 2;
}

static double bowl_by_x(double y, double x) {
    return 0.9 * x * x - 0.4 * x * y - y;
}

static double bowl_by_y(double y, double x) {
    return -0.2 * x * x + 0.04 * y * y * y - x;
}

static Plane plane_from(double (*value)(double y, double x), int h, int w) {
    const Plane plane = plane_alloc(arena, h, w);
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
            plane.data[i * w + j] = (real)(value ? value(i, j) : 0);
    return plane;
}

static double ramp(double y, double x) {
    return 5 * x - 3 * y + 1;
}

/* Where the flow (2, -1) leads, the second picture has bowl(y - 1, x + 2). The slopes are
 * those of the mean of that and of the first picture, a ramp. Near the edge slopes are of
 * fewer points; a pixel that the flow leads out of the picture has an equation of zeros. */
static void an_equation_has_the_slopes_of_the_middle(void **state) {
    (void)state;
    const int h = 9, w = 11;
    const Plane from = plane_from(ramp, h, w), to = plane_from(bowl, h, w);
    const Plane u = plane_from(NULL, h, w), v = plane_from(NULL, h, w);
    for (int k = 0; k < h * w; k++) {
        u.data[k] = 2;
        v.data[k] = -1;
    }
    const WarpStep step = warp_step_alloc(arena, h, w, 1);
    warp_step_linearise(&step, from, to, u, v);
    const double close = 1e4 * (double)REAL_EPSILON;
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const double a = (double)*system_at(&step.system, step.system.a, i, j);
            const double b = (double)*system_at(&step.system, step.system.b, i, j);
            const double c = (double)*system_at(&step.system, step.system.c, i, j);
            if (i < 1 || j + 2 > w - 1) {
                assert_true(a == 0 && b == 0 && c == 0);
                continue;
            }
            assert_close(c, bowl(i - 1, j + 2) - ramp(i, j) - 2 * a + b, close, close);
            /* Five points along x, then along y, that are not warped from beyond it. */
            if (j >= 2 && j + 4 < w)
                assert_close(a, (bowl_by_x(i - 1, j + 2) + 5) / 2, close, close);
            if (i >= 3 && i + 2 < h)
                assert_close(b, (bowl_by_y(i - 1, j + 2) - 3) / 2, close, close);
        }
}

/* ---- The median ---- */

static int compare(const void *a, const void *b) {
    const real x = *(const real *)a, y = *(const real *)b;
    return (x > y) - (x < y);
}

/* Against sorting, with widths below and above a vector. */
static void the_median_is_the_middle_of_25(void **state) {
    (void)state;
    for (int w = 1; w < 40; w += 6) {
        const int h = 6;
        Rng rng = rng_seed((uint64_t)w);
        Tensor x = tensor_alloc(arena, (Shape){1, 1, h, w});
        tensor_fill_uniform(x, &rng, -1, 1);
        const Tensor old = tensor_clone(arena, x);
        const WarpStep step = warp_step_alloc(arena, h, w, 1);
        warp_step_median(&step, plane_of(x, 0));
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                real window[25];
                for (int k = 0; k < 25; k++)
                    window[k] = *tensor_at(old, 0, 0, plane_inside(i + k / 5 - 2, h),
                                           plane_inside(j + k % 5 - 2, w));
                qsort(window, 25, sizeof *window, compare);
                assert_true(*tensor_at(x, 0, 0, i, j) == window[12]);
            }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_gradient_of_the_energy_is_right),
        TEST(the_equations_are_the_gradient_of_the_energy),
        TEST(a_sweep_solves_the_equations_of_black_squares),
        TEST(the_solver_ends_where_the_gradient_is_0),
        TEST(an_equation_has_the_slopes_of_the_middle),
        TEST(the_median_is_the_middle_of_25),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
