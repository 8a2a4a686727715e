/* Images, masks and names that were reported as wrong, through the program: each file
 * is made here, small. What the readers make of them is measured in test_image_colours.c
 * and test_image_facts.c. */
#include "tests/app.h"

#include <lcms2.h>

#include "tensor/text.h"
#include "tests/jpeg.h"
#include "tests/png.h"

enum { W = 36, H = 24 }; /* 3:2, so that a turned image is seen by its shape */

static void put(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}
#define PUT_TEXT(name, text) put(name, text, sizeof text - 1)

static int make_folder(void **state) {
    make_arena(state);
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", H, W);
    put_image("b.png", 20, 24);
    return 0;
}

static int end_folder(void **state) {
    free_arena(state);
    return remove_folder(state);
}

static void done(Outcome o) {
    if (o.status != 0) fail_msg("status %d: %s", o.status, o.err);
}

static Tensor image(const char *name) {
    Error err;
    Tensor t;
    if (!image_read(arena, in_folder(name), &t, &err)) fail_msg("%s", err.text);
    return t;
}

/* The image as the program sees it: a step of 1e-30 does not move it. */
static Tensor as_seen(const char *name) {
    done(RUN("paint", in_folder(name), in_folder("b.png"), "-o", in_folder("seen.png"),
             "--net", "vgg19", "--style-layers", "relu1_1", "--content-layers", "relu1_1",
             "--size", "36", "--steps", "1", "--pyramid", "1", "--optim", "gd", "--lr",
             "1e-30", "--init", "content"));
    return image("seen.png");
}

static const unsigned char exif[] = {'M', 'M',  0, 42, 0, 0, 0, 8, 0, 1, /* one entry */
                                     1,   0x12, 0, 4,  0, 0, 0, 1, 0, 0,
                                     0,   6,    0, 0,  0, 0};

/* All pixels of one colour. */
static FileBytes flat_png(FileBytes png, const uint8_t rgb[3]) {
    uint8_t pixels[3 * H * W];
    for (int i = 0; i < H * W; i++)
        memcpy(pixels + 3 * i, rgb, 3);
    return png_end(png, pixels, 3 * W, H);
}

static void a_png_from_a_phone_is_turned_upright(void **state) {
    (void)state;
    FileBytes png = png_begin(W, H, 8, 2);
    png_chunk(&png, "eXIf", exif, sizeof exif);
    png = flat_png(png, (const uint8_t[]){10, 200, 30});
    put("turned.png", png.data, png.size);
    assert_true(shape_equal(as_seen("turned.png").shape, (Shape){1, 3, W, H}));
}

static void a_jpeg_with_a_long_orientation_is_turned_upright(void **state) {
    (void)state;
    FileBytes jpeg;
    Error err;
    unsigned char segment[10 + sizeof exif] = {
        0xFF, 0xE1, 0, 8 + sizeof exif, 'E', 'x', 'i', 'f', 0, 0};
    memcpy(segment + 10, exif, sizeof exif);
    assert_true(image_write(in_folder("a.jpg"), image("a.png"), &err));
    assert_true(file_read(arena, in_folder("a.jpg"), 1 << 20, &jpeg, &err));
    jpeg = jpeg_insert(jpeg, segment, sizeof segment);
    put("turned.jpg", jpeg.data, jpeg.size);
    assert_true(shape_equal(as_seen("turned.jpg").shape, (Shape){1, 3, W, H}));
}

/* Little CMS from Pillow: (230, 40, 40) of Display P3 is (251, 0, 18) of sRGB. */
static void display_p3_is_painted_as_srgb(void **state) {
    (void)state;
    const cmsCIExyY white = {0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE p3 = {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
    cmsToneCurve *curve = cmsBuildParametricToneCurve(
        NULL, 4, (double[]){2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045});
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &p3, curves);
    /* Zeros: Little CMS does not write the bytes between two tags of a profile. */
    unsigned char icc[8192] = {0}, chunk[8192] = "p3";
    cmsUInt32Number size = sizeof icc;
    assert_true(cmsSaveProfileToMem(profile, icc, &size));
    cmsCloseProfile(profile);
    cmsFreeToneCurve(curve);
    FileBytes png = png_begin(W, H, 8, 2);
    png_chunk(&png, "iCCP", chunk, 4 + png_pack(chunk + 4, sizeof chunk - 4, icc, size));
    png = flat_png(png, (const uint8_t[]){230, 40, 40});
    put("p3.png", png.data, png.size);
    Tensor t = as_seen("p3.png");
    const double right[3] = {251, 0, 18};
    for (int c = 0; c < 3; c++)
        assert_close(255 * (double)*tensor_at(t, 0, c, 5, 5), right[c], 0, 1.01);
}

/* 200 x 128 / 255 = 100.4, 50.2, 25.1. */
static void cmyk_without_a_marker_keeps_its_fourth_channel(void **state) {
    (void)state;
    const uint8_t stored[4] = {200, 100, 50, 128};
    FileBytes jpeg = jpeg_of_four(stored);
    put("cmyk.jpg", jpeg.data, jpeg.size);
    Tensor t = as_seen("cmyk.jpg");
    for (int c = 0; c < 3; c++)
        assert_close(255 * (double)*tensor_at(t, 0, c, 4, 4), stored[c] * 128 / 255.0, 0,
                     1);
}

static void paint_with_mask(const char *mask, char *bytes, size_t room) {
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("masked.png"), "--mask", in_folder(mask)));
    memset(bytes, 0, room);
    read_back(in_folder("masked.png"), bytes, room);
}

