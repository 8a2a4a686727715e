/* What is made of a flow: which pixels can be trusted, warp errors, pictures, files. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow/consistency.h"
#include "flow/wheel.h"
#include "io/file.h"
#include "io/flo.h"
#include "tests/arena.h"

/* A shift by 3 to the right: what lies there is out of the picture, the rest is reliable
 * up to the smoothing, which reaches 3 pixels. */
static void a_shift_is_reliable_inside(void **state) {
    (void)state;
    const int h = 20, w = 30;
    Tensor flow = tensor_alloc(arena, (Shape){1, 2, h, w});
    Tensor back = tensor_alloc(arena, flow.shape);
    for (int k = 0; k < h * w; k++) {
        flow.data[k] = 3;
        back.data[k] = -3;
    }
    const Tensor sure = flow_reliability(arena, flow, back);
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const double c = (double)*tensor_at(sure, 0, 0, i, j);
            if (j <= w - 1 - 3 - 3) assert_close(c, 1, 1e-6, 0);
            if (j >= w - 1) assert_close(c, 0, 0, 1e-3);
        }
    /* c >= 1/2 for the columns up to w - 4, of which j + 3 is inside. */
    assert_close(reliable_share(sure), (w - 3) / (double)w, 1e-6, 0);
}

/* A flow in the middle of whose picture nothing moves: channel c changes by slope[c] with
 * every pixel along x, or along y. It leads back exactly, up to half a pixel. */
static Tensor fan(const double slope[2], bool along_x, double sign) {
    enum { SIDE = 31 };
    Tensor flow = tensor_alloc(arena, (Shape){1, 2, SIDE, SIDE});
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++)
                *tensor_at(flow, 0, c, i, j) =
                    (real)(sign * slope[c] * ((along_x ? j : i) - SIDE / 2));
    return flow;
}

/* At d pixels from the middle the slopes m, n belong to a border of motion when
 * m^2 + n^2 > 0.01 (m^2 + n^2) d^2 + 0.002. */
static void steep_flow_is_not_reliable(void **state) {
    (void)state;
    static const struct {
        double slope[2];
        int border; /* the largest such d, by that formula */
    } rows[] = {{{0.05, 0}, 4}, {{0, 0.05}, 4}, {{0.05, -0.05}, 7}, {{0.044, 0}, -1}};
    for (int t = 0; t < 8; t++) {
        const double *slope = rows[t / 2].slope;
        const Tensor sure = flow_reliability(arena, fan(slope, t % 2 == 0, 1),
                                             fan(slope, t % 2 == 0, -1));
        for (int d = -12; d <= 12; d++) {
            const int i = t % 2 ? 15 + d : 15, j = t % 2 ? 15 : 15 + d;
            const bool reliable = *tensor_at(sure, 0, 0, i, j) >= (real)0.5;
            if (reliable != (abs(d) > rows[t / 2].border))
                fail_msg("case %d, %d from the middle: %g", t, d,
                         (double)*tensor_at(sure, 0, 0, i, j));
        }
    }
}

/* (3, 0) or (0, 3) there and -3 + e back: e^2 > 0.01 (3^2 + (3 - e)^2) + 0.5 for e = 0.82,
 * but not for 0.78. */
static void a_flow_must_lead_back(void **state) {
    (void)state;
    for (int t = 0; t < 4; t++) {
        const int c = t % 2;
        Tensor flow = tensor_alloc(arena, (Shape){1, 2, 15, 15});
        Tensor back = tensor_alloc(arena, flow.shape);
        for (int k = 0; k < 225; k++) {
            flow.data[c * 225 + k] = 3;
            back.data[c * 225 + k] = (real)(t < 2 ? -2.18 : -2.22);
        }
        const Tensor sure = flow_reliability(arena, flow, back);
        assert_close(*tensor_at(sure, 0, 0, 5, 5), t < 2 ? 0 : 1, 1e-6, 1e-6);
    }
}

/* Differences 0.3 at the reliable half, 9 elsewhere: 0.3. Both pictures differ from pixel to
 * pixel and from channel to channel. */
static void warp_errors_count_reliable_pixels_only(void **state) {
    (void)state;
    Tensor image = tensor_alloc(arena, (Shape){1, 3, 4, 6});
    Tensor before = tensor_alloc(arena, image.shape);
    Tensor sure = tensor_alloc(arena, (Shape){1, 1, 4, 6});
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 6; j++) {
            *tensor_at(sure, 0, 0, i, j) = j < 3 ? (real)0.5 : (real)0.49;
            for (int c = 0; c < 3; c++) {
                const real there = (real)(c + 0.1 * i - 0.2 * j);
                *tensor_at(before, 0, c, i, j) = there;
                *tensor_at(image, 0, c, i, j) = there + (j < 3 ? (real)0.3 : 9);
            }
        }
    WarpError error = {0};
    assert_true(warp_error_rms(error) == 0);
    warp_error_add(&error, image, before, sure);
    assert_close(warp_error_rms(error), 0.3, 1e-6, 0);
    assert_close(error.count, 3 * 12, 0, 0);
}

/* Baker et al.'s wheel: right is its first colour, red; down is half between its colours
 * 13 and 14 of the 15 from red to yellow, (255, 221, 0) and (255, 238, 0); left is colour
 * 27, two of eleven from cyan to blue, (0, 255 - 46, 255). Unknown flow is black. */
