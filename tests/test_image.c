#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/image.h"
#include "io/image_decode.h"
#include "tests/test.h"

#define EPSILON ((double)REAL_EPSILON)

static char folder[64];
static Arena *arena;
static Error err;

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/stylegrad-image-XXXXXX");
    arena = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    arena_free(arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *inside(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static Tensor read_image(const char *path) {
    Tensor image;
    if (!image_read(arena, path, &image, &err)) fail_msg("%s", err.text);
    return image;
}

static Tensor golden(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "tests/golden/%s", name);
    return read_image(path);
}

static void write_image(const char *path, Tensor image) {
    if (!image_write(path, image, &err)) fail_msg("%s", err.text);
}

/* The values of bench/oracle/images.py. */
static int v(int x, int y, int c) {
    return (37 * x + 11 * y + 71 * c) % 256;
}

/* Compares with a function of x, y, c that gives values in [0, 1]. */
static void assert_image(const char *name, double (*expected)(int, int, int)) {
    Tensor image = golden(name);
    assert_true(shape_equal(image.shape, (Shape){1, 3, 5, 7}));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 7; x++)
                assert_close(*tensor_at(image, 0, c, y, x), expected(x, y, c),
                             2 * EPSILON, 0);
}

static double rgb(int x, int y, int c) {
    return v(x, y, c) / 255.0;
}
static double grey(int x, int y, int c) {
    (void)c;
    return v(x, y, 0) / 255.0;
}
static double rgb16(int x, int y, int c) {
    return (v(x, y, c) * 256 + 255 - v(x, y, c)) / 65535.0;
}
static double grey16(int x, int y, int c) {
    (void)c;
    return rgb16(x, y, 0);
}
static double rgb_over_white(int x, int y, int c) {
    double a = v(x, y, 3) / 255.0;
    return a * rgb(x, y, c) + (1 - a);
}
static double grey_over_white(int x, int y, int c) {
    double a = v(x, y, 1) / 255.0;
    return a * grey(x, y, c) + (1 - a);
}
static double bits(int x, int y, int c) {
    (void)c;
    return (7 * y + x) % 2;
}

static void every_kind_of_png_is_read(void **state) {
    (void)state;
    assert_image("read_rgb.png", rgb);
    assert_image("read_interlaced.png", rgb);
    assert_image("read_palette.png", rgb);
    assert_image("read_grey.png", grey);
    assert_image("read_bits.png", bits);
    assert_image("read_rgb16.png", rgb16);
    assert_image("read_grey16.png", grey16);
}

static void alpha_is_composed_over_white(void **state) {
    (void)state;
    assert_image("read_rgba.png", rgb_over_white);
    assert_image("read_palette_alpha.png", rgb_over_white);
    assert_image("read_grey_alpha.png", grey_over_white);
}

static void bmp_is_read(void **state) {
    (void)state;
    assert_image("read_rgb.bmp", rgb);
    assert_image("read_grey.bmp", grey);
}

static Tensor read_text(const char *text, size_t size) {
    if (!file_write(inside("text"), text, size, &err)) fail_msg("%s", err.text);
    return read_image(inside("text"));
}
#define READ_TEXT(text) read_text(text, sizeof text - 1)

static void pnm_values_are_divided_by_the_largest(void **state) {
    (void)state;
    Tensor t = READ_TEXT("P2 # grey\n2 1\n# of 4\n4\n1\n3 # end");
    real expected[] = {0.25, 0.75, 0.25, 0.75, 0.25, 0.75};
    assert_true(shape_equal(t.shape, (Shape){1, 3, 1, 2}));
    assert_all_close(t.data, expected, 6, 0);
    t = READ_TEXT("P5 2 1 4\n\1\3");
    assert_all_close(t.data, expected, 6, 0);
    t = READ_TEXT("P5 2 1 1024\n\1\0\3\0");
    assert_all_close(t.data, expected, 6, 0);
    /* Two pixels (1, 2, 3) and (4, 0, 2) of 4; channels lie apart in a tensor. */
    real colours[] = {0.25, 1, 0.5, 0, 0.75, 0.5};
    t = READ_TEXT("P3 2 1 4 1 2 3 4 0 2");
    assert_all_close(t.data, colours, 6, 0);
    t = READ_TEXT("P6 2 1 4\n\1\2\3\4\0\2");
    assert_all_close(t.data, colours, 6, 0);
}

static void assert_levels(Tensor image, Tensor expected, double levels) {
    assert_true(shape_equal(image.shape, expected.shape));
    for (size_t i = 0; i < shape_size(image.shape); i++)
        assert_close(image.data[i], expected.data[i], 0, levels / 255);
}

/* Pillow's decoder is libjpeg's; the transforms round differently, and for 4:2:0 the
 * colours between samples as well. */
