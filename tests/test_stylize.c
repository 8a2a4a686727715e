/* Pictures in one pass: whole, and in parts. */
#include "transfer/stylize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/generator.h"
#include "tensor/threads.h"
#include "tests/networks.h"
#include "transfer/colors.h"
#include "transfer/stylize_windows.h"

/* A generator with random weights, scales and shifts. */
static Network *style(void) {
    Network *generator = generator_new(arena);
    network_random(generator, 4);
    Tape *tape = tape_new();
    Node *picture, *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 8, 8}));
    assert_true(generator_record(generator, tape, photo, &picture, &err));
    tape_free(tape);
    const NamedTensors list = network_weights(generator, arena);
    for (size_t i = 0; i < list.count; i++) {
        const bool scale = strstr(list.items[i].name, ".weight");
        Rng rng = rng_seed(50 + i);
        if (list.items[i].rank == 1)
            tensor_fill_uniform(list.items[i].tensor, &rng, scale ? 0.3 : -0.3,
                                scale ? 1.2 : 0.3);
    }
    return generator;
}

static ImageRgb empty(int h, int w) {
    return (ImageRgb){w, h, arena_alloc(arena, 3 * (size_t)h * (size_t)w)};
}

/* Waves, darker to the right, and noise: no part is like the whole. */
static ImageRgb photograph(int h, int w) {
    const ImageRgb image = empty(h, w);
    Rng rng = rng_seed(8);
    for (int i = 0; i < 3 * h * w; i++) {
        const int x = i / 3 % w, y = i / 3 / w;
        const double wave = sin(0.05 * x * (1 + i % 3)) * cos(0.03 * y);
        const double v = 0.8 - 0.6 * x / w + 0.15 * wave + 0.1 * rng_uniform(&rng);
        image.rgb[i] = (uint8_t)(255 * (v < 0 ? 0 : v > 1 ? 1 : v));
    }
    return image;
}

static Tensor as_tensor(const ImageRgb *image) {
    Tensor out = tensor_alloc(arena, (Shape){1, 3, image->h, image->w});
    const int pixels = image->h * image->w;
    for (int i = 0; i < 3 * pixels; i++)
        out.data[i % 3 * pixels + i / 3] = (real)(image->rgb[i] / 255.0);
    return out;
}

static ImageRgb as_bytes(Tensor t) {
    const ImageRgb out = empty(t.shape.h, t.shape.w);
    const int pixels = out.h * out.w;
    for (int i = 0; i < 3 * pixels; i++) {
        const double v = (double)t.data[i % 3 * pixels + i / 3];
        out.rgb[i] = (uint8_t)(255 * (v < 0 ? 0 : v > 1 ? 1 : v) + 0.5);
    }
    return out;
}

static ImageRgb whole(Network *network, const ImageRgb *photo) {
    Stylizer *stylizer = stylizer_new(network);
    Tensor picture;
    if (!stylizer_paint(stylizer, as_tensor(photo), &picture, &err))
        fail_msg("%s", err.text);
    const ImageRgb out = as_bytes(picture);
    stylizer_free(stylizer);
    return out;
}

static ImageRgb in_parts(Network *network, const ImageRgb *photo, StylizeParts parts) {
    Stylizer *stylizer = stylizer_new(network);
    const ImageRgb out = empty(photo->h, photo->w);
    if (!stylizer_paint_parts(stylizer, photo, &out, &parts, &err))
        fail_msg("%s", err.text);
    stylizer_free(stylizer);
    return out;
}

/* Every byte differs by one at the most, where 255 v + 1/2 is near a whole number. */
static void assert_same_picture(const ImageRgb *a, const ImageRgb *b) {
    int different = 0, least = 255, largest = 0;
    const int size = 3 * a->h * a->w;
    assert_int_equal(a->h, b->h);
    assert_int_equal(a->w, b->w);
    for (int i = 0; i < size; i++) {
        const int difference = abs(a->rgb[i] - b->rgb[i]);
        if (difference > 1) fail_msg("byte %d: %d, %d", i, a->rgb[i], b->rgb[i]);
        different += difference;
        if (a->rgb[i] < least) least = a->rgb[i];
        if (a->rgb[i] > largest) largest = a->rgb[i];
    }
    assert_true(different < size / 100);
    assert_true(largest - least > 100); /* it is a picture */
}

