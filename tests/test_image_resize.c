#include <math.h>

#include "io/image.h"
#include "tests/test.h"

#define EPSILON ((double)REAL_EPSILON)

/* s = 2, r = 2, the first center at 1: weights 3/4, 3/4, 1/4 over 7/4. */
static void halving_a_row_weighs_3_3_1(void **state) {
    (void)state;
    Arena *arena = arena_new();
    real x[] = {1, 2, 4, 8};
    Tensor y = image_resize(arena, (Tensor){{1, 1, 1, 4}, x}, 1, 2);
    real expected[] = {(3 * 1 + 3 * 2 + 4) / (real)7, (2 + 3 * 4 + 3 * 8) / (real)7};
    assert_all_close(y.data, expected, 2, EPSILON);
    y = image_resize(arena, (Tensor){{1, 1, 4, 1}, x}, 2, 1);
    assert_int_equal(y.shape.h, 2);
    assert_all_close(y.data, expected, 2, EPSILON);
    arena_free(arena);
}

/* s = 1/2, r = 1, centers at 1/4, 3/4, 5/4, 7/4: outside the image nothing is invented.
 */
static void doubling_a_row_interpolates(void **state) {
    (void)state;
    Arena *arena = arena_new();
    real x[] = {1, 5};
    Tensor y = image_resize(arena, (Tensor){{1, 1, 1, 2}, x}, 1, 4);
    real expected[] = {1, 2, 4, 5};
    assert_all_close(y.data, expected, 4, EPSILON);
    arena_free(arena);
}

static void the_same_size_is_the_same_picture(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){2, 4, 5, 7});
    tensor_fill_uniform(x, &rng, -1, 1);
    Tensor y = image_resize(arena, x, 5, 7);
    assert_same_bits(y.data, x.data, 2 * 4 * 5 * 7);
    arena_free(arena);
}

static void planes_do_not_mix_and_a_flat_one_stays_flat(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor x = tensor_alloc(arena, (Shape){2, 3, 9, 11});
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] = (real)(1 + i / 99);
    const int sides[][2] = {{4, 5}, {20, 3}, {1, 1}, {9, 30}};
    for (int k = 0; k < 4; k++) {
        Tensor y = image_resize(arena, x, sides[k][0], sides[k][1]);
        size_t plane = (size_t)sides[k][0] * (size_t)sides[k][1];
        for (size_t i = 0; i < 6 * plane; i++)
            assert_close(y.data[i], 1 + i / plane, 4 * EPSILON, 0);
    }
    arena_free(arena);
}

/* A chessboard of single pixels is grey when seen from afar; without the wide triangle it
 * would be black, white or a coarser chessboard. Away from the border, with s = 4 and
 * equal weights for odd and even pixels, it is 1/2 exactly. */
static void a_fine_chessboard_becomes_grey(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor x = tensor_alloc(arena, (Shape){1, 1, 64, 64});
    for (int i = 0; i < 64 * 64; i++)
        x.data[i] = (real)((i / 64 + i) % 2);
    Tensor y = image_resize(arena, x, 16, 16);
    for (int i = 1; i < 15; i++)
        for (int j = 1; j < 15; j++)
            assert_close(y.data[i * 16 + j], 0.5, 0, 4 * EPSILON);
    arena_free(arena);
}

/* Pillow rounds to bytes after either axis, so it may be off by one grey level; the
 * mean difference distinguishes a wrong filter from rounding. See
 * bench/oracle/images.py. */
static void resizing_agrees_with_pillow_to_one_grey_level(void **state) {
    (void)state;
    const int sizes[][2] = {{16, 11}, {61, 50}, {20, 45}, {1, 1}, {37, 7}};
    Arena *arena = arena_new();
    Error err;
    Tensor source, expected;
    assert_true(image_read(arena, "tests/golden/resize_source.png", &source, &err));
    for (int k = 0; k < 5; k++) {
        char path[64];
        snprintf(path, sizeof path, "tests/golden/resize_%dx%d.png", sizes[k][0],
                 sizes[k][1]);
        assert_true(image_read(arena, path, &expected, &err));
        Tensor y = image_resize(arena, source, sizes[k][1], sizes[k][0]);
        assert_true(shape_equal(y.shape, expected.shape));
        size_t size = shape_size(y.shape);
        double total = 0;
        for (size_t i = 0; i < size; i++) {
            double off = 255 * fabs((double)y.data[i] - (double)expected.data[i]);
            assert_true(off < 1.01);
            total += off;
        }
        assert_true(total / (double)size < 0.4);
    }
    arena_free(arena);
}

/* Half of 5 is 2.5, which is rounded up. */
static void fitting_keeps_proportions_and_never_vanishes(void **state) {
    (void)state;
    const int cases[][5] = {{768, 1024, 256, 192, 256}, {1024, 768, 256, 256, 192},
                            {5, 10, 5, 3, 5},           {1, 1000, 10, 1, 10},
                            {3, 2, 300, 300, 200},      {7, 7, 1, 1, 1},
                            {481, 641, 641, 481, 641}};
    for (int i = 0; i < 7; i++) {
        Shape fit = image_fit((Shape){1, 3, cases[i][0], cases[i][1]}, cases[i][2]);
        assert_true(shape_equal(fit, (Shape){1, 3, cases[i][3], cases[i][4]}));
    }
}

static void resize_to_nothing(void *arena) {
    real x = 1;
    image_resize(arena, (Tensor){SCALAR, &x}, 0, 3);
}

static void resizing_to_no_rows_is_refused(void **state) {
    (void)state;
    Arena *arena = arena_new();
    assert_check_fails(resize_to_nothing, arena,
                       "image_resize of (1,1,1,1) to (1,1,0,3)");
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halving_a_row_weighs_3_3_1),
        cmocka_unit_test(doubling_a_row_interpolates),
        cmocka_unit_test(the_same_size_is_the_same_picture),
        cmocka_unit_test(planes_do_not_mix_and_a_flat_one_stays_flat),
        cmocka_unit_test(a_fine_chessboard_becomes_grey),
        cmocka_unit_test(resizing_agrees_with_pillow_to_one_grey_level),
        cmocka_unit_test(fitting_keeps_proportions_and_never_vanishes),
        cmocka_unit_test(resizing_to_no_rows_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