static void jpeg_agrees_with_pillow(void **state) {
    (void)state;
    assert_levels(golden("photo.jpg"), golden("photo.png"), 3.01);
    assert_levels(golden("photo_progressive.jpg"), golden("photo_progressive.png"), 4.01);
    assert_levels(golden("photo_420.jpg"), golden("photo_420.png"), 4.01);
    assert_levels(golden("photo_grey.jpg"), golden("photo_grey.png"), 2.01);
}

/* Which colour a corner has: 'r', 'g', 'b' or 'w'. */
static int corner(Tensor t, bool bottom, bool right) {
    int y = bottom ? t.shape.h - 4 : 3, x = right ? t.shape.w - 4 : 3;
    bool r = *tensor_at(t, 0, 0, y, x) > (real)0.5,
         g = *tensor_at(t, 0, 1, y, x) > (real)0.5;
    return r && g ? 'w' : r ? 'r' : g ? 'g' : 'b';
}

/* EXIF 2.3, tag 0x0112: where the stored row 0 and column 0 are seen, top and left for 1,
 * top right, bottom right, bottom left, left top, right top, right bottom, left bottom.
 * Stored are red, green above blue, white. */
static void a_photograph_is_turned_upright(void **state) {
    (void)state;
    static const char *const seen[] = {"rgbw", "grwb", "wbgr", "bwrg",
                                       "rbgw", "brwg", "wgbr", "gwrb"};
    FileBytes file;
    assert_true(file_read(arena, "tests/golden/corners.jpg", 1 << 20, &file, &err));
    for (int k = 1; k <= 8; k++) {
        file.data[0x31] = (unsigned char)k;
        assert_true(file_write(inside("k.jpg"), file.data, file.size, &err));
        Tensor t = read_image(inside("k.jpg"));
        assert_int_equal(t.shape.h, k < 5 ? 16 : 24);
        assert_int_equal(t.shape.w, k < 5 ? 24 : 16);
        for (int place = 0; place < 4; place++)
            assert_int_equal(corner(t, place / 2, place % 2), seen[k - 1][place]);
    }
}

static Tensor all_bytes(void) {
    Tensor t = tensor_alloc(arena, (Shape){1, 3, 16, 17});
    for (size_t i = 0; i < shape_size(t.shape); i++)
        t.data[i] = (real)((int)(i * 7 % 256) / 255.0);
    return t;
}

static void lossless_formats_give_back_the_same_bits(void **state) {
    (void)state;
    const char *names[] = {"a.png", "a.PNG", "a.bmp", "a.ppm"};
    Tensor t = all_bytes();
    for (int i = 0; i < 4; i++) {
        write_image(inside(names[i]), t);
        Tensor back = read_image(inside(names[i]));
        assert_true(shape_equal(back.shape, t.shape));
        assert_same_bits(back.data, t.data, shape_size(t.shape));
    }
}

static void jpeg_gives_back_almost_the_same(void **state) {
    (void)state;
    Tensor t = golden("photo.png");
    write_image(inside("a.jpeg"), t);
    assert_levels(read_image(inside("a.jpeg")), t, 8);
}

static void grey_images_and_single_pixels_are_written(void **state) {
    (void)state;
    const char *names[] = {"g.png", "g.ppm", "g.bmp", "g.jpg"};
    real value = (real)(51 / 255.0);
    for (int i = 0; i < 4; i++) {
        write_image(inside(names[i]), (Tensor){SCALAR, &value});
        Tensor back = read_image(inside(names[i]));
        assert_true(shape_equal(back.shape, (Shape){1, 3, 1, 1}));
        for (int c = 0; c < 3; c++)
            assert_close(back.data[c], 51 / 255.0, 0, i == 3 ? 2 / 255.0 : 1e-7);
    }
}

/* floor(255 v + 1/2): 0.5 is 127.5, rounded up to 128. */
static void values_are_clamped_and_rounded_half_up(void **state) {
    (void)state;
    real values[] = {-3, (real)0.5, 7, (real)0.0019, (real)0.0020, (real)-INFINITY};
    const int expected[] = {0, 128, 255, 0, 1, 0};
    write_image(inside("a.png"), (Tensor){{1, 1, 1, 6}, values});
    Tensor back = read_image(inside("a.png"));
    for (int i = 0; i < 6; i++)
        assert_close(back.data[i] * 255, expected[i], 0, 1e-4);
}

static void equal_images_give_equal_files(void **state) {
    (void)state;
    const char *names[] = {"a.png", "a.jpg", "a.bmp", "a.ppm"};
    FileBytes first, second;
    for (int i = 0; i < 4; i++) {
        write_image(inside(names[i]), all_bytes());
        assert_true(file_read(arena, inside(names[i]), 1 << 20, &first, &err));
        write_image(inside(names[i]), all_bytes());
        assert_true(file_read(arena, inside(names[i]), 1 << 20, &second, &err));
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.data, second.data, first.size);
    }
}

