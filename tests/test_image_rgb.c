/* Images that stay in bytes hold what the others hold, rounded. */
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/image.h"
#include "tests/arena.h"

static Error err;

/* Grey, alpha, 16 bits, a palette, and a camera that was held sideways. */
static const char *const files[] = {"photo.png",
                                    "read_grey.png",
                                    "read_rgba.png",
                                    "read_rgb16.png",
                                    "read_palette_alpha.png",
                                    "photo.jpg",
                                    "corners.jpg",
                                    "read_rgb.bmp"};

static const char *golden(const char *name) {
    static char path[64];
    snprintf(path, sizeof path, "tests/golden/%s", name);
    return path;
}

static void bytes_are_the_rounded_numbers(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        Tensor image;
        ImageRgb rgb;
        if (!image_read(arena, golden(files[k]), &image, &err) ||
            !image_read_rgb(arena, golden(files[k]), &rgb, &err))
            fail_msg("%s", err.text);
        assert_int_equal(rgb.h, image.shape.h);
        assert_int_equal(rgb.w, image.shape.w);
        const size_t pixels = (size_t)rgb.h * (size_t)rgb.w;
        for (size_t i = 0; i < 3 * pixels; i++) {
            const double v = (double)image.data[i % 3 * pixels + i / 3];
            /* in float, v is off by 2^-25 of it */
            const double low = 255 * v + 0.5 - 1e-4, high = 255 * v + 0.5 + 1e-4;
            assert_true((double)rgb.rgb[i] + 1 > low && (double)rgb.rgb[i] <= high);
        }
    }
}

static FileBytes bytes_of(const char *path) {
    FileBytes file = {0};
    if (!file_read(arena, path, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    return file;
}

static void a_file_is_that_of_the_tensor(void **state) {
    (void)state;
    static const char *const endings[] = {"png", "jpg", "bmp", "ppm"};
    Tensor image;
    ImageRgb rgb;
    assert_true(image_read(arena, golden("photo.png"), &image, &err));
    assert_true(image_read_rgb(arena, golden("photo.png"), &rgb, &err));
    for (int i = 0; i < 4; i++) {
        char one[64], other[64];
        snprintf(one, sizeof one, "build/test_image_rgb_" REAL_NAME "_1.%s", endings[i]);
        snprintf(other, sizeof other, "build/test_image_rgb_" REAL_NAME "_2.%s",
                 endings[i]);
        assert_true(image_write(one, image, &err));
        if (!image_write_rgb(other, &rgb, &err)) fail_msg("%s", err.text);
        const FileBytes a = bytes_of(one), b = bytes_of(other);
        assert_int_equal(a.size, b.size);
        assert_memory_equal(a.data, b.data, a.size);
    }
}

static void what_cannot_be_written_is_refused(void **state) {
    (void)state;
    uint8_t pixel[3] = {0};
    const ImageRgb one = {1, 1, pixel}, wide = {65536, 1, pixel};
    assert_false(image_write_rgb("build/x.gif", &one, &err));
    assert_non_null(strstr(err.text, "ends in .png"));
    assert_false(image_write_rgb("build/x.jpg", &wide, &err));
    assert_non_null(strstr(err.text, "too many for this format"));
    ImageRgb out;
    assert_false(image_read_rgb(arena, "build/none.png", &out, &err));
    assert_false(image_read_rgb(arena, "Makefile", &out, &err));
    assert_non_null(strstr(err.text, "is not an image"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_are_the_rounded_numbers, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(a_file_is_that_of_the_tensor, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_refused, make_arena,
                                        free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
