/* Numbers in 16 bits, and tapes that store features so until backward reads them. */
#include <math.h>
#include <string.h>

#include "losses/ops.h"
#include "tensor/threads.h"
#include "tests/planned.h"

/* ---- Numbers ---- */

#define COUNT ((size_t)3 * 4096 + 17)

/* Normal numbers times powers of two from 2^-40 to 1, as deep features are: few are large. */
static Tensor spread_numbers(void) {
    Rng rng = rng_seed(5);
    Tensor x = tensor_alloc(arena, (Shape){1, 1, 1, (int)COUNT});
    tensor_fill_normal(x, &rng, 0, 1000);
    for (size_t i = 0; i < COUNT; i++)
        x.data[i] *= (real)ldexp(1, -(int)(i % 41));
    return x;
}

static void there_and_back(size_t n, const real *x, real *out) {
    real *copy = ARENA_NEW(arena, real, n);
    memcpy(copy, x, n * sizeof *x);
    halves_widen(halves_narrow(n, copy), 0, n, out);
}

/* The errors come near the bound: so it is no larger than it must be. */
static void every_number_is_within_the_bound(void **state) {
    (void)state;
    const Tensor x = spread_numbers();
    real *y = ARENA_NEW(arena, real, COUNT);
    double most = 0, worst = 0;
    there_and_back(COUNT, x.data, y);
    for (size_t i = 0; i < COUNT; i++)
        most = fmax(most, fabs((double)x.data[i]));
    for (size_t i = 0; i < COUNT; i++) {
        const double size = fabs((double)x.data[i]);
        const double error = fabs((double)y[i] - (double)x.data[i]);
        const double bound = fmax(HALVES_ROUNDING * size, HALVES_TINY * most);
        if (error > bound) fail_msg("%g became %g", (double)x.data[i], (double)y[i]);
        worst = fmax(worst, error / bound);
    }
    assert_true(worst > 0.95);
}

/* 11 significant bits: 2047 is exact. Of a tie the even neighbour is taken. */
static void eleven_bits_are_exact_and_ties_go_to_even(void **state) {
    (void)state;
    const real in[] = {2047, -1, 0, 2049, 2051, -2049, (real)0.03125, 4096};
    const real out[] = {2047, -1, 0, 2048, 2052, -2048, (real)0.03125, 4096};
    real y[8];
    there_and_back(8, in, y);
    for (int i = 0; i < 8; i++)
        assert_true(y[i] == out[i]);
}

static void any_scale_and_zeros_survive(void **state) {
    (void)state;
    const real scales[] = {(real)1e-20, 1, (real)1e30};
    for (int k = 0; k < 3; k++) {
        const real in[] = {scales[k], -scales[k] / 3, 0};
        real y[3];
        there_and_back(3, in, y);
        for (int i = 0; i < 3; i++)
            assert_close((double)y[i], (double)in[i], HALVES_ROUNDING, 0);
    }
    const real zeros[2] = {0, 0};
    real y[2];
    there_and_back(2, zeros, y);
    assert_true(y[0] == 0 && y[1] == 0);
}

static void a_number_that_is_not_finite_shows(void **state) {
    (void)state;
    const real broken[] = {(real)INFINITY, (real)NAN};
    for (int k = 0; k < 2; k++) {
        const real in[] = {1, broken[k], 2};
        real y[3];
        there_and_back(3, in, y);
        assert_true(isnan(y[0]) && isnan(y[1]) && isnan(y[2]));
    }
}

static void the_number_of_threads_changes_no_bit(void **state) {
    (void)state;
    const size_t n = 40 * 4096 + 5;
    Tensor x = random_tensor((Shape){1, 1, 1, (int)n}, 3);
    real *one = ARENA_NEW(arena, real, n), *four = ARENA_NEW(arena, real, n);
    threads_set(1);
    there_and_back(n, x.data, one);
    threads_set(4);
    there_and_back(n, x.data, four);
    threads_set(2);
    assert_same_bits(one, four, n);
    for (size_t i = 0; i < n; i++)
        assert_close((double)four[i], (double)x.data[i], HALVES_ROUNDING, HALVES_TINY);
}

