/* A border that is its image's mirror image and is not stored, against a copy of the image
 * with its border: the bits are the same. */
#include <string.h>

#include "nn/border.h"
#include "tensor/kernels/relu_signs.h"
#include "tests/kernels.h"

/* The sizes of the image with its border, and those of the image. */
typedef struct MirrorCase {
    ConvDims d;
    Shape x;
    size_t x_size, padded_size, y_size, w_size;
} MirrorCase;

static MirrorCase mirror_case(Rng *rng, int t) {
    const int m = between(rng, 1, 2), few = t % 2 ? 16 : 66;
    MirrorCase s = {.x = {between(rng, 1, 3), between(rng, 16, few), between(rng, 8, 40),
                          between(rng, 8, t % 5 ? 40 : 140)}};
    s.d = (ConvDims){.n = s.x.n,
                     .c = s.x.c,
                     .h = s.x.h + 2 * m,
                     .w = s.x.w + 2 * m,
                     .o = between(rng, 16, few),
                     .kh = 3,
                     .kw = 3,
                     .stride = 1,
                     .mirror = m};
    s.d.oh = s.d.h - 2, s.d.ow = s.d.w - 2;
    s.x_size = shape_size(s.x);
    s.padded_size = (size_t)(s.d.n * s.d.c * s.d.h * s.d.w);
    s.y_size = (size_t)(s.d.n * s.d.o * s.d.oh * s.d.ow);
    s.w_size = (size_t)(s.d.o * s.d.c * 9);
    return s;
}

static real *workspace_for(const ConvDims *d) {
    return scratch_of(kernels_fast.conv2d_workspace(d));
}

static void forward_agrees(const MirrorCase *s, Rng *rng) {
    ConvDims copied = s->d;
    copied.mirror = 0;
    const real *x = normal(rng, s->x_size), *w = normal(rng, s->w_size),
               *b = normal(rng, (size_t)s->d.o);
    real *padded = scratch_of(s->padded_size * sizeof(real));
    border_pad(PAD_REFLECT, s->x, s->d.mirror, x, padded);
    const size_t bytes = relu_signs_size((ptrdiff_t)s->d.n * s->d.o, s->d.oh, s->d.ow);
    uint8_t *signs[2] = {arena_alloc(arena, bytes), arena_alloc(arena, bytes)};
    real *y[2] = {normal(rng, s->y_size), normal(rng, s->y_size)};
    kernels_fast.conv2d_relu_forward(&copied, padded, w, b, y[0], signs[0],
                                     workspace_for(&copied));
    kernels_fast.conv2d_relu_forward(&s->d, x, w, b, y[1], signs[1],
                                     workspace_for(&s->d));
    assert_memory_equal(y[0], y[1], s->y_size * sizeof(real));
    assert_memory_equal(signs[0], signs[1], bytes);
}

static void gradients_agree(const MirrorCase *s, Rng *rng) {
    ConvDims copied = s->d;
    copied.mirror = 0;
    const bool add = rng_below(rng, 2);
    const real *x = normal(rng, s->x_size), *w = normal(rng, s->w_size),
               *dy = normal(rng, s->y_size);
    real *padded = scratch_of(s->padded_size * sizeof(real));
    real *dx[2] = {normal(rng, s->x_size)}, *dw[2] = {normal(rng, s->w_size)};
    dx[1] = copy(dx[0], s->x_size), dw[1] = copy(dw[0], s->w_size);
    kernels_fast.conv2d_backward_data(&copied, dy, w, padded, false,
                                      workspace_for(&copied));
    border_fold(PAD_REFLECT, s->x, s->d.mirror, padded, dx[0], !add);
    border_pad(PAD_REFLECT, s->x, s->d.mirror, x, padded);
    kernels_fast.conv2d_backward_weight(&copied, padded, dy, dw[0],
                                        workspace_for(&copied));
    kernels_fast.conv2d_backward_data(&s->d, dy, w, dx[1], add, workspace_for(&s->d));
    kernels_fast.conv2d_backward_weight(&s->d, x, dy, dw[1], workspace_for(&s->d));
    assert_memory_equal(dx[0], dx[1], s->x_size * sizeof(real));
    assert_memory_equal(dw[0], dw[1], s->w_size * sizeof(real));
}

static void a_mirrored_border_gives_the_bits_of_a_copy_with_it(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    for (int t = 0; t < 30; t++) {
        const MirrorCase s = mirror_case(&rng, t);
        assert_true(kernels_fast.conv2d_mirrors(&s.d));
        forward_agrees(&s, &rng);
        gradients_agree(&s, &rng);
    }
}

static void only_where_all_kernels_take_it(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    ConvDims d = mirror_case(&rng, 0).d;
    assert_true(kernels_fast.conv2d_mirrors(&d));
    d.stride = 2;
    assert_false(kernels_fast.conv2d_mirrors(&d));
    assert_null(kernels_ref.conv2d_mirrors);
    assert_null(kernels_gemm.conv2d_mirrors);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_mirrored_border_gives_the_bits_of_a_copy_with_it),
        TEST(only_where_all_kernels_take_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
