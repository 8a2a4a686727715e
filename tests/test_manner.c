/* The manner of a picture: its code, mixtures, and the map of features. */
#include "losses/manner.h"

#include <string.h>

#include "autograd/node.h"
#include "nn/network.h"
#include "tests/oracle.h"

enum { C = MANNER_CHANNELS };

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_anystyle.npz");
    return 0;
}

static void fill_power(Tensor t, uint64_t seed, double low, double high, double power) {
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(t, &rng, low, high);
    for (size_t i = 0; i < shape_size(t.shape); i++)
        t.data[i] = (real)pow((double)t.data[i], power);
}

/* Gram matrix and mean of features (c, m) at MANNER_PLACE; the rest is 0. */
static Manner manner_from(Tensor f) {
    const Manner m = manner_new(arena);
    const int count = f.shape.h * f.shape.w;
    for (int i = 0; i < C; i++)
        for (int j = 0; j < C; j++) {
            double sum = 0, mean = 0;
            for (int k = 0; k < count; k++) {
                sum += (double)f.data[i * count + k] * (double)f.data[j * count + k];
                mean += (double)f.data[i * count + k];
            }
            *tensor_at(m.gram[MANNER_AT], 0, 0, i, j) = (real)(sum / count);
            m.mean[MANNER_AT].data[i] = (real)(mean / count);
        }
    return m;
}

static Tensor golden_photo(void) {
    Tensor f = tensor_alloc(arena, (Shape){1, C, 10, 20});
    fill_power(f, 601, 0, 1, 2);
    return f;
}

static Tensor golden_painting(void) {
    Tensor f = tensor_alloc(arena, (Shape){1, C, 15, 20});
    fill_power(f, 602, 0.5, 2.5, 3);
    return f;
}

/* In float the covariance has an error of some 1e-6 of the largest square, which is 200,
 * and 0.02 was added to it. */
static void the_map_is_that_of_numpy(void **state) {
    (void)state;
    const Manner a = manner_from(golden_photo()), b = manner_from(golden_painting());
    MannerMap *m = ARENA_NEW(arena, MannerMap, 1);
    manner_map(&a, &b, m);
    const Tensor map = expected(NULL, "map"), shift = expected(NULL, "shift");
    const bool exact = sizeof(real) == sizeof(double);
    real got[C * C / 97 + 1];
    for (size_t i = 0; i < shape_size(map.shape); i++)
        got[i] = m->map[97 * i];
    assert_all_close(got, map.data, shape_size(map.shape), exact ? 1e-7 : 1e-3);
    assert_all_close(m->shift, shift.data, C, exact ? 1e-7 : 1e-3);
}

/* What was moved has the mean of the painting, and its variances but for what
 * MANNER_REST changes: T C T = P - 0.02 (T T - I), here less than a part in 100. */
static void moved_features_have_the_moments_of_the_painting(void **state) {
    (void)state;
    const Tensor f = golden_photo();
    const Manner a = manner_from(f), b = manner_from(golden_painting());
    MannerMap *m = ARENA_NEW(arena, MannerMap, 1);
    manner_map(&a, &b, m);
    Tensor moved = tensor_alloc(arena, f.shape);
    manner_apply(m, f, moved);
    const Manner c = manner_from(moved);
    assert_all_close(c.mean[MANNER_AT].data, b.mean[MANNER_AT].data, C, 1e-3);
    for (int i = 0; i < C; i++) {
        double rest = -1;
        for (int j = 0; j < C; j++)
            rest += (double)m->map[i * C + j] * (double)m->map[i * C + j];
        const double p = (double)*tensor_at(b.gram[MANNER_AT], 0, 0, i, i);
        const double q = (double)*tensor_at(c.gram[MANNER_AT], 0, 0, i, i);
        assert_true(fabs(p - MANNER_REST * rest - q) < 1e-3 * p);
    }
}

/* The same manner on both sides: y = x. */
static void a_picture_in_its_own_manner_stays(void **state) {
    (void)state;
    const Tensor f = golden_photo();
    const Manner a = manner_from(f);
    MannerMap *m = ARENA_NEW(arena, MannerMap, 1);
    manner_map(&a, &a, m);
    Tensor moved = tensor_alloc(arena, f.shape);
    manner_apply(m, f, moved);
    assert_all_close(moved.data, f.data, shape_size(f.shape), 1e-4);
}

/* Layer 0, channel 3: mean 1, square 5: log 2, log(1 + sqrt(5 - 1)) = log 3. Layer 1 begins
 * at 2 32, channel 2: mean 0, square 0; the last channel of all: mean 3, square 25. */