static void directions_have_their_colours(void **state) {
    (void)state;
    Tensor flow = tensor_alloc(arena, (Shape){1, 2, 1, 6});
    const double u[6] = {2, 0, -2, 0, 0, 2e9}, v[6] = {0, 2, 0, 0, 1, 0};
    const double expected[6][3] = {{255, 0, 0},     {255, 229.5, 0},      {0, 209, 255},
                                   {255, 255, 255}, {255, 242.25, 127.5}, {0, 0, 0}};
    for (int k = 0; k < 6; k++) {
        *tensor_at(flow, 0, 0, 0, k) = (real)u[k];
        *tensor_at(flow, 0, 1, 0, k) = (real)v[k];
    }
    const Tensor picture = flow_picture(arena, flow, 0);
    for (int k = 0; k < 6; k++)
        for (int c = 0; c < 3; c++)
            assert_close(*tensor_at(picture, 0, c, 0, k), expected[k][c] / 255, 0, 1e-6);
}

/* The strongest colour is that of the fastest known pixel, of whichever, also below 1. A speed
 * of 1e9 is known, more is not. */
static void the_fastest_pixel_has_the_strongest_colour(void **state) {
    (void)state;
    static const double speeds[3][3] = {{0.5, 0.25, 0}, {0, 0.1, 0.2}, {1e9, 0, 2e9}};
    static const double expected[3][3] = {{0, 0.5, 1}, {1, 0.5, 0}, {0, 1, 0}};
    for (int t = 0; t < 6; t++) {
        Tensor flow = tensor_alloc(arena, (Shape){1, 2, 1, 3});
        for (int k = 0; k < 3; k++)
            *tensor_at(flow, 0, t % 2, 0, k) = (real)speeds[t / 2][k];
        const Tensor picture = flow_picture(arena, flow, 0);
        for (int k = 0; k < 3; k++) { /* red and yellow have all of red, and no blue */
            assert_close(*tensor_at(picture, 0, 0, 0, k), speeds[t / 2][k] < 2e9, 0, 0);
            assert_close(*tensor_at(picture, 0, 2, 0, k), expected[t / 2][k], 0, 1e-6);
        }
    }
    const Tensor still = flow_picture(arena, tensor_alloc(arena, (Shape){1, 2, 1, 2}), 0);
    for (int k = 0; k < 6; k++)
        assert_true(still.data[k] == 1);
}

/* ---- .flo files ---- */

static const char path[] = "/tmp/stylegrad-test-flow.flo";
static Error err;

/* Two pixels beside each other, (1, -2) and (0.5, 3): the bytes by hand. */
static const unsigned char two[28] = {'P', 'I', 'E', 'H',  2,    0,    0,    0,   1, 0,
                                      0,   0,   0,   0,    0x80, 0x3F, 0,    0,   0, 0xC0,
                                      0,   0,   0,   0x3F, 0,    0,    0x40, 0x40};

static void flo_files_are_those_of_middlebury(void **state) {
    (void)state;
    Tensor flow;
    FileBytes bytes;
    assert_true(file_write(path, two, sizeof two, &err));
    assert_true(flo_read(arena, path, &flow, &err));
    assert_true(shape_equal(flow.shape, (Shape){1, 2, 1, 2}));
    const real expected[4] = {1, (real)0.5, -2, 3};
    assert_same_bits(flow.data, expected, 4);
    assert_true(flo_write(path, flow, &err));
    assert_true(file_read(arena, path, 100, &bytes, &err));
    assert_int_equal(bytes.size, sizeof two);
    assert_memory_equal(bytes.data, two, sizeof two);
    unlink(path);
}

static void check_refused(const unsigned char *bytes, size_t size, const char *words) {
    Tensor flow;
    assert_true(file_write(path, bytes, size, &err));
    assert_false(flo_read(arena, path, &flow, &err));
    if (!strstr(err.text, words)) fail_msg("'%s' has no '%s'", err.text, words);
    assert_non_null(strstr(err.text, path));
}

static void damaged_flo_files_are_refused(void **state) {
    (void)state;
    unsigned char x[sizeof two + 1];
    memcpy(x, two, sizeof two);
    for (size_t size = 1; size < 12; size++)
        check_refused(x, size, "is no .flo file");
    for (size_t size = 12; size < sizeof two; size++)
        check_refused(x, size, "cut short");
    x[sizeof two] = 0;
    check_refused(x, sizeof x, "29 bytes, and 2 x 1 pixels take 28");
    x[0] = 'Q';
    check_refused(x, sizeof two, "is no .flo file");
    x[0] = 'P';
    x[7] = 0xFF; /* a width below 0, or above 2^31 */
    check_refused(x, sizeof two, "says that it is 4278190082 x 1 pixels");
    x[7] = 0;
    x[4] = 0;
    check_refused(x, sizeof two, "says that it is 0 x 1 pixels");
    memcpy(x, two, sizeof two);
    x[14] = 0xC0;
    x[15] = 0x7F;
    check_refused(x, sizeof two, "holds NaN");
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_shift_is_reliable_inside),
        TEST(steep_flow_is_not_reliable),
        TEST(a_flow_must_lead_back),
        TEST(warp_errors_count_reliable_pixels_only),
        TEST(directions_have_their_colours),
        TEST(the_fastest_pixel_has_the_strongest_colour),
        TEST(flo_files_are_those_of_middlebury),
        TEST(damaged_flo_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
