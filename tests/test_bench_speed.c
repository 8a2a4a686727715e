/* The exercise that is graded for speed: points for given times, what is written, and no
 * points for a convolution that is wrong. Nothing here depends on how fast anything is. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/check/conv_dims.h"
#include "lessons/exercises/exercise.h"
#include "lessons/speed/measure.h"
#include "lessons/speed/report.h"
#include "tensor/kernels/kernels.h"
#include "tests/test.h"

/* 2 x 32 x 32 x 9 x 56 x 56, and 2 x 64 x 64 x 9 x 28 x 28. */
#define FLOP 57802752.0

/* A student of `rate` GFLOP/s in both layers, on a machine of 200. */
static SpeedResult at(double rate) {
    const double seconds = FLOP / (rate * 1e9);
    return (SpeedResult){.threads = 1,
                         .vector = "avx2",
                         .peak = 200,
                         .right = true,
                         .rows = {{"yours", {seconds, seconds}},
                                  {"the formula", {1, 2}},
                                  {"im2col", {0.25, 0.75}},
                                  {"fast", {0, 0}}}};
}

static void operations_are_counted(void **state) {
    (void)state;
    assert_close(speed_flop(&speed_layers[0]), FLOP, 0, 0);
    assert_close(speed_flop(&speed_layers[1]), FLOP, 0, 0);
}

/* 57.8 million in 1 s, in 2 s, and twice as many in 3 s. */
static void rates_are_operations_over_seconds(void **state) {
    (void)state;
    const SpeedRow row = {"a", {1, 2}}, none = {"b", {0, 1}};
    assert_close(speed_rate(&row, 0), 0.057802752, 1e-12, 0);
    assert_close(speed_rate(&row, 1), 0.028901376, 1e-12, 0);
    assert_close(speed_total(&row), 0.115605504 / 3, 1e-12, 0);
    assert_close(speed_rate(&none, 0), 0, 0, 0);
    assert_close(speed_total(&none), 0, 0, 0);
    assert_close(speed_share(30, 120), 25, 1e-12, 0);
    assert_close(speed_share(30, 0), 0, 0, 0);
}