/* White everywhere, but transparent on the right: the same as black on the right. */
static void a_transparent_part_of_a_mask_is_not_selected(void **state) {
    (void)state;
    static char clear_right[8192], black_right[8192], all[8192];
    uint8_t alpha[2 * H * W], grey[H * W], white[H * W];
    for (int i = 0; i < H * W; i++) {
        alpha[2 * i] = white[i] = 255;
        alpha[2 * i + 1] = grey[i] = i % W < W / 2 ? 255 : 0;
    }
    FileBytes png = png_end(png_begin(W, H, 8, 4), alpha, 2 * W, H);
    put("clear.png", png.data, png.size);
    png = png_end(png_begin(W, H, 8, 0), grey, W, H);
    put("black.png", png.data, png.size);
    png = png_end(png_begin(W, H, 8, 0), white, W, H);
    put("white.png", png.data, png.size);
    paint_with_mask("clear.png", clear_right, sizeof clear_right);
    paint_with_mask("black.png", black_right, sizeof black_right);
    paint_with_mask("white.png", all, sizeof all);
    assert_memory_equal(clear_right, black_right, sizeof all);
    assert_memory_not_equal(clear_right, all, sizeof all);
}

static void a_byte_order_mark_is_not_part_of_a_text(void **state) {
    (void)state;
    PUT_TEXT("bom.recipe", "\xef\xbb\xbf# by an editor\r\nlike ./plain.recipe\r\n");
    PUT_TEXT("plain.recipe", "source a test\nlike gatys\n");
    PUT_TEXT("first.recipe", "\xef\xbb\xbfsource a test\nlike gatys\n");
    done(RUN("recipes", in_folder("first.recipe")));
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("o.png"), "--recipe", in_folder("first.recipe"),
                   "--manifest", in_folder("o.json")));
    static char json[16384];
    memcpy(json, "\xef\xbb\xbf", 3);
    read_back(in_folder("o.json"), json + 3, sizeof json - 3);
    put("bom.json", json, strlen(json));
    done(RUN("rerun", in_folder("bom.json"), "-o", in_folder("again.png")));
    PUT_TEXT("wide.recipe", "\xff\xfes\0o\0u\0r\0");
    assert_refused(RUN("recipes", in_folder("wide.recipe")), 1, "UTF-16 text");
    assert_refused(RUN("recipes", in_folder("wide.recipe")), 1,
                   "iconv -f UTF-16 -t UTF-8");
}

static void what_is_no_picture_is_named(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *words;
    } cases[] = {
        {"RIFF\x1a\0\0\0WEBPVP8 ", 16,
         "(WebP); convert it to PNG: convert IN.webp OUT.png"},
        {"\0\0\0\x18"
         "ftypheix\0\0\0\0mif1heix",
         24, "(HEIC); convert it to PNG: heif-convert"},
        {"<!DOCTYPE html><html>", 21, "(a web page); the link leads to a page"},
        {"version https://git-lfs.github.com/spec/v1\n", 43, "git lfs pull"},
        {"\x1f\x8b\x08\0\0\0\0\0", 8, "(gzip); unpack it first: gunzip"},
        {"MATLAB 5.0 MAT-file", 19, "(MATLAB .mat); load it with scipy.io.loadmat"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put("photo.jpg", cases[i].bytes, cases[i].size);
        assert_refused(RUN("eval", in_folder("photo.jpg"), in_folder("b.png")), 1,
                       cases[i].words);
    }
    put("photo.jpg", "", 0);
    assert_refused(RUN("eval", in_folder("photo.jpg"), in_folder("b.png")), 1,
                   "is empty");
}

/* A thousand scans in 8 KB. */
static void a_thousand_scans_are_refused(void **state) {
    (void)state;
    Error err;
    FileBytes photo;
    assert_true(
        file_read(arena, "tests/golden/photo_progressive.jpg", 1 << 20, &photo, &err));
    photo = jpeg_with_scans(photo, 1000);
    put("scans.jpg", photo.data, photo.size);
    assert_refused(RUN("eval", in_folder("scans.jpg"), in_folder("b.png")), 1,
                   "(JPEG: it has too many progressive scans, more than the 100 of "
                   "JPEG_MAX_SCANS in io/limits.h); fetch it again");
}

