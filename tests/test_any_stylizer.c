/* Any style in one pass: parts and the whole, alpha, mixtures, and what is refused. The
 * networks are random: nothing that is tested depends on what they have learned. */
#include "transfer/any_stylizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/threads.h"
#include "tests/networks.h"

static Network *features;
static Decoder *decoder;

static int begin(void **state) {
    setup(state);
    features = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_padding(features, PADDING_REFLECT);
    network_random(features, 3);
    decoder = decoder_new(arena);
    decoder_random(decoder, 4);
    return 0;
}

/* Waves, darker to the right, and noise: no part is like the whole. */
static Tensor picture(uint64_t seed, int h, int w) {
    Tensor t = tensor_alloc(arena, (Shape){1, 3, h, w});
    Rng rng = rng_seed(seed);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                const double wave = sin(0.05 * j * (double)(1 + c)) * cos(0.1 * i);
                const double dark = 0.6 * j / w, noise = 0.2 * rng_uniform(&rng);
                const int v = (int)(255 * (0.65 - dark + 0.15 * wave + noise));
                *tensor_at(t, 0, c, i, j) = (real)(abs(v) % 256 / 255.0);
            }
    return t;
}

static ImageRgb bytes_of(Tensor t) {
    const int pixels = t.shape.h * t.shape.w;
    const ImageRgb out = {t.shape.w, t.shape.h, arena_alloc(arena, 3 * (size_t)pixels)};
    for (int i = 0; i < 3 * pixels; i++) {
        const double v = (double)t.data[i % 3 * pixels + i / 3];
        out.rgb[i] = (uint8_t)(255 * v + 0.5);
    }
    return out;
}

static AnyStylizer *stylizer_of(Tensor painting) {
    AnyStylizer *s = any_stylizer_new(features, decoder);
    if (!any_stylizer_add(s, painting, 1, &err)) fail_msg("%s", err.text);
    return s;
}

/* A picture that outlives the stylizer. */
static Tensor painted(AnyStylizer *s, Tensor photo) {
    Tensor out;
    if (!any_stylizer_paint(s, photo, &out, &err)) fail_msg("%s", err.text);
    assert_true(shape_equal(out.shape, photo.shape));
    return tensor_clone(arena, out);
}

static void check_parts(AnyStylizer *s, Tensor photo, int tile) {
    const ImageRgb in = bytes_of(photo), whole = bytes_of(painted(s, photo));
    const ImageRgb out = bytes_of(photo);
    assert_true(any_stylizer_paint_parts(s, &in, &out, tile, false, &err));
    int most = 0;
    for (int i = 0; i < 3 * in.w * in.h; i++) {
        const int apart = abs(out.rgb[i] - whole.rgb[i]);
        if (apart > most) most = apart;
    }
    assert_true(most <= 1);
}

/* 3 x 2 parts, the last ones small; sides that are no multiples of 8. */
static void parts_are_the_whole(void **state) {
    (void)state;
    AnyStylizer *s = stylizer_of(picture(2, 40, 56));
    check_parts(s, picture(1, 290, 206), 128);
    any_stylizer_alpha(s, 0.4);
    check_parts(s, picture(1, 150, 270), 128);
    check_parts(s, picture(1, 150, 100), 256);
    any_stylizer_free(s);
}

/* The light of a part is relative to the whole photograph, which is darker to the right. */
static void parts_have_the_light_of_the_whole(void **state) {
    (void)state;
    decoder_set_light(decoder, 0.7);
    AnyStylizer *s = stylizer_of(picture(2, 40, 56));
    check_parts(s, picture(1, 290, 206), 128);
    any_stylizer_alpha(s, 0.4);
    check_parts(s, picture(1, 150, 270), 128);
    any_stylizer_free(s);
}

/* The mean of all colours in columns from .. to - 1. */
static double mean_of(Tensor t, int from, int to) {
    double sum = 0;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < t.shape.h; i++)
            for (int j = from; j < to; j++)
                sum += (double)*tensor_at(t, 0, c, i, j);
    return sum / (3 * t.shape.h * (to - from));
}

/* A painting with colours far from black and white, so that none is cut off. The mean of l
 * is 0, and enlarging keeps it. */
static void light_areas_are_lighter_and_dark_ones_darker(void **state) {
    (void)state;
    const Tensor photo = picture(1, 64, 96), painting = picture(2, 40, 56);
    for (size_t i = 0; i < shape_size(painting.shape); i++)
        painting.data[i] = (real)(0.5 + 0.1 * ((double)painting.data[i] - 0.5));
    AnyStylizer *s = stylizer_of(painting);
    const Tensor without = painted(s, photo);
    any_stylizer_free(s);
    decoder_set_light(decoder, 0.7);
    s = stylizer_of(painting);
    const Tensor with = painted(s, photo);
    any_stylizer_free(s);
    assert_true(mean_of(with, 0, 24) > mean_of(without, 0, 24) + 0.01);
    assert_true(mean_of(with, 72, 96) < mean_of(without, 72, 96) - 0.01);
    assert_close(mean_of(with, 0, 96), mean_of(without, 0, 96), 0, 1e-4);
}

/* The picture is extended by its last row and column. */
static void a_picture_of_any_size_is_that_of_the_extended_one(void **state) {
    (void)state;
    AnyStylizer *s = stylizer_of(picture(2, 40, 56));
    const Tensor photo = picture(1, 45, 62);
    Tensor larger = tensor_alloc(arena, (Shape){1, 3, 48, 64});
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 48; i++)
            for (int j = 0; j < 64; j++)
                *tensor_at(larger, 0, c, i, j) =
                    *tensor_at(photo, 0, c, i < 45 ? i : 44, j < 62 ? j : 61);
    const Tensor a = painted(s, photo), b = painted(s, larger);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 45; i++)
            assert_memory_equal(tensor_at(a, 0, c, i, 0), tensor_at(b, 0, c, i, 0),
                                62 * sizeof(real));
    any_stylizer_free(s);
}

