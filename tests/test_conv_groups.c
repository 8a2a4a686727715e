/* Convolutions with groups and dilation are dense ones whose other weights are zeros: y
 * and all gradients, for random sizes, strides, borders, groups, and outputs per group. */
#include "tensor/kernels/kernels.h"
#include "tests/layers.h"

#ifdef REAL_DOUBLE
static const double tolerance = 1e-12;
#else
static const double tolerance = 1e-4;
#endif

/* A window may read the border only, and everything is 0. */
static void assert_near(const real *x, const real *expected, size_t n) {
    for (size_t i = 0; i < n; i++)
        assert_close(x[i], expected[i], tolerance, 10 * tolerance);
}

static int between(Rng *rng, int low, int high) {
    return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

static Node *random_node(Rng *rng, Shape shape) {
    Tensor t = tensor_alloc(arena, shape);
    tensor_fill_normal(t, rng, 0, 1);
    return tape_variable(tape, t);
}

/* Where weight (o, c, u, v) of a grouped convolution is in the dense one. */
static real *dense_at(Tensor dense, Shape w, Conv2d p, int o, int c, int u, int v) {
    const int group = o / (w.n / p.groups);
    return tensor_at(dense, o, group * w.c + c, u * p.dilation, v * p.dilation);
}

/* The same weights with zeros between the taps and for the channels of other groups. */
static Node *dense_weight(const Node *w, Conv2d p) {
    const Shape s = w->shape;
    Tensor dense =
        tensor_alloc(arena, (Shape){s.n, s.c * p.groups, (s.h - 1) * p.dilation + 1,
                                    (s.w - 1) * p.dilation + 1});
    for (int o = 0; o < s.n; o++)
        for (int c = 0; c < s.c; c++)
            for (int u = 0; u < s.h; u++)
                for (int v = 0; v < s.w; v++)
                    *dense_at(dense, s, p, o, c, u, v) =
                        *tensor_at(node_tensor(w), o, c, u, v);
    return tape_variable(tape, dense);
}

/* The gradient of the dense weight, where the grouped one has weights. */
static Tensor thinned(const Node *dense, Shape s, Conv2d p) {
    Tensor thin = tensor_alloc(arena, s);
    const Tensor gradient = {dense->shape, dense->grad};
    for (int o = 0; o < s.n; o++)
        for (int c = 0; c < s.c; c++)
            for (int u = 0; u < s.h; u++)
                for (int v = 0; v < s.w; v++)
                    *tensor_at(thin, o, c, u, v) = *dense_at(gradient, s, p, o, c, u, v);
    return thin;
}

typedef struct Case {
    Shape x, w;
    Conv2d p;
} Case;

static void compare(Rng *rng, Case k) {
    Node *x = random_node(rng, k.x), *w = random_node(rng, k.w);
    Node *b = rng_below(rng, 2) ? random_node(rng, (Shape){1, k.w.n, 1, 1}) : NULL;
    Conv2d plain = {.stride = k.p.stride, .pad = k.p.pad, .mode = k.p.mode};
    Node *dense = dense_weight(w, k.p), *y = ag_conv2d(x, w, b, k.p);
    kernels = &kernels_ref;
    Node *expected = ag_conv2d(x, dense, b, plain);
    assert_true(shape_equal(y->shape, expected->shape));
    assert_near(y->value, expected->value, shape_size(y->shape));
    Tensor seed = tensor_alloc(arena, y->shape);
    tensor_fill_normal(seed, rng, 0, 1);
    tape_backward_from(tape, expected, seed.data);
    const Tensor dx = tape_keep_grad(arena, x), dw = thinned(dense, k.w, k.p);
    kernels = &kernels_fast;
    tape_backward_from(tape, y, seed.data);
    assert_near(x->grad, dx.data, shape_size(k.x));
    assert_near(w->grad, dw.data, shape_size(k.w));
    y->op->backward(y); /* adds the same again */
    for (size_t i = 0; i < shape_size(k.x); i++)
        dx.data[i] *= 2;
    for (size_t i = 0; i < shape_size(k.w); i++)
        dw.data[i] *= 2;
    assert_near(x->grad, dx.data, shape_size(k.x));
    assert_near(w->grad, dw.data, shape_size(k.w));
}

/* Some rows are long: the loops of depthwise convolutions take eight pixels at a time. */
static Case random_case(Rng *rng, bool depthwise) {
    for (;;) {
        const int groups = between(rng, 1, 4), in = depthwise ? 1 : between(rng, 1, 3);
        const int longer = depthwise && rng_below(rng, 8) == 0 ? 6 : 1;
        Case k = {.x = {between(rng, 1, 3), groups * in, between(rng, 1, 12),
                        between(rng, 1, 40) * longer},
                  .w = {groups * between(rng, 1, 3), in, between(rng, 1, 4),
                        between(rng, 1, 4)},
                  .p = {.stride = between(rng, 1, 4),
                        .pad = between(rng, 0, 4),
                        .mode = (PadMode)rng_below(rng, 3),
                        .groups = groups,
                        .dilation = between(rng, 1, 4)}};
        const int room_h = k.x.h + 2 * k.p.pad - (k.w.h - 1) * k.p.dilation - 1;
        const int room_w = k.x.w + 2 * k.p.pad - (k.w.w - 1) * k.p.dilation - 1;
        const bool mirrors = k.p.mode != PAD_REFLECT || k.p.pad == 0 ||
                             (k.p.pad < k.x.h && k.p.pad < k.x.w);
        if (room_h >= 0 && room_w >= 0 && mirrors) return k;
    }
}

static void a_grouped_convolution_is_a_dense_one_with_zeros(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    for (int i = 0; i < 150; i++) {
        tape_free(tape);
        tape = tape_new();
        compare(&rng, random_case(&rng, false));
    }
}

static void a_depthwise_convolution_is_a_dense_one_with_zeros(void **state) {
    (void)state;
    Rng rng = rng_seed(4);
    for (int i = 0; i < 150; i++) {
        tape_free(tape);
        tape = tape_new();
        compare(&rng, random_case(&rng, true));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_grouped_convolution_is_a_dense_one_with_zeros),
        TEST(a_depthwise_convolution_is_a_dense_one_with_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