static void the_code_has_logarithms_of_means_and_deviations(void **state) {
    (void)state;
    real code[1280];
    const Manner m = manner_new(arena);
    m.mean[0].data[3] = 1;
    *tensor_at(m.gram[0], 0, 0, 3, 3) = 5;
    *tensor_at(m.gram[0], 0, 0, 3, 2) = 9;
    m.mean[6].data[191] = 3;
    *tensor_at(m.gram[6], 0, 0, 191, 191) = 25;
    manner_code(&m, code);
    assert_close(code[3], log(2), 1e-6, 0);
    assert_close(code[32 + 3], log(3), 1e-6, 0);
    assert_close(code[32 + 2], 0, 0, 1e-12);
    assert_close(code[64 + 2], 0, 0, 1e-12);
    assert_close(code[1280 - 1 - 192], log(4), 1e-6, 0);
    assert_close(code[1280 - 1], log(5), 1e-6, 0);
}

/* In float the covariance has an error of 1e-7, and 12 steps for a root leave 1e-4. */
static void the_palette_is_the_root_of_the_covariance(void **state) {
    (void)state;
    const Manner m = manner_new(arena);
    Tensor c = tensor_alloc(arena, (Shape){1, 3, 5, 10});
    Rng rng = rng_seed(603);
    tensor_fill_uniform(c, &rng, 0, 1);
    for (int i = 0; i < 150; i++)
        c.data[i] = (real)pow((double)c.data[i], 1 + i / 50);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0, mean = 0;
            for (int k = 0; k < 50; k++) {
                sum += (double)c.data[50 * i + k] * (double)c.data[50 * j + k] / 50;
                mean += (double)c.data[50 * i + k] / 50;
            }
            *tensor_at(m.colour_gram, 0, 0, i, j) = (real)sum;
            m.colour_mean.data[i] = (real)mean;
        }
    real palette[12];
    manner_palette(&m, palette);
    assert_all_close(palette, expected(NULL, "palette").data, 12, 1e-3);
}

/* Mean and Gram matrix of the colours. */
static void set_colours(const Manner *m, Tensor pixels) {
    const int count = pixels.shape.h * pixels.shape.w;
    tensor_fill(m->colour_gram, 0);
    tensor_fill(m->colour_mean, 0);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < count; k++) {
            const double a = (double)pixels.data[i * count + k];
            m->colour_mean.data[i] += (real)(a / count);
            for (int j = 0; j < 3; j++)
                m->colour_gram.data[3 * i + j] +=
                    (real)(a * (double)pixels.data[j * count + k] / count);
        }
}

/* Squares of 4 x 4 pixels, those of the second of two columns green with 0.8 and 0.4 in
 * turn, the others black: the mean of Y is 0.3 0.587, the mean of its squares
 * (0.64 + 0.16) / 4 0.587^2, so its deviation is sqrt(0.2 - 0.09) 0.587, and
 * l = -+ 0.3 / sqrt(0.11). */
static void the_light_is_relative_to_the_photograph(void **state) {
    (void)state;
    const Manner m = manner_new(arena);
    Tensor pixels = tensor_alloc(arena, (Shape){1, 3, 12, 8});
    Tensor l = tensor_alloc(arena, (Shape){1, 1, 3, 2});
    for (int i = 0; i < 12; i++)
        for (int j = 4; j < 8; j++)
            *tensor_at(pixels, 0, 1, i, j) = (real)((i + j) % 2 ? 0.8 : 0.4);
    set_colours(&m, pixels);
    manner_light(&m, pixels, l);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++)
            assert_close(*tensor_at(l, 0, 0, i, j), (j ? 0.3 : -0.3) / sqrt(0.11), 1e-4,
                         0);
}

/* Y = 0.299 r + 0.587 g + 0.114 b of squares that are red, green, blue and black: with
 * M the mean of the four, l is Y - M by the deviation. */
static void the_light_is_the_luminance(void **state) {
    (void)state;
    static const double y[] = {0.299, 0.587, 0.114, 0};
    const Manner m = manner_new(arena);
    Tensor pixels = tensor_alloc(arena, (Shape){1, 3, 4, 16});
    Tensor l = tensor_alloc(arena, (Shape){1, 1, 1, 4});
    double squares = 0;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                *tensor_at(pixels, 0, c, i, 4 * c + j) = 1;
    for (int k = 0; k < 4; k++)
        squares += (y[k] - 0.25) * (y[k] - 0.25) / 4;
    set_colours(&m, pixels);
    manner_light(&m, pixels, l);
    for (int k = 0; k < 4; k++)
        assert_close(l.data[k], (y[k] - 0.25) / sqrt(squares), 1e-4, 0);
}