/* ---- Tapes ---- */

static const PlanOptions halves = {.halves = true};

/* The relative error of the gradient of x, in the Euclidean norm. */
static double gradient_error(const Graph *exact, const Graph *other) {
    double error = 0, all = 0;
    for (size_t i = 0; i < shape_size(exact->x->shape); i++) {
        const double a = (double)exact->x->grad[i], b = (double)other->x->grad[i];
        error += (a - b) * (a - b);
        all += a * a;
    }
    return sqrt(error / all);
}

static void assert_same_losses(const Graph *a, const Graph *b) {
    for (int i = 0; i < a->terms; i++)
        assert_same_bits(a->term[i]->value, b->term[i]->value, 1);
    assert_same_bits(a->loss->value, b->loss->value, 1);
}

static void check_case(const Case *c, int kept) {
    Tensor image = random_tensor((Shape){1, 3, c->h, c->w}, 1);
    Graph exact = record(tape_new_planned(), c, image);
    Graph half = record(tape_new_planned(), c, image);
    tape_plan(exact.tape, exact.loss, kept, exact.feature);
    tape_plan_with(half.tape, half.loss, kept, half.feature, halves);
    assert_no_clash(tape_planned(half.tape));
    for (int round = 0; round < 2; round++) {
        tape_forward(exact.tape);
        tape_forward(half.tape);
        assert_same_losses(&exact, &half);
        for (int i = 0; i < kept; i++)
            assert_same_bits(exact.feature[i]->value, half.feature[i]->value,
                             shape_size(exact.feature[i]->shape));
        tape_backward(exact.tape, exact.loss);
        tape_backward(half.tape, half.loss);
        const double error = gradient_error(&exact, &half);
        print_message("%s: relative error of the gradient %.2g\n", c->network, error);
        assert_true(error > 0 && error < HALVES_ROUNDING);
    }
    tape_free(exact.tape);
    tape_free(half.tape);
}

static void losses_are_the_same_and_gradients_near(void **state) {
    (void)state;
    Case large = vgg, squeezenet = fire;
    large.h = large.w = 40;
    check_case(&large, 0);
    check_case(&large, 1);
    check_case(&squeezenet, 0);
    squeezenet.pooling = POOL_AVG;
    check_case(&squeezenet, 2);
}

/* Four features of the same size wait for backward; the shallowest part of the network
 * alone takes two of these in floats in its backward pass. */
static void features_in_halves_need_less_memory(void **state) {
    (void)state;
    const Case c = {
        .network = "vgg19",
        .h = 64,
        .w = 64,
        .layers = 6,
        .layer = {"conv1_1", "relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1"}};
    size_t bytes[2];
    for (int i = 0; i < 2; i++) {
        Graph g = record(tape_new_sketch(), &c, random_tensor((Shape){1, 3, 64, 64}, 1));
        tape_plan_with(g.tape, g.loss, 0, NULL, (PlanOptions){.halves = i});
        bytes[i] = tape_planned(g.tape)->bytes;
        tape_free(g.tape);
    }
    print_message("%zu bytes, in halves %zu\n", bytes[0], bytes[1]);
    assert_true(bytes[1] * 4 < bytes[0] * 3);
}

/* What the backward pass of exp reads is its value in full; so are the inputs of a node that
 * runs again. Without an op that can read halves nothing changes. */
static void what_cannot_be_read_in_halves_stays(void **state) {
    (void)state;
    Tensor x = random_tensor((Shape){1, 2, 5, 7}, 8);
    Tape *plain = tape_new(), *planned = tape_new_planned();
    Node *a = tape_variable(plain, x), *b = tape_variable(planned, x);
    Node *y = tangle(a), *z = tangle(b);
    tape_plan_with(planned, z, 0, NULL, (PlanOptions){.recompute = true, .halves = true});
    tape_forward(planned);
    tape_backward(plain, y);
    tape_backward(planned, z);
    assert_same_bits(y->value, z->value, 1);
    assert_same_bits(a->grad, b->grad, shape_size(x.shape));
    tape_free(plain);
    tape_free(planned);
}