static void assert_not_written(const char *path, Tensor t, const char *words) {
    assert_false(image_write(path, t, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
}

static void what_cannot_be_written_leaves_nothing(void **state) {
    (void)state;
    Tensor t = all_bytes();
    assert_not_written(inside("none/a.png"), t,
                       "create the folder or choose another name");
    assert_not_written(inside("a.gif"), t, "ends in .png, .jpg, .jpeg, .bmp or .ppm");
    assert_not_written(inside("png"), t, "ends in .png");
    assert_not_written(inside(".png"), t, "ends in .png");
    assert_false(image_write_check(inside("a.gif"), &err));
    assert_false(image_write_check(inside("none/a.png"), &err));
    assert_true(image_write_check(inside("a.png"), &err));
    t.data[100] = (real)NAN;
    assert_not_written(inside("a.png"), t, "the image contains NaN");
    Tensor wide = tensor_alloc(arena, (Shape){1, 1, 1, 70000});
    assert_not_written(inside("a.jpg"), wide, "too many for this format");
    DIR *list = opendir(folder);
    for (struct dirent *entry; (entry = readdir(list));)
        assert_true(!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."));
    closedir(list);
}

static void write_features(void *unused) {
    (void)unused;
    image_write("x.png", tensor_alloc(arena, (Shape){1, 64, 2, 2}), &err);
}

static void a_tensor_that_is_no_image_is_refused(void **state) {
    (void)state;
    assert_check_fails(write_features, NULL, "image_write of (1,64,2,2)");
}

/* The header of OS/2: sizes of 16 bits, the lowest row first, blue before green, rows of
 * multiples of four bytes. */
static void an_old_bmp_is_read(void **state) {
    (void)state;
    unsigned char bmp[26 + 3 * 12] = {
        'B', 'M', [10] = 26, [14] = 12, [18] = 3, [20] = 3, [22] = 1, [24] = 24};
    for (int y = 0; y < 3; y++)
        for (int i = 0; i < 9; i++)
            bmp[26 + 12 * y + i] = (unsigned char)(80 * y + i);
    FileBytes file = {bmp, sizeof bmp};
    Tensor image;
    if (!image_read_bytes(arena, "x.bmp", &file, &image, &err)) fail_msg("%s", err.text);
    assert_true(shape_equal(image.shape, (Shape){1, 3, 3, 3}));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 3; x++)
                assert_close(*tensor_at(image, 0, c, y, x),
                             (80 * (2 - y) + 3 * x + 2 - c) / 255.0, 2 * EPSILON, 0);
    file.size--;
    assert_false(image_read_bytes(arena, "x.bmp", &file, &image, &err));
    assert_non_null(strstr(err.text, "its end is missing"));
}

/* 2 is the largest: red; -1 is half of it: half of the way from white to blue. */
static void a_channel_becomes_a_map_of_heat(void **state) {
    (void)state;
    real x[] = {9, 9, 9, 2, -1, 0};
    Tensor t = image_heat(arena, (Tensor){(Shape){1, 2, 1, 3}, x}, 1);
    const double expected[3][3] = {{1, 0.5, 1}, {0, 0.5, 1}, {0, 1, 1}};
    assert_true(shape_equal(t.shape, (Shape){1, 3, 1, 3}));
    for (int i = 0; i < 9; i++)
        assert_true((double)t.data[i] == expected[i / 3][i % 3]);
    real zeros[] = {0, 0};
    t = image_heat(arena, (Tensor){(Shape){1, 1, 2, 1}, zeros}, 0);
    for (int i = 0; i < 6; i++)
        assert_true(t.data[i] == 1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(every_kind_of_png_is_read),
        IN_FOLDER(alpha_is_composed_over_white),
        IN_FOLDER(bmp_is_read),
        IN_FOLDER(pnm_values_are_divided_by_the_largest),
        IN_FOLDER(jpeg_agrees_with_pillow),
        IN_FOLDER(a_photograph_is_turned_upright),
        IN_FOLDER(lossless_formats_give_back_the_same_bits),
        IN_FOLDER(jpeg_gives_back_almost_the_same),
        IN_FOLDER(grey_images_and_single_pixels_are_written),
        IN_FOLDER(values_are_clamped_and_rounded_half_up),
        IN_FOLDER(equal_images_give_equal_files),
        IN_FOLDER(what_cannot_be_written_leaves_nothing),
        IN_FOLDER(a_tensor_that_is_no_image_is_refused),
        IN_FOLDER(an_old_bmp_is_read),
        IN_FOLDER(a_channel_becomes_a_map_of_heat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
