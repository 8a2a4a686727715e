/* PNG files as they are written: every value comes back, and each row is stored in the way
 * whose differences have the smallest sum. */
#include <string.h>

#include "io/deflate.h"
#include "io/png_write.h"
#include "tensor/rng.h"
#include "tensor/threads.h"
#include "tests/arena.h"

enum { SIDE = 40, IDAT = 8 + 25 }; /* bytes before the chunk of the rows */

static DecodedImage image_of(int w, int h, int channels, const uint8_t *values) {
    return (DecodedImage){
        .w = w, .h = h, .channels = channels, .largest = UINT8_MAX, .narrow = values};
}

static uint8_t *noise(size_t size) {
    Rng rng = rng_seed(size);
    uint8_t *values = arena_alloc(arena, size);
    for (size_t i = 0; i < size; i++)
        values[i] = (uint8_t)rng_below(&rng, 256);
    return values;
}

/* Noise, a slope, bands, and one value. */
static uint8_t value_at(int kind, int x, int y, int c, const uint8_t *chance) {
    if (kind == 0) return *chance;
    if (kind == 1) return (uint8_t)(3 * x + 5 * y + 7 * c);
    if (kind == 2) return (uint8_t)(y % 3 ? 200 : 10 * c);
    return 77;
}

static const uint8_t *picture(int kind, int w, int h, int channels) {
    uint8_t *values = noise((size_t)w * (size_t)h * (size_t)channels), *at = values;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int c = 0; c < channels; c++, at++)
                *at = value_at(kind, x, y, c, at);
    return values;
}

static void assert_comes_back(int kind, int w, int h, int channels) {
    ImageFacts facts = {0};
    DecodedImage back;
    const uint8_t *values = picture(kind, w, h, channels);
    const DecodedImage image = image_of(w, h, channels, values);
    const FileBytes file = png_encode(arena, &image);
    assert_null(png_scan(arena, &file, &facts)); /* with all checksums */
    assert_int_equal(facts.w, w);
    assert_int_equal(facts.h, h);
    assert_null(stb_decode(&file, false, stb_budget(&facts, file.size), &back));
    assert_int_equal(back.channels, channels);
    assert_memory_equal(back.narrow, values, (size_t)w * (size_t)h * (size_t)channels);
    stb_free();
}

static void every_value_comes_back(void **state) {
    (void)state;
    static const int sides[][2] = {{1, 1}, {2, 1}, {1, 3}, {5, 4}, {33, 17}, {211, 150}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        for (int kind = 0; kind < 4; kind++)
            for (int channels = 1; channels <= 3; channels += 2)
                assert_comes_back(kind, sides[i][0], sides[i][1], channels);
}

/* The rows as they are stored: each one byte for its way, and its differences. */
static const uint8_t *stored_rows(const DecodedImage *image) {
    const size_t size = (size_t)image->h * (1 + (size_t)image->w);
    uint8_t *rows = arena_alloc(arena, size + 1);
    const FileBytes file = png_encode(arena, image);
    assert_memory_equal(file.data + IDAT + 4, "IDAT", 4);
    z_stream z = {.next_in = file.data + IDAT + 8,
                  .avail_in = (uInt)(file.size - IDAT - 8),
                  .next_out = rows,
                  .avail_out = (uInt)size + 1};
    inflate_begin(&z, DEFLATE_ZLIB);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_out, 1);
    inflateEnd(&z);
    return rows;
}

/* Two rows, of which the second one is stored in one certain way without a difference but
 * at its first pixel. */
static void a_row_is_stored_with_the_smallest_differences(void **state) {
    (void)state;
    for (int filter = 1; filter <= 4; filter++) {
        uint8_t *values = noise(2 * SIDE), *row = values + SIDE;
        for (int x = 0; x < SIDE; x++) {
            const int left = x ? row[x - 1] : 0, above = values[x];
            if (filter == 1) row[x] = 90;                            /* left */
            if (filter == 2) row[x] = (uint8_t)above;                /* above */
            if (filter == 3) row[x] = (uint8_t)((left + above) / 2); /* mean */
        }
        if (filter == 4) { /* half is as above, half as the left, under one value */
            memset(values + SIDE / 2, 50, SIDE / 2);
            memcpy(row, values, SIDE / 2);
            memset(row + SIDE / 2, 200, SIDE / 2);
        }
        const DecodedImage image = image_of(SIDE, 2, 1, values);
        const uint8_t *stored = stored_rows(&image) + 1 + SIDE;
        assert_int_equal(stored[0], filter);
        int differ = 0;
        for (int x = 0; x < SIDE; x++)
            differ += stored[1 + x] != 0;
        assert_int_equal(differ, filter == 1 || filter == 4);
    }
}

/* Differences of rows that are black but for one value: as they are. */
static void without_a_gain_the_values_are_stored(void **state) {
    (void)state;
    uint8_t values[SIDE] = {[SIDE / 2] = 9};
    const DecodedImage image = image_of(SIDE, 1, 1, values);
    const uint8_t *stored = stored_rows(&image);
    assert_int_equal(stored[0], 0);
    assert_memory_equal(stored + 1, values, SIDE);
}

static void the_number_of_threads_does_not_change_a_byte(void **state) {
    (void)state;
    const int before = threads_count();
    const DecodedImage image = image_of(300, 200, 3, picture(0, 300, 200, 3));
    FileBytes first = {0};
    for (int threads = 1; threads <= 3; threads++) {
        threads_set(threads);
        const FileBytes file = png_encode(arena, &image);
        if (threads == 1) first = file;
        assert_int_equal(file.size, first.size);
        assert_memory_equal(file.data, first.data, first.size);
    }
    threads_set(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_value_comes_back),
        TEST(a_row_is_stored_with_the_smallest_differences),
        TEST(without_a_gain_the_values_are_stored),
        TEST(the_number_of_threads_does_not_change_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