/* A folder's name of 4080 bytes, with which every sheet's name is too long. */
static void a_long_folder_of_sheets_is_refused(void **state) {
    (void)state;
    char path[4096];
    size_t length = (size_t)snprintf(path, sizeof path, "%s", folder);
    while (length + 2 <= 4080)
        length += (size_t)snprintf(path + length, sizeof path - length, "/.");
    for (int more = 0; more < 12; more++, strcat(path, more % 2 ? "/" : ".")) {
        Outcome o = RUN("features", in_folder("a.png"), "--net", "vgg19", "--size", "24",
                        "--layers", "relu1_1", "-o", in_folder("f.npz"), "--png", path);
        assert_true(o.status == 0 || o.status == 1); /* no signal, no sanitizer */
        if (strlen(path) + strlen("/relu1_1.png") > 4095)
            assert_refused(o, 1, "File name too long");
    }
}

/* Every line of what was said is shown as it is. */
static void assert_tame(Outcome o) {
    char *texts[] = {o.out, o.err};
    char *rest;
    for (int i = 0; i < 2; i++)
        for (char *line = strtok_r(texts[i], "\n", &rest); line;
             line = strtok_r(NULL, "\n", &rest))
            if (!text_is_plain(line)) fail_msg("raw: %s", SHOWN(line));
}

#define ESCAPE "\x1b[2J"

/* One tensor whose name JSON writes with escapes. */
static void put_weights(const char *name) {
    static const char header[] = "{\"\\u001b[2J\\u009b\\u202e\":{\"dtype\":\"F32\","
                                 "\"shape\":[1],\"data_offsets\":[0,4]}}";
    char bytes[8 + sizeof header - 1 + 4] = {sizeof header - 1};
    memcpy(bytes + 8, header, sizeof header - 1);
    put(name, bytes, sizeof bytes);
}

static void names_do_not_reach_the_terminal_raw(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    FileBytes png = png_begin(W, H, 8, 2);
    png_chunk(&png, ESCAPE, "", 0); /* a chunk that the decoder names */
    png = flat_png(png, (const uint8_t[]){1, 2, 3});
    put("chunk.png", png.data, png.size);
    Outcome o = RUN("eval", in_folder("chunk.png"), b);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "\\x1b[2J"));
    assert_tame(o);
    put_weights(ESCAPE ".safetensors");
    PUT_TEXT("a" ESCAPE ".recipe", "source a test\nlike gatys\n");
    PUT_TEXT("key.recipe", ESCAPE " 1\n");
    PUT_TEXT("m.json", "{\"stylegrad\":\"\\u001b[2J\",\"variant\":\"\\u009b\"}");
    const char *weights = in_folder(ESCAPE ".safetensors");
    const char *recipe = in_folder("a" ESCAPE ".recipe");
    assert_tame(RUN("eval",
                    in_folder("\xc2\x9b"
                              "2J.png"),
                    b));
    assert_tame(RUN("eval",
                    in_folder("\x9b"
                              "2J.png"),
                    b));
    assert_tame(RUN("weights", weights));
    assert_tame(RUN("weights", weights, "--json"));
    assert_tame(RUN("eval", a, b, "--weights", weights, "--net", "vgg19"));
    assert_tame(RUN("eval", a, b, "--recipe", in_folder("key.recipe")));
    assert_tame(RUN("recipes", in_folder("key.recipe")));
    assert_tame(RUN("rerun", in_folder("m.json")));
    assert_tame(RUN("features", a, "--layers", ESCAPE, "--net", "vgg19"));
    assert_tame(RUN("eval", a, b, "--" ESCAPE));
    assert_tame(RUN("eval", a, b, "--style-layers", ESCAPE));
    assert_tame(RUN("gradcheck", ESCAPE));
    assert_tame(RUN(ESCAPE));
    o = RUN("convert-loss", a, b, "--net", "vgg19", "--size", "48", "--from", recipe,
            "--to", recipe);
    done(o);
    assert_tame(o);
    o = RUN("features", a, "--net", "vgg19", "--size", "24", "--layers", "relu1_1", "-o",
            in_folder(ESCAPE ".npz"), "--png", in_folder(ESCAPE));
    done(o);
    assert_tame(o);
}

static void a_chinese_name_stays_readable(void **state) {
    (void)state;
    Outcome o = RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                          in_folder("油画\x1b.png"));
    done(o);
    assert_non_null(strstr(o.err, "/油画\\x1b.png"));
    assert_int_equal(access(in_folder("油画\x1b.png"), F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_from_a_phone_is_turned_upright),
        cmocka_unit_test(a_jpeg_with_a_long_orientation_is_turned_upright),
        cmocka_unit_test(display_p3_is_painted_as_srgb),
        cmocka_unit_test(cmyk_without_a_marker_keeps_its_fourth_channel),
        cmocka_unit_test(a_transparent_part_of_a_mask_is_not_selected),
        cmocka_unit_test(a_byte_order_mark_is_not_part_of_a_text),
        cmocka_unit_test(what_is_no_picture_is_named),
        cmocka_unit_test(a_thousand_scans_are_refused),
        cmocka_unit_test(a_long_folder_of_sheets_is_refused),
        cmocka_unit_test(names_do_not_reach_the_terminal_raw),
        cmocka_unit_test(a_chinese_name_stays_readable),
    };
    return cmocka_run_group_tests(tests, make_folder, end_folder);
}
