/* The colour profile of a file is applied. */
#include "tests/colours.h"

static FileBytes grey_profile(double gamma) {
    cmsToneCurve *curve = cmsBuildGamma(NULL, gamma);
    FileBytes out = saved(cmsCreateGrayProfile(cmsD50_xyY(), curve));
    cmsFreeToneCurve(curve);
    return out;
}

static void display_p3_and_adobe_rgb_become_srgb(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, rgb_profile(&p3_corners, 0));
    Tensor t = read_patches(png);
    assert_patches(t, from_p3, 0, 1);
    /* Little CMS itself, called from Pillow's ImageCms: 251 0 18 and 204 179 146. */
    assert_close(*tensor_at(t, 0, 0, 0, 0), 251 * LEVEL, 0, LEVEL);
    assert_close(*tensor_at(t, 0, 2, 0, 0), 18 * LEVEL, 0, LEVEL);
    assert_close(*tensor_at(t, 0, 2, 0, 3), 146 * LEVEL, 0, LEVEL);
    png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, rgb_profile(&adobe_corners, 2.19921875));
    assert_patches(read_patches(png), from_adobe, 2.19921875, 1);
}

/* High byte v and low byte 255 - v are between two levels of 8 bits; half a level would
 * be far too much here. */
static void sixteen_bits_are_converted_exactly(void **state) {
    (void)state;
    uint8_t wide[PATCHES][3][2];
    for (int i = 0; i < PATCHES; i++)
        for (int c = 0; c < 3; c++) {
            wide[i][c][0] = patches[i][c];
            wide[i][c][1] = (uint8_t)(255 - patches[i][c]);
        }
    FileBytes png = png_begin(PATCHES, 1, 16, 2);
    put_profile(&png, rgb_profile(&p3_corners, 0));
    Tensor t = read_back(png_end(png, wide, sizeof wide, 1));
    for (int i = 0; i < PATCHES; i++) {
        double from[3], to[3];
        for (int c = 0; c < 3; c++)
            from[c] = (256 * wide[i][c][0] + wide[i][c][1]) / 65535.0;
        expected(from_p3, 0, from, to);
        for (int c = 0; c < 3; c++)
            assert_close(*tensor_at(t, 0, c, 0, i), to[c], 0, 0.15 * LEVEL);
    }
}

/* Opacity is no colour: converted first, then laid over white; a grey profile turns v
 * into v^1.8 of light; a grey image may have a profile for RGB. */
static void alpha_and_grey_go_their_way(void **state) {
    (void)state;
    static const uint8_t rgba[4] = {230, 40, 40, 102}, grey[3] = {0, 100, 255};
    double to[3];
    FileBytes png = png_begin(1, 1, 8, 6);
    put_profile(&png, rgb_profile(&p3_corners, 0));
    Tensor t = read_back(png_end(png, rgba, 4, 1));
    expected(from_p3, 0, (const double[]){230 / 255.0, 40 / 255.0, 40 / 255.0}, to);
    for (int c = 0; c < 3; c++)
        assert_close(t.data[c], 0.4 * to[c] + 0.6, 0, LEVEL);
    png = png_begin(3, 1, 8, 0);
    put_profile(&png, grey_profile(1.8));
    t = read_back(png_end(png, grey, 3, 1));
    for (int i = 0; i < 9; i++)
        assert_close(t.data[i], to_number(pow(grey[i % 3] / 255.0, 1.8)), 0, LEVEL / 4);
    png = png_begin(3, 1, 8, 0);
    put_profile(&png, rgb_profile(&p3_corners, 1.8));
    t = read_back(png_end(png, grey, 3, 1));
    for (int i = 0; i < 9; i++)
        assert_close(t.data[i], to_number(pow(grey[i % 3] / 255.0, 1.8)), 0, LEVEL / 2);
}

static void srgb_keeps_its_bytes(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, saved(cmsCreate_sRGBProfile()));
    assert_untouched(read_patches(png));
    png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "gAMA", "\0\0\xb1\x8f", 4); /* 45455, as most programs write */
    assert_untouched(read_patches(png));
    png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\1\15\0\1", 4); /* BT.709, sRGB, RGB, full range */
    assert_untouched(read_patches(png));
}

static void put_chrm(FileBytes *png, const cmsCIExyYTRIPLE *corners) {
    const double xy[8] = {d65.x,
                          d65.y,
                          corners->Red.x,
                          corners->Red.y,
                          corners->Green.x,
                          corners->Green.y,
                          corners->Blue.x,
                          corners->Blue.y};
    unsigned char chunk[32];
    for (int i = 0; i < 8; i++)
        put_32(chunk + 4 * i, (size_t)(xy[i] * 1e5 + 0.5));
    png_chunk(png, "cHRM", chunk, sizeof chunk);
}