/* Of 200 GFLOP/s: 2 % are 4, 5 % are 10, 10 % are 20, 25 % are 50, 50 % are 100. */
static void points_follow_the_scale(void **state) {
    (void)state;
    static const struct {
        double rate;
        int points;
    } cases[] = {{0.1, 0},  {3.9, 0},  {4.1, 1},  {9.9, 1},  {10.1, 2},  {19.9, 2},
                 {20.1, 3}, {49.9, 3}, {50.1, 4}, {99.9, 4}, {100.1, 5}, {500, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const SpeedResult result = at(cases[i].rate);
        assert_int_equal(speed_points(&result), cases[i].points);
    }
}

static void nothing_wrong_or_unmeasured_has_points(void **state) {
    (void)state;
    SpeedResult result = at(150);
    result.right = false;
    assert_int_equal(speed_points(&result), 0);
    result = at(150);
    result.peak = 0;
    assert_int_equal(speed_points(&result), 0);
    result = at(150);
    result.rows[0].seconds[1] = 0;
    assert_int_equal(speed_points(&result), 0);
}

/* ---- What is written ---- */

static json_t *written(const SpeedResult *result) {
    char path[] = "/tmp/test_speed_XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_true(speed_save(path, result));
    json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    unlink(path);
    assert_non_null(all);
    return all;
}

static json_int_t integer(const json_t *object, const char *key) {
    assert_true(json_is_integer(json_object_get(object, key)));
    return json_integer_value(json_object_get(object, key));
}

static void json_has_points_and_rates(void **state) {
    (void)state;
    const SpeedResult result = at(30); /* 15 % */
    json_t *all = written(&result);
    const json_t *part = json_array_get(json_object_get(all, "parts"), 0),
                 *lines = json_object_get(part, "lines"),
                 *speed = json_object_get(all, "speed"),
                 *row = json_array_get(json_object_get(speed, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(all, "exercise")), "04_speed");
    assert_string_equal(json_string_value(json_object_get(part, "function")), "conv2d");
    assert_int_equal(integer(all, "right"), 3);
    assert_int_equal(integer(all, "total"), 5);
    assert_int_equal(integer(part, "right"), 3);
    assert_int_equal(integer(part, "points"), 5);
    assert_int_equal(json_array_size(lines), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(json_is_true(json_object_get(json_array_get(lines, i), "right")),
                         i < 3);
    assert_close(json_real_value(json_object_get(speed, "peak_gflops")), 200, 0, 0);
    assert_int_equal(json_array_size(json_object_get(speed, "layers")), 2);
    assert_int_equal(json_array_size(json_object_get(speed, "rows")), 4);
    assert_close(json_real_value(json_object_get(row, "gflops")), 30, 1e-9, 0);
    assert_close(json_real_value(json_object_get(row, "percent_of_peak")), 15, 1e-9, 0);
    json_decref(all);
}

static void json_says_what_is_wrong(void **state) {
    (void)state;
    SpeedResult result = at(30);
    result.right = false;
    snprintf(result.why[ENGLISH], STATEMENT, "y is wrong, \"everywhere\"");
    json_t *all = written(&result);
    const json_t *part = json_array_get(json_object_get(all, "parts"), 0),
                 *line = json_array_get(json_object_get(part, "lines"), 0);
    assert_int_equal(integer(all, "right"), 0);
    assert_string_equal(json_string_value(json_object_get(line, "why")),
                        result.why[ENGLISH]);
    json_decref(all);
    assert_false(speed_save("/nonexistent/speed.json", &result));
}

static void the_table_has_every_row(void **state) {
    (void)state;
    char said[4096] = "";
    FILE *out = tmpfile();
    SpeedResult result = at(30);
    assert_non_null(out);
    speed_print(out, &result);
    rewind(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    fclose(out);
    static const char *const words[] = {
        "yours ", "30.00", "15.0 %", "the formula ", "200.00", "speed: 3 of 5 points\n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(said, words[i])) fail_msg("no \"%s\" in:\n%s", words[i], said);
}

/* ---- Convolutions that are wrong ---- */

/* Right for every size: the library's, on one image. */
static void right(const Sizes *d, const real *x, const real *weight, const real *bias,
                  real *y) {
    const ConvDims dims = conv_dims(d);
    const size_t bytes = kernels_gemm.conv2d_workspace(&dims);
    void *workspace = aligned_alloc(64, (bytes + 64) / 64 * 64);
    assert_non_null(workspace);
    kernels_gemm.conv2d_forward(&dims, x, weight, bias, y, workspace);
    free(workspace);
}

static void without_bias(const Sizes *d, const real *x, const real *weight,
                         const real *bias, real *y) {
    right(d, x, weight, bias, y);
    for (int e = 0; e < d->o * d->h * d->w; e++)
        y[e] -= bias[e / d->h / d->w];
}

static void of_large_images_only(const Sizes *d, const real *x, const real *weight,
                                 const real *bias, real *y) {
    right(d, x, weight, bias, y);
    if (d->h == 56) y[d->w * d->h - 1] = 0;
}

static void writes_nothing(const Sizes *d, const real *x, const real *weight,
                           const real *bias, real *y) {
    (void)d, (void)x, (void)weight, (void)bias, (void)y;
}

/* Computes once, and then hands out what it knows already. */
static void remembers(const Sizes *d, const real *x, const real *weight, const real *bias,
                      real *y) {
    static real *known;
    const size_t bytes = (size_t)(d->o * d->h * d->w) * sizeof *y;
    if (!known) {
        known = malloc(bytes);
        assert_non_null(known);
        right(d, x, weight, bias, known);
    }
    memcpy(y, known, bytes);
}

static void blank(const Sizes *d, const real *x, const real *weight, const real *bias,
                  real *y) {
    (void)d, (void)x, (void)weight, (void)bias, (void)y;
    BLANK("seven loops");
}

/* Says how many threads a loop of a student gets. */
static void counts_threads(const Sizes *d, const real *x, const real *weight,
                           const real *bias, real *y) {
    (void)d, (void)x, (void)weight, (void)bias, (void)y;
    int threads = 0;
#pragma omp parallel reduction(+ : threads)
    threads++;
    exercise_blank(threads == 1 ? "one thread" : "threads", "of a loop");
}

static void leaves(const Sizes *d, const real *x, const real *weight, const real *bias,
                   real *y) {
    (void)d, (void)x, (void)weight, (void)bias, (void)y;
    exit(0);
}

static void wrong_ones_have_no_points(void **state) {
    (void)state;
    static const struct {
        SpeedConv *conv;
        const char *why;
    } cases[] = {{without_bias, "y is wrong for 2 channels of 5 x 7, 3 filters of 3 x 3"},
                 {writes_nothing, "y is wrong for 2 channels of 5 x 7"},
                 {of_large_images_only, "y is wrong for 32 channels of 56 x 56"},
                 {remembers, "y is wrong in the second call"},
                 {blank, "blank is still blank: seven loops"},
                 {counts_threads, "one thread is still blank"},
                 {leaves, "exit status 0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SpeedResult result;
        measure_conv2d(cases[i].conv, 1, &result);
        assert_false(result.right);
        if (!strstr(result.why[ENGLISH], cases[i].why))
            fail_msg("case %zu: \"%s\", not \"%s\"", i, result.why[ENGLISH],
                     cases[i].why);
        assert_int_equal(speed_points(&result), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_counted),
        cmocka_unit_test(rates_are_operations_over_seconds),
        cmocka_unit_test(points_follow_the_scale),
        cmocka_unit_test(nothing_wrong_or_unmeasured_has_points),
        cmocka_unit_test(json_has_points_and_rates),
        cmocka_unit_test(json_says_what_is_wrong),
        cmocka_unit_test(the_table_has_every_row),
        cmocka_unit_test(wrong_ones_have_no_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