/* ---- Windows ---- */

/* Every pixel is inside exactly one inner part, inner parts are inside of what is read,
 * with the halo around them, and windows begin where the coarsest features do. */
static void check_windows(int h, int w, int tile) {
    const Windows all = windows_cut(arena, h, w, tile);
    unsigned char *seen = arena_alloc(arena, (size_t)h * (size_t)w);
    for (int i = 0; i < all.count; i++) {
        const WindowSide sides[] = {all.window[i].y, all.window[i].x};
        const int length[] = {h, w};
        for (int k = 0; k < 2; k++) {
            const WindowSide s = sides[k];
            assert_int_equal(s.first % 4, 0);
            assert_true(s.first >= 0 && s.first + s.count <= length[k]);
            assert_true(s.first == 0 || s.first <= s.from - STYLIZE_HALO);
            assert_true(s.first + s.count == length[k] ||
                        s.first + s.count >= s.to + STYLIZE_HALO);
            assert_true(s.count <= tile + 2 * STYLIZE_HALO + 3);
        }
        for (int y = sides[0].from; y < sides[0].to; y++)
            for (int x = sides[1].from; x < sides[1].to; x++)
                seen[y * w + x]++;
    }
    for (int i = 0; i < h * w; i++)
        assert_int_equal(seen[i], 1);
}