/* The PNG specification: cICP before iCCP before sRGB before gAMA and cHRM. */
static void the_strongest_statement_counts(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    put_chrm(&png, &adobe_corners);
    png_chunk(&png, "gAMA", "\0\0\xd9\x04", 4); /* 55556: 1 / 1.8 */
    FileBytes weak = {arena_alloc(arena, MAX_PNG), png.size};
    memcpy(weak.data, png.data, png.size);
    assert_patches(read_patches(weak), from_adobe, 1.8, 1);
    weak.size = png.size;
    png_chunk(&weak, "sRGB", "\0", 1);
    FileBytes strong = {arena_alloc(arena, MAX_PNG), weak.size};
    memcpy(strong.data, weak.data, weak.size);
    assert_untouched(read_patches(weak));
    put_profile(&strong, rgb_profile(&adobe_corners, 2.2));
    FileBytes strongest = {arena_alloc(arena, MAX_PNG), strong.size};
    memcpy(strongest.data, strong.data, strong.size);
    assert_patches(read_patches(strong), from_adobe, 2.2, 1);
    png_chunk(&strongest, "cICP", "\14\15\0\1", 4); /* Display P3 */
    assert_patches(read_patches(strongest), from_p3, 0, 1);
}

static FileBytes with_cut_profile(size_t size) {
    FileBytes png = png_begin(PATCHES, 1, 8, 2), icc = rgb_profile(&p3_corners, 0);
    if (icc.size > size) icc.size = size;
    put_profile(&png, icc);
    return png_end(png, patches, 3 * PATCHES, 1);
}

static void what_cannot_be_followed_is_refused_with_the_remedy(void **state) {
    (void)state;
    refused(with_cut_profile(100), "its colour profile is damaged");
    refused(with_cut_profile(300), "its colour profile");
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "iCCP", "name\0\0garbage", 13);
    refused(png_end(png, patches, 3 * PATCHES, 1), "its colour profile is damaged");
    png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, grey_profile(2.2));
    refused(png_end(png, patches, 3 * PATCHES, 1), "is for grey, it has colours");
    png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, saved(cmsCreateLab4Profile(NULL)));
    refused(png_end(png, patches, 3 * PATCHES, 1), "is not for RGB or grey");
    png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\11\20\0\1", 4);
    refused(png_end(png, patches, 3 * PATCHES, 1), "HDR");
    png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cHRM", (char[32]){0}, 32);
    refused(png_end(png, patches, 3 * PATCHES, 1), "cHRM chunk makes no sense");
}

/* A good profile and zeros up to that size, which Little CMS would not mind. */
static FileBytes padded_profile(size_t size) {
    FileBytes icc = rgb_profile(&p3_corners, 0);
    unsigned char *padded = calloc(size, 1), chunk[32768] = "name";
    memcpy(padded, icc.data, icc.size);
    size_t packed = png_pack(chunk + 6, sizeof chunk - 6, padded, size);
    free(padded);
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "iCCP", chunk, 6 + packed);
    return png_end(png, patches, 3 * PATCHES, 1);
}

/* 8 MiB in 8 KB are unpacked, a byte more is not. */
static void a_profile_that_unpacks_without_end_is_refused(void **state) {
    (void)state;
    assert_patches(read_back(padded_profile((size_t)8 << 20)), from_p3, 0, 1);
    refused(padded_profile(((size_t)8 << 20) + 1), "its colour profile is damaged");
}

/* A mask is numbers: no profile is followed, not even a damaged one; what is transparent
 * counts as 0. */
static void a_mask_has_no_colours_and_transparent_is_black(void **state) {
    (void)state;
    static const uint8_t pixels[3][2] = {{255, 255}, {255, 0}, {200, 51}};
    FileBytes png = png_begin(3, 1, 8, 4);
    png_chunk(&png, "iCCP", "name\0\0garbage", 13);
    png = png_end(png, pixels, 6, 1);
    Tensor t;
    assert_true(image_read_mask_bytes(arena, "m.png", &png, &t, &err));
    const double values[3] = {1, 0, 200 / 255.0 * 0.2};
    for (int i = 0; i < 9; i++)
        assert_close(t.data[i], values[i % 3], 1e-6, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ARENA(display_p3_and_adobe_rgb_become_srgb),
        WITH_ARENA(sixteen_bits_are_converted_exactly),
        WITH_ARENA(alpha_and_grey_go_their_way),
        WITH_ARENA(srgb_keeps_its_bytes),
        WITH_ARENA(the_strongest_statement_counts),
        WITH_ARENA(what_cannot_be_followed_is_refused_with_the_remedy),
        WITH_ARENA(a_profile_that_unpacks_without_end_is_refused),
        WITH_ARENA(a_mask_has_no_colours_and_transparent_is_black),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