/* All pixels 0.5, one square 0.5 + 1/255: 1/255/0.02 is 0.196, and a 16th of it less. */
static void a_flat_photograph_has_no_light(void **state) {
    (void)state;
    const Manner m = manner_new(arena);
    Tensor pixels = tensor_alloc(arena, (Shape){1, 3, 16, 16});
    Tensor l = tensor_alloc(arena, (Shape){1, 1, 4, 4});
    tensor_fill(pixels, 0.5);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 16; i++)
            *tensor_at(pixels, 0, c, i / 4, i % 4) += (real)(1.0 / 255);
    set_colours(&m, pixels);
    manner_light(&m, pixels, l);
    assert_close(l.data[0], 15.0 / 16 / 255 / MANNER_LIGHT_LEAST, 1e-3, 0);
    assert_close(l.data[15], -1.0 / 16 / 255 / MANNER_LIGHT_LEAST, 1e-2, 0);
}

/* 0.25 times 8 and 0.75 times 4 are 5. */
static void a_mixture_is_a_mean(void **state) {
    (void)state;
    const Manner a = manner_new(arena), b = manner_new(arena), m = manner_new(arena);
    for (int l = 0; l < MANNER_LAYERS; l++) {
        tensor_fill(a.gram[l], 8);
        tensor_fill(b.gram[l], 4);
        tensor_fill(a.mean[l], 2);
        tensor_fill(m.gram[l], 77);
        tensor_fill(m.mean[l], 77);
    }
    tensor_fill(a.colour_gram, 8);
    tensor_fill(b.colour_gram, 4);
    tensor_fill(b.colour_mean, 4);
    manner_mix(m, 2, (Manner[]){a, b}, (double[]){0.25, 0.75});
    assert_close(m.colour_gram.data[8], 5, 1e-6, 0);
    assert_close(m.colour_mean.data[2], 3, 1e-6, 0);
    for (int l = 0; l < MANNER_LAYERS; l++) {
        assert_close(m.gram[l].data[shape_size(m.gram[l].shape) - 1], 5, 1e-6, 0);
        assert_close(m.mean[l].data[manner_channels(l) - 1], 0.5, 1e-6, 0);
    }
}

/* Means and squares of the features themselves, of the second of two images. */
static void a_manner_is_read_from_the_features(void **state) {
    (void)state;
    Error err;
    MannerNodes nodes;
    Network *paintnet = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_random(paintnet, 4);
    Tensor images = tensor_alloc(arena, (Shape){2, 3, 16, 24});
    Rng rng = rng_seed(3);
    tensor_fill_uniform(images, &rng, 0, 1);
    assert_true(manner_record(paintnet, tape, tape_constant(tape, images), &nodes, &err));
    const Manner m = manner_of(&nodes, 1);
    Tensor f = node_tensor(nodes.features);
    assert_true(shape_equal(f.shape, (Shape){2, C, 4, 6}));
    f.shape.n = 1;
    f.data += shape_size(f.shape);
    const Manner found = manner_from(f);
    assert_all_close(m.gram[MANNER_AT].data, found.gram[MANNER_AT].data, C * C, 1e-5);
    assert_all_close(m.mean[MANNER_AT].data, found.mean[MANNER_AT].data, C, 1e-5);
}

static void a_picture_that_is_too_small_is_refused(void **state) {
    (void)state;
    Error err;
    MannerNodes nodes;
    Network *paintnet = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_random(paintnet, 4);
    Tensor image = tensor_alloc(arena, (Shape){1, 3, 7, 24});
    assert_false(manner_record(paintnet, tape, tape_constant(tape, image), &nodes, &err));
    assert_non_null(strstr(err.text, "too small"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_map_is_that_of_numpy, begin, oracle_close),
        cmocka_unit_test_setup_teardown(moved_features_have_the_moments_of_the_painting,
                                        begin, oracle_close),
        cmocka_unit_test_setup_teardown(a_picture_in_its_own_manner_stays, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_code_has_logarithms_of_means_and_deviations,
                                        begin, oracle_close),
        cmocka_unit_test_setup_teardown(the_palette_is_the_root_of_the_covariance, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_light_is_relative_to_the_photograph, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_light_is_the_luminance, begin, oracle_close),
        cmocka_unit_test_setup_teardown(a_flat_photograph_has_no_light, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_mixture_is_a_mean, begin, oracle_close),
        cmocka_unit_test_setup_teardown(a_manner_is_read_from_the_features, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_picture_that_is_too_small_is_refused, begin,
                                        oracle_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