/* ---- The bound of Gram matrices ---- */

#define GRAMS 2
#define DIVISOR 7

/* The losses of one or two Gram matrices of the same feature. Backward, that recorded last
 * fills the gradient of the feature, and the other one adds to it. */
typedef struct GramGraph {
    Node *x, *gram[GRAMS], *loss;
} GramGraph;

static GramGraph record_grams(Tape *tape, Tensor x, Tensor target, int grams) {
    GramGraph g = {.x = tape_variable(tape, x)};
    Node *feature = ag_scale(g.x, (Scale){1});
    for (int k = 0; k < grams; k++) {
        g.gram[k] = ag_gram(feature, (Gram){DIVISOR});
        Node *loss = ag_squared_distance(g.gram[k], tape_constant(tape, target),
                                         (SquaredDistance){k ? 0.125 : 0.5});
        g.loss = k ? ag_add(g.loss, loss) : loss;
    }
    return g;
}

/* |S| (u |F| + t max |F|) / k of channel i at position m of image n. */
static double bound_at(const Node *gram, Tensor x, int n, int i, int m) {
    const int c = x.shape.c, plane = x.shape.h * x.shape.w;
    const real *dg = gram->grad + n * c * c;
    double bound = 0;
    for (int j = 0; j < c; j++) {
        const double s = fabs((double)(dg[i * c + j] + dg[j * c + i]));
        const double f = fabs((double)x.data[(n * c + j) * plane + m]);
        bound += s * fmax((HALVES_ROUNDING + 8 * (double)REAL_EPSILON) * f, HALVES_TINY) /
                 DIVISOR;
    }
    return bound;
}

/* The largest error of the gradient of x, as a part of its bound. */
static double worst_error(const GramGraph *exact, const GramGraph *other, Tensor x,
                          int grams) {
    const int c = x.shape.c, plane = x.shape.h * x.shape.w;
    double worst = 0;
    for (int at = 0; at < x.shape.n * c * plane; at++) {
        double bound = 0;
        for (int k = 0; k < grams; k++)
            bound +=
                bound_at(exact->gram[k], x, at / plane / c, at / plane % c, at % plane);
        const double error =
            fabs((double)exact->x->grad[at] - (double)other->x->grad[at]);
        if (error > bound) fail_msg("element %d: %g > %g", at, error, bound);
        worst = fmax(worst, error / bound);
    }
    return worst;
}

/* dF = S F / k with S = dG + dG^T, so that |error of dF| <= |S| (u |F| + t max |F|) / k,
 * element by element; here k = 7. Some floats more for both sums. More positions than are
 * widened at a time, and two images. */
static void the_gradient_of_gram_matrices_is_within_its_bound(void **state) {
    (void)state;
    enum { N = 2, C = 5, M = 100000 };
    Tensor x = random_tensor((Shape){N, C, 100, M / 100}, 4);
    Tensor target = random_tensor((Shape){N, 1, C, C}, 6);
    for (int grams = 1; grams <= GRAMS; grams++) {
        Tape *plain = tape_new(), *planned = tape_new_planned();
        GramGraph a = record_grams(plain, x, target, grams),
                  b = record_grams(planned, x, target, grams);
        tape_plan_with(planned, b.loss, 0, NULL, halves);
        tape_backward(plain, a.loss);
        tape_backward(planned, b.loss);
        const double worst = worst_error(&a, &b, x, grams);
        print_message("%d: the largest error is %.2f of the bound\n", grams, worst);
        assert_true(worst > 0.5);
        tape_free(plain);
        tape_free(planned);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_within_the_bound),
        cmocka_unit_test(eleven_bits_are_exact_and_ties_go_to_even),
        cmocka_unit_test(any_scale_and_zeros_survive),
        cmocka_unit_test(a_number_that_is_not_finite_shows),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(losses_are_the_same_and_gradients_near),
        cmocka_unit_test(features_in_halves_need_less_memory),
        cmocka_unit_test(what_cannot_be_read_in_halves_stays),
        cmocka_unit_test(the_gradient_of_gram_matrices_is_within_its_bound),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
