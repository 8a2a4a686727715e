/* Optical flow: the solver against the tape, motions that are known, and what threads
 * change: nothing. */
#include "flow/flow.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "flow/sweep.h"
#include "flow/warp_step.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tensor/threads.h"
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

/* ---- Motions ---- */

/* Waves of several lengths and directions: no place looks like another. `c` is a
 * channel. */
static double texture(double y, double x, int c) {
    return 0.5 + 0.16 * sin(0.07 * x + 0.05 * y + c) + 0.12 * sin(0.04 * x - 0.08 * y) +
           0.06 * sin(0.31 * x + 0.22 * y + c) + 0.06 * sin(0.17 * y - 0.45 * x) +
           0.04 * cos(0.61 * y + 0.11 * x + 2 * c);
}

/* The flow at a place, from the centre. */
typedef void Motion(double y, double x, double *v, double *u);

static void shifted(double y, double x, double *v, double *u) {
    (void)y, (void)x;
    *u = 3.3;
    *v = -1.7;
}

static void far(double y, double x, double *v, double *u) {
    (void)y, (void)x;
    *u = 9;
    *v = 5;
}

/* By 0.03, about 1.7 degrees. */
static void turned(double y, double x, double *v, double *u) {
    *u = cos(0.03) * x - sin(0.03) * y - x;
    *v = sin(0.03) * x + cos(0.03) * y - y;
}

static void enlarged(double y, double x, double *v, double *u) {
    *u = 0.04 * x;
    *v = 0.04 * y;
}

/* `to` is the texture, `from` the texture at p + flow(p): exact between pixels, too. */
typedef struct Film {
    Tensor from, to, flow;
} Film;

static Film film_of(Motion *motion, int h, int w) {
    Film film = {tensor_alloc(arena, (Shape){1, 3, h, w}),
                 tensor_alloc(arena, (Shape){1, 3, h, w}),
                 tensor_alloc(arena, (Shape){1, 2, h, w})};
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            double u, v;
            motion(i - h / 2, j - w / 2, &v, &u);
            *tensor_at(film.flow, 0, 0, i, j) = (real)u;
            *tensor_at(film.flow, 0, 1, i, j) = (real)v;
            for (int c = 0; c < 3; c++) {
                *tensor_at(film.to, 0, c, i, j) = (real)texture(i, j, c);
                *tensor_at(film.from, 0, c, i, j) = (real)texture(i + v, j + u, c);
            }
        }
    return film;
}

/* The mean distance of two flows, not counting `border` pixels on each side. */
static double endpoint_error(Tensor a, Tensor b, int border) {
    double sum = 0;
    int count = 0;
    for (int i = border; i < a.shape.h - border; i++)
        for (int j = border; j < a.shape.w - border; j++, count++)
            sum += hypot((double)(*tensor_at(a, 0, 0, i, j) - *tensor_at(b, 0, 0, i, j)),
                         (double)(*tensor_at(a, 0, 1, i, j) - *tensor_at(b, 0, 1, i, j)));
    return sum / count;
}

/* Bars in pixels. */
static void known_motions_are_found(void **state) {
    (void)state;
    const struct {
        Motion *motion;
        double bar, quick;
    } rows[] = {{shifted, 0.02, 0.04},
                {far, 0.02, 0.05},
                {turned, 0.03, 0.05},
                {enlarged, 0.03, 0.05}};
    for (int k = 0; k < 4; k++) {
        const Film film = film_of(rows[k].motion, 120, 160);
        const Tensor flow = flow_estimate(arena, film.from, film.to, &flow_usual);
        const Tensor quick = flow_estimate(arena, film.from, film.to, &flow_quick);
        const double error = endpoint_error(flow, film.flow, 16);
        const double quick_error = endpoint_error(quick, film.flow, 16);
        if (error > rows[k].bar || quick_error > rows[k].quick)
            fail_msg("motion %d: errors %g and %g", k, error, quick_error);
    }
}

/* The energy before I2 was replaced by its tangent, on the tape: what is found has less of
 * it than standing still. What is left of the difference of the pictures lies at the edges,
 * which the rotation moves out, and in bilinear interpolation. */
static void the_flow_lowers_the_energy_of_horn_and_schunck(void **state) {
    (void)state;
    const Film film = film_of(turned, 60, 80);
    const Tensor flow = flow_estimate(arena, film.from, film.to, &flow_usual);
    double energy[2], rest[2];
    for (int k = 0; k < 2; k++) {
        Tape *tape = tape_new();
        Node *f = tape_variable(tape, k ? flow : tensor_alloc(arena, flow.shape));
        Node *to = tape_constant(tape, film.to), *from = tape_constant(tape, film.from);
        Node *d = ag_scale(ag_sub(ag_warp(to, f), from), (Scale){255});
        Node *data = ag_sum(ag_square(d)), *rough = ag_tv_squares(f);
        Node *total = ag_add(data, ag_scale(rough, (Scale){flow_usual.smoothness}));
        rest[k] = (double)node_scalar(data);
        energy[k] = (double)node_scalar(total);
        tape_free(tape);
    }
    assert_true(energy[1] < 0.1 * energy[0]);
    assert_true(rest[1] < 0.05 * rest[0]);
}

static void pictures_that_are_the_same_do_not_move(void **state) {
    (void)state;
    const Film film = film_of(shifted, 40, 50);
    const Tensor flow = flow_estimate(arena, film.to, film.to, &flow_usual);
    assert_true(largest(flow.data, shape_size(flow.shape)) == 0);
}

/* Any size, also where no coarser one fits, and the window of the median is larger. */
static void small_pictures_have_a_flow(void **state) {
    (void)state;
    const int sides[][2] = {{1, 1}, {1, 9}, {7, 2}, {3, 3}, {5, 17}, {31, 29}};
    for (int k = 0; k < 6; k++) {
        const Film film = film_of(shifted, sides[k][0], sides[k][1]);
        const Tensor flow = flow_estimate(arena, film.from, film.to, &flow_usual);
        assert_true(tensor_finite(flow));
    }
}

static Tensor flow_with(int threads, const Film *film, FlowPair *both) {
    threads_set(threads);
    *both = flow_both(arena, film->from, film->to, &flow_usual);
    return flow_estimate(arena, film->to, film->from, &flow_usual);
}

static void threads_do_not_change_a_bit(void **state) {
    (void)state;
    const Film film = film_of(turned, 190, 203);
    const int before = threads_count();
    FlowPair one, some;
    const Tensor back = flow_with(1, &film, &one);
    const size_t size = shape_size(back.shape);
    assert_same_bits(one.backward.data, back.data, size);
    for (int threads = 2; threads <= 3; threads++) {
        const Tensor again = flow_with(threads, &film, &some);
        assert_same_bits(again.data, back.data, size);
        assert_same_bits(some.forward.data, one.forward.data, size);
        assert_same_bits(some.backward.data, back.data, size);
    }
    threads_set(before);
}

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
        TEST(known_motions_are_found),
        TEST(the_flow_lowers_the_energy_of_horn_and_schunck),
        TEST(pictures_that_are_the_same_do_not_move),
        TEST(small_pictures_have_a_flow),
        TEST(threads_do_not_change_a_bit),
        TEST(the_median_is_the_middle_of_25),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