/* With alpha 0 the painting does not matter, and the picture is the photograph in its own
 * manner: what alpha 1 gives when the photograph is the painting. */
static void alpha_goes_from_the_photograph_to_the_painting(void **state) {
    (void)state;
    const Tensor photo = picture(1, 40, 64);
    AnyStylizer *s = stylizer_of(picture(2, 48, 56)), *own = stylizer_of(photo);
    const Tensor full = painted(s, photo), same = painted(own, photo);
    any_stylizer_alpha(s, 0);
    const Tensor none = painted(s, photo);
    any_stylizer_alpha(s, 0.5);
    const Tensor half = painted(s, photo);
    any_stylizer_alpha(s, 1);
    const Tensor again = painted(s, photo);
    double to_none = 0, to_full = 0, between = 0;
    for (size_t i = 0; i < shape_size(photo.shape); i++) {
        to_none += fabs((double)(half.data[i] - none.data[i]));
        to_full += fabs((double)(half.data[i] - full.data[i]));
        between += fabs((double)(none.data[i] - full.data[i]));
    }
    assert_all_close(none.data, same.data, shape_size(photo.shape), 1e-3);
    assert_memory_equal(again.data, full.data, shape_size(photo.shape) * sizeof(real));
    assert_true(between > 1 && to_none < between && to_full < between);
    any_stylizer_free(s);
    any_stylizer_free(own);
}

/* A style twice is the style; and 3 : 1 is the same in either order. */
static void styles_are_mixed_by_their_weights(void **state) {
    (void)state;
    const Tensor photo = picture(1, 40, 48), a = picture(2, 40, 56),
                 b = picture(5, 64, 40);
    AnyStylizer *once = stylizer_of(a), *twice = stylizer_of(a), *ab = stylizer_of(a),
                *ba = any_stylizer_new(features, decoder);
    assert_true(any_stylizer_add(twice, a, 2.5, &err));
    assert_true(any_stylizer_add(ab, b, 3, &err));
    assert_true(any_stylizer_add(ba, b, 6, &err));
    assert_true(any_stylizer_add(ba, a, 2, &err));
    const size_t size = shape_size(photo.shape);
    const Tensor x = painted(once, photo), y = painted(ab, photo);
    assert_all_close(painted(twice, photo).data, x.data, size, 1e-4);
    assert_all_close(painted(ba, photo).data, y.data, size, 1e-4);
    assert_memory_not_equal(x.data, y.data, size * sizeof(real));
    any_stylizer_free(once);
    any_stylizer_free(twice);
    any_stylizer_free(ab);
    any_stylizer_free(ba);
}

static void the_number_of_threads_changes_no_bit(void **state) {
    (void)state;
    const Tensor photo = picture(1, 136, 140), painting = picture(2, 64, 72);
    threads_set(1);
    AnyStylizer *s = stylizer_of(painting);
    const Tensor one = painted(s, photo);
    any_stylizer_free(s);
    threads_set(3);
    s = stylizer_of(painting);
    const Tensor three = painted(s, photo);
    any_stylizer_free(s);
    assert_memory_equal(one.data, three.data, shape_size(one.shape) * sizeof(real));
}

static void the_forecast_is_what_tapes_hold(void **state) {
    (void)state;
    AnyStylizer *s = stylizer_of(picture(2, 40, 56));
    const size_t small = any_stylizer_bytes(s, 128, 128),
                 large = any_stylizer_bytes(s, 256, 256);
    /* At least the picture and its features; four times the pixels, and what does not
     * grow with them. */
    assert_true(small > (3 + 8) * 128 * 128 * sizeof(real));
    assert_true(large > 2 * small && large < 5 * small);
    assert_true(any_stylizer_part_bytes(s, 128) >= large);
    any_stylizer_free(s);
    decoder_set_light(decoder, 0.7);
    s = stylizer_of(picture(2, 40, 56));
    assert_true(any_stylizer_bytes(s, 256, 256) >= large + 64 * 64 * sizeof(real));
    any_stylizer_free(s);
}

static void what_is_too_small_is_refused(void **state) {
    (void)state;
    Tensor out;
    AnyStylizer *s = any_stylizer_new(features, decoder);
    assert_false(any_stylizer_add(s, picture(1, 15, 40), 1, &err));
    assert_non_null(strstr(err.text, "the painting is too small: any style needs at "
                                     "least 16 x 16 pixels, got 40 x 15"));
    assert_true(any_stylizer_add(s, picture(1, 16, 16), 1, &err));
    assert_false(any_stylizer_paint(s, picture(1, 40, 15), &out, &err));
    assert_non_null(strstr(err.text, "the photograph is too small"));
    assert_true(any_stylizer_paint(s, picture(1, 16, 16), &out, &err));
    any_stylizer_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_are_the_whole, begin, teardown),
        cmocka_unit_test_setup_teardown(parts_have_the_light_of_the_whole, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(light_areas_are_lighter_and_dark_ones_darker,
                                        begin, teardown),
        cmocka_unit_test_setup_teardown(a_picture_of_any_size_is_that_of_the_extended_one,
                                        begin, teardown),
        cmocka_unit_test_setup_teardown(alpha_goes_from_the_photograph_to_the_painting,
                                        begin, teardown),
        cmocka_unit_test_setup_teardown(styles_are_mixed_by_their_weights, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_number_of_threads_changes_no_bit, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_forecast_is_what_tapes_hold, begin, teardown),
        cmocka_unit_test_setup_teardown(what_is_too_small_is_refused, begin, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
