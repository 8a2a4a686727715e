/* The photograph's colours, kept in two ways. */
#include <math.h>

#include "tests/arena.h"
#include "transfer/colors.h"
#include "transfer/covariance.h"

/* Channels that hang together, as those of photographs do. */
static Tensor colourful(uint64_t seed, int h, int w, double red, double blue) {
    Rng rng = rng_seed(seed);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    size_t plane = (size_t)h * (size_t)w;
    for (size_t i = 0; i < plane; i++) {
        double light = rng_uniform(&rng);
        x.data[i] = (real)(red * light + 0.1 * rng_uniform(&rng));
        x.data[plane + i] = (real)(0.5 * light + 0.2 * rng_uniform(&rng));
        x.data[2 * plane + i] = (real)(blue * light + 0.3 * rng_uniform(&rng));
    }
    return x;
}

/* I and Q of YIQ. */
static void chroma(Tensor x, size_t i, double *in_phase, double *quadrature) {
    size_t plane = (size_t)x.shape.h * (size_t)x.shape.w;
    double r = (double)x.data[i], g = (double)x.data[plane + i],
           b = (double)x.data[2 * plane + i];
    *in_phase = 0.596 * r - 0.274 * g - 0.322 * b;
    *quadrature = 0.211 * r - 0.523 * g + 0.312 * b;
}

static double luminance(Tensor x, size_t i) {
    size_t plane = (size_t)x.shape.h * (size_t)x.shape.w;
    return 0.299 * (double)x.data[i] + 0.587 * (double)x.data[plane + i] +
           0.114 * (double)x.data[2 * plane + i];
}

static void luminance_of_one_and_chroma_of_the_other_to_rounding(void **state) {
    (void)state;
    Tensor painted = colourful(1, 9, 11, 0.9, 0.1), photo = colourful(2, 9, 11, 0.3, 0.6);
    Tensor y = colors_recombine(arena, painted, photo);
    for (size_t i = 0; i < 99; i++) {
        double a, b, c, d;
        chroma(y, i, &a, &b);
        chroma(photo, i, &c, &d);
        assert_close(a, c, 0, 4 * (double)REAL_EPSILON);
        assert_close(b, d, 0, 4 * (double)REAL_EPSILON);
        assert_close(luminance(y, i), luminance(painted, i), 0, 4 * (double)REAL_EPSILON);
    }
}

/* Red has the luminance 0.299. */
static void grey_is_the_luminance_in_all_channels(void **state) {
    (void)state;
    Tensor x = tensor_alloc(arena, (Shape){1, 3, 1, 2});
    x.data[0] = 1;
    Tensor y = colors_grey(arena, x);
    for (int c = 0; c < 3; c++) {
        assert_close(y.data[2 * c], 0.299, 0, (double)REAL_EPSILON);
        assert_close(y.data[2 * c + 1], 0, 0, 0);
    }
}

static void matched_colours_have_the_mean_and_covariance_of_the_photograph(void **state) {
    (void)state;
    Tensor style = colourful(1, 13, 17, 0.9, 0.1), photo = colourful(2, 19, 11, 0.3, 0.6);
    Covariance a = covariance_of(colors_match(arena, style, photo));
    Covariance b = covariance_of(photo);
    for (int i = 0; i < 3; i++) {
        assert_close(a.mean[i], b.mean[i], 0, 10 * (double)REAL_EPSILON);
        for (int j = 0; j < 3; j++)
            assert_close(a.c[i][j], b.c[i][j], 0, 10 * (double)REAL_EPSILON);
    }
}

static void an_image_matched_to_itself_stays(void **state) {
    (void)state;
    Tensor x = colourful(3, 8, 8, 0.5, 0.5), y = colors_match(arena, x, x);
    assert_all_close(y.data, x.data, 192, 100 * (double)REAL_EPSILON);
}

/* A grey style has no colour to match; nothing is divided by zero. */
static void a_grey_style_can_be_matched(void **state) {
    (void)state;
    Tensor grey = colors_grey(arena, colourful(1, 13, 17, 0.9, 0.1)),
           photo = colourful(2, 19, 11, 0.3, 0.6);
    Tensor y = colors_match(arena, grey, photo);
    assert_true(tensor_finite(y));
    for (size_t i = 0; i < shape_size(y.shape); i++)
        assert_true(fabs((double)y.data[i]) < 10);
}

/* diag(4, 9, 1) turned by 45 degrees around the last axis: mean 6.5, difference 2.5. Its
 * root has eigenvalues 2 and 3: mean 2.5, difference 0.5. */
static void the_root_of_a_turned_diagonal(void **state) {
    (void)state;
    double c[3][3] = {{6.5, -2.5, 0}, {-2.5, 6.5, 0}, {0, 0, 1}}, root[3][3];
    covariance_power(c, 0.5, root);
    assert_close(root[0][0], 2.5, 1e-14, 0);
    assert_close(root[0][1], -0.5, 1e-14, 0);
    assert_close(root[2][2], 1, 1e-14, 0);
    covariance_power(c, -0.5, root);
    assert_close(root[0][0], (1 / 2.0 + 1 / 3.0) / 2, 1e-14, 0);
    assert_close(root[1][0], (1 / 2.0 - 1 / 3.0) / 2, 1e-14, 0);
}

static void preparing_replaces_what_the_way_of_colours_says(void **state) {
    (void)state;
    Scene plain = scene_of(colourful(1, 9, 9, 0.9, 0.1), colourful(2, 8, 8, 0.2, 0.8));
    Scene scene = plain;
    colors_prepare(arena, &scene, COLORS_STYLE);
    assert_ptr_equal(scene.style[0].image.data, plain.style[0].image.data);
    colors_prepare(arena, &scene, COLORS_MATCH);
    assert_ptr_equal(scene.content.data, plain.content.data);
    assert_ptr_not_equal(scene.style[0].image.data, plain.style[0].image.data);
    scene = plain;
    colors_prepare(arena, &scene, COLORS_LUMINANCE);
    Covariance content = covariance_of(scene.content),
               style = covariance_of(scene.style[0].image);
    assert_close(content.c[0][1], content.c[0][0], 1e-5, 0);
    assert_close(style.mean[0], content.mean[0], 0, 10 * (double)REAL_EPSILON);
    assert_close(style.c[0][0], content.c[0][0], 1e-5, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(luminance_of_one_and_chroma_of_the_other_to_rounding),
        TEST(grey_is_the_luminance_in_all_channels),
        TEST(matched_colours_have_the_mean_and_covariance_of_the_photograph),
        TEST(an_image_matched_to_itself_stays),
        TEST(a_grey_style_can_be_matched),
        TEST(the_root_of_a_turned_diagonal),
        TEST(preparing_replaces_what_the_way_of_colours_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