static void windows_cover_every_pixel_once(void **state) {
    (void)state;
    static const int sizes[][3] = {{5, 5, 64},     {300, 421, 64},  {257, 64, 64},
                                   {152, 153, 64}, {512, 512, 128}, {415, 413, 100}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check_windows(sizes[i][0], sizes[i][1], sizes[i][2]);
}

/* The halo is as wide as what the layers read: see Layer. */
static void the_halo_covers_the_receptive_field(void **state) {
    (void)state;
    const Network *generator = style();
    const Layer *last = network_layer(generator, network_count(generator) - 1);
    /* 4 of conv1, 1 of conv2, 2 of conv3, 4 of each of 6 in blocks; 2 between the copies
     * of a feature and 2 of conv4; 1 and 1 of conv5; 4 of conv6. */
    assert_int_equal(last->first, -(4 + 1 + 2 + 6 * 4 + 2 + 2 + 1 + 1 + 4));
    assert_int_equal(last->step, 1);
    assert_true(-last->first <= STYLIZE_HALO);
    assert_true(last->first + last->field - 1 <= STYLIZE_HALO);
}

static void a_sample_is_spread_over_the_picture(void **state) {
    (void)state;
    const Windows some = windows_sample(arena, 1000, 4000, 100, 12);
    /* 10 rows and 40 columns: 1 or 2 of the rows, 6 or 7 of the columns */
    assert_true(some.count > 6 && some.count <= 12);
    double y = 0, x = 0;
    for (int i = 0; i < some.count; i++) {
        y += (some.window[i].y.from + some.window[i].y.to) / 2.0 / some.count;
        x += (some.window[i].x.from + some.window[i].x.to) / 2.0 / some.count;
    }
    assert_true(fabs(y - 500) <= 100 && fabs(x - 2000) <= 400);
    assert_int_equal(windows_sample(arena, 200, 300, 100, 12).count, 6);
}

/* ---- Pictures ---- */

/* 75 x 289 are no multiples of 4. */
static void exact_parts_are_the_whole_picture(void **state) {
    (void)state;
    Network *network = style();
    const ImageRgb photo = photograph(75, 289), once = whole(network, &photo);
    const ImageRgb small = in_parts(network, &photo, (StylizeParts){64, 0, false});
    const ImageRgb large = in_parts(network, &photo, (StylizeParts){200, 0, false});
    assert_same_picture(&small, &once);
    assert_same_picture(&large, &once);
}

/* One part of 128 x 128 is less than half of 60 x 300 pixels: the statistics are others
 * than those of the whole picture, and the picture is another one. */
static void sampled_parts_do_not_depend_on_the_tile(void **state) {
    (void)state;
    Network *network = style();
    const ImageRgb photo = photograph(60, 300), once = whole(network, &photo);
    const ImageRgb small = in_parts(network, &photo, (StylizeParts){128, 1, false});
    const ImageRgb large = in_parts(network, &photo, (StylizeParts){200, 1, false});
    assert_same_picture(&small, &large);
    assert_memory_not_equal(small.rgb, once.rgb, 3 * 60 * 300);
}

static void a_small_picture_is_painted_in_parts_too(void **state) {
    (void)state;
    Network *network = style();
    const ImageRgb photo = photograph(5, 9), once = whole(network, &photo);
    const ImageRgb parts = in_parts(network, &photo, (StylizeParts){64, 1, false});
    for (int i = 0; i < 3 * 5 * 9; i++)
        assert_in_range(parts.rgb[i] + 1 - once.rgb[i], 0, 2);
    Stylizer *stylizer = stylizer_new(network);
    const ImageRgb line = photograph(4, 90);
    assert_false(stylizer_paint_parts(stylizer, &line, &line,
                                      &(StylizeParts){64, 1, false}, &err));
    assert_non_null(strstr(err.text, "at least 5 x 5"));
    Tensor unused;
    assert_false(stylizer_paint(stylizer, as_tensor(&line), &unused, &err));
    assert_non_null(strstr(err.text, "at least 5 x 5"));
    stylizer_free(stylizer);
}

/* The luminance is that of the picture, the differences of colours are the photograph's. */
static void parts_keep_the_colours_of_the_photograph(void **state) {
    (void)state;
    Network *network = style();
    const ImageRgb photo = photograph(70, 90);
    Stylizer *stylizer = stylizer_new(network);
    Tensor picture;
    assert_true(stylizer_paint(stylizer, as_tensor(&photo), &picture, &err));
    const ImageRgb wanted = as_bytes(colors_recombine(arena, picture, as_tensor(&photo)));
    stylizer_free(stylizer);
    const ImageRgb got = in_parts(network, &photo, (StylizeParts){64, 0, true});
    assert_same_picture(&got, &wanted);
}

/* The tape is kept for pictures of one size, and paints each as a new one would. */
static void one_tape_serves_pictures_of_one_size(void **state) {
    (void)state;
    Network *network = style();
    Stylizer *stylizer = stylizer_new(network);
    const int sizes[][2] = {{40, 60}, {40, 60}, {41, 60}, {40, 60}};
    for (int i = 0; i < 4; i++) {
        const ImageRgb photo = photograph(sizes[i][0], sizes[i][1]);
        for (int k = 0; k < 3 * photo.h * photo.w; k++)
            photo.rgb[k] = (uint8_t)(photo.rgb[k] / (i + 1));
        const ImageRgb alone = whole(network, &photo);
        Tensor picture;
        assert_true(stylizer_paint(stylizer, as_tensor(&photo), &picture, &err));
        const ImageRgb again = as_bytes(picture);
        assert_memory_equal(again.rgb, alone.rgb, (size_t)(3 * photo.h * photo.w));
    }
    stylizer_free(stylizer);
}

static void number_of_threads_does_not_change_a_bit(void **state) {
    (void)state;
    Network *network = style();
    const ImageRgb photo = photograph(50, 75);
    ImageRgb first[2];
    for (int threads = 1; threads <= 3; threads++) {
        threads_set(threads);
        const ImageRgb got[2] = {whole(network, &photo),
                                 in_parts(network, &photo, (StylizeParts){64, 0, false})};
        for (int k = 0; k < 2; k++) {
            if (threads == 1) first[k] = got[k];
            assert_memory_equal(got[k].rgb, first[k].rgb, 3 * 50 * 75);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(windows_cover_every_pixel_once),
        TEST(the_halo_covers_the_receptive_field),
        TEST(a_sample_is_spread_over_the_picture),
        TEST(exact_parts_are_the_whole_picture),
        TEST(sampled_parts_do_not_depend_on_the_tile),
        TEST(a_small_picture_is_painted_in_parts_too),
        TEST(parts_keep_the_colours_of_the_photograph),
        TEST(one_tape_serves_pictures_of_one_size),
        TEST(number_of_threads_does_not_change_a_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
