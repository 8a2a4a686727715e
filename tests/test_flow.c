/* Optical flow: motions that are known, and what threads change: nothing. */
#include "flow/flow.h"

#include <math.h>

#include "autograd/ops.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tensor/threads.h"
#include "tests/arena.h"

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
    for (size_t k = 0; k < shape_size(flow.shape); k++)
        assert_true(flow.data[k] == 0);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(known_motions_are_found),
        TEST(the_flow_lowers_the_energy_of_horn_and_schunck),
        TEST(pictures_that_are_the_same_do_not_move),
        TEST(small_pictures_have_a_flow),
        TEST(threads_do_not_change_a_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
