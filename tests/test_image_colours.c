/* The colour profile of a file is applied. Expected numbers come from the formulas
 * of the colour spaces: number to light by its curve, chromaticities to CIE XYZ and on to
 * the light of sRGB by the matrices of IEC 61966-2-1, light to number by sRGB's curve. */
#include <lcms2.h>
#include <math.h>
#include <stdlib.h>

#include "io/colours.h"
#include "io/image_decode.h"
#include "tests/png.h"

#define LEVEL (1 / 255.0)

static Error err;

static double to_light(double v) {
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double to_number(double x) {
    x = x < 0 ? 0 : x > 1 ? 1 : x;
    return x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
}

/* From the light of Display P3 and of Adobe RGB to that of sRGB: the three have the same
 * white, so each row adds up to 1. The products of published matrices to five digits. */
static const double from_p3[3][3] = {{1.22494, -0.22494, 0.00000},
                                     {-0.04206, 1.04206, 0.00000},
                                     {-0.01964, -0.07864, 1.09828}};
static const double from_adobe[3][3] = {{1.39836, -0.39836, 0.00000},
                                        {0.00000, 1.00000, 0.00000},
                                        {0.00000, -0.04293, 1.04293}};

static void expected(const double matrix[3][3], double gamma, const double from[3],
                     double to[3]) {
    for (int i = 0; i < 3; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++)
            sum += matrix[i][k] * (gamma > 0 ? pow(from[k], gamma) : to_light(from[k]));
        to[i] = to_number(sum);
    }
}

static const uint8_t patches[6][3] = {{230, 40, 40},   {40, 200, 60},   {60, 60, 220},
                                      {200, 180, 150}, {255, 255, 255}, {12, 10, 8}};
enum { PATCHES = 6 };

static const cmsCIExyY d65 = {0.3127, 0.3290, 1};
static const cmsCIExyYTRIPLE p3_corners = {
    {0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
static const cmsCIExyYTRIPLE adobe_corners = {
    {0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};

/* The profile as a file holds it; closes it. */
static FileBytes saved(cmsHPROFILE profile) {
    cmsUInt32Number size = 0;
    assert_non_null(profile);
    assert_true(cmsSaveProfileToMem(profile, NULL, &size));
    FileBytes out = {arena_alloc(arena, size), size};
    assert_true(cmsSaveProfileToMem(profile, out.data, &size));
    cmsCloseProfile(profile);
    return out;
}

static FileBytes rgb_profile(const cmsCIExyYTRIPLE *corners, double gamma) {
    cmsToneCurve *curve =
        gamma > 0
            ? cmsBuildGamma(NULL, gamma)
            : cmsBuildParametricToneCurve(
                  NULL, 4, (double[]){2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045});
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    FileBytes out = saved(cmsCreateRGBProfile(&d65, corners, curves));
    cmsFreeToneCurve(curve);
    return out;
}

static FileBytes grey_profile(double gamma) {
    cmsToneCurve *curve = cmsBuildGamma(NULL, gamma);
    FileBytes out = saved(cmsCreateGrayProfile(cmsD50_xyY(), curve));
    cmsFreeToneCurve(curve);
    return out;
}

static void put_profile(FileBytes *png, FileBytes icc) {
    unsigned char chunk[32768] = "name";
    size_t packed = png_pack(chunk + 6, sizeof chunk - 6, icc.data, icc.size);
    png_chunk(png, "iCCP", chunk, 6 + packed);
}

static Tensor read_back(FileBytes file) {
    Tensor out;
    if (!image_read_bytes(arena, "x.png", &file, &out, &err)) fail_msg("%s", err.text);
    return out;
}

static void refused(FileBytes file, const char *words) {
    Tensor out;
    assert_false(image_read_bytes(arena, "x.png", &file, &out, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
    assert_non_null(strstr(err.text, "-auto-orient -strip OUT.png"));
}

/* The patches beside each other after these chunks. */
static Tensor read_patches(FileBytes png) {
    return read_back(png_end(png, patches, 3 * PATCHES, 1));
}

static void assert_patches(Tensor t, const double matrix[3][3], double gamma,
                           double levels) {
    for (int i = 0; i < PATCHES; i++) {
        double from[3], to[3];
        for (int c = 0; c < 3; c++)
            from[c] = patches[i][c] / 255.0;
        expected(matrix, gamma, from, to);
        for (int c = 0; c < 3; c++)
            assert_close(*tensor_at(t, 0, c, 0, i), to[c], 0, levels * LEVEL);
    }
}

static void assert_untouched(Tensor t) {
    for (int i = 0; i < PATCHES; i++)
        for (int c = 0; c < 3; c++)
            assert_true(*tensor_at(t, 0, c, 0, i) == (real)(patches[i][c] / 255.0));
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

/* Primaries of BT.709, which are those of sRGB, and a curve: H.273 table 3. */
static void the_curves_of_cicp_are_followed(void **state) {
    (void)state;
    static const double same[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    static const struct {
        const char *code;
        double gamma;
    } powers[] = {{"\1\4\0\1", 2.2}, {"\1\10\0\1", 1}};
    for (int i = 0; i < 2; i++) {
        FileBytes png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "cICP", powers[i].code, 4);
        assert_patches(read_patches(png), same, powers[i].gamma, 1);
    }
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\1\1\0\1", 4);
    Tensor t = read_patches(png);
    for (int i = 0; i < PATCHES; i++)
        for (int c = 0; c < 3; c++) {
            const double v = patches[i][c] / 255.0;
            const double light = v < 0.081 ? v / 4.5 : pow((v + 0.099) / 1.099, 1 / 0.45);
            assert_close(*tensor_at(t, 0, c, 0, i), to_number(light), 0, LEVEL);
        }
}

static void unknown_codes_of_cicp_are_refused(void **state) {
    (void)state;
    static const char *const codes[] = {"\2\15\0\1", "\1\2\0\1", "\1\15\1\1",
                                        "\1\15\0\0"};
    for (int i = 0; i < 4; i++) {
        FileBytes png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "cICP", codes[i], 4);
        refused(png_end(png, patches, 3 * PATCHES, 1),
                "its cICP has a code that is not known");
    }
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\11\22\0\1", 4);
    refused(png_end(png, patches, 3 * PATCHES, 1), "HDR");
}

/* Chunks of another length than the specification gives them say nothing. */
static void chunks_of_a_wrong_length_are_ignored(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cHRM", (char[31]){1}, 31);
    png_chunk(&png, "gAMA", "\0\1\2\3\4", 5);
    png_chunk(&png, "gAMA", "\0\0\0\0", 4);
    png_chunk(&png, "cICP", "\1\4\0", 3);
    assert_untouched(read_patches(png));
}

/* The first profile counts, be it good or bad. */
static void a_second_profile_is_ignored(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, rgb_profile(&p3_corners, 0));
    png_chunk(&png, "iCCP", "name\0\0garbage", 13);
    assert_patches(read_patches(png), from_p3, 0, 1);
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {{"name", 4}, {"name\0", 5}, {"name\0\1garbage", 13}};
    for (int i = 0; i < 3; i++) {
        png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "iCCP", bad[i].bytes, bad[i].size);
        put_profile(&png, rgb_profile(&p3_corners, 0));
        refused(png_end(png, patches, 3 * PATCHES, 1), "its colour profile is damaged");
    }
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

/* A JPEG with these segments after its first marker. */
static FileBytes jpeg_with(const void *segments, size_t size) {
    FileBytes jpeg, out;
    if (!file_read(arena, "tests/golden/photo.jpg", 1 << 20, &jpeg, &err))
        fail_msg("%s", err.text);
    out = (FileBytes){arena_alloc(arena, jpeg.size + size), jpeg.size + size};
    memcpy(out.data, jpeg.data, 2);
    memcpy(out.data + 2, segments, size);
    memcpy(out.data + 2 + size, jpeg.data + 2, jpeg.size - 2);
    return out;
}

/* APP2 with one part of the profile. */
static size_t put_part(unsigned char *at, int number, int parts, const void *data,
                       size_t size) {
    const size_t length = 16 + size;
    at[0] = 0xFF, at[1] = 0xE2;
    at[2] = (unsigned char)(length >> 8), at[3] = (unsigned char)length;
    memcpy(at + 4, "ICC_PROFILE", 12);
    at[16] = (unsigned char)number, at[17] = (unsigned char)parts;
    memcpy(at + 18, data, size);
    return 18 + size;
}

/* In two parts, the second one first. */
static void a_jpeg_has_its_profile_in_parts(void **state) {
    (void)state;
    FileBytes icc = rgb_profile(&p3_corners, 0);
    unsigned char segments[4096];
    const size_t half = icc.size / 2;
    size_t used = put_part(segments, 2, 2, icc.data + half, icc.size - half);
    const size_t second = used;
    used += put_part(segments + used, 1, 2, icc.data, half);
    Tensor plain = read_back(jpeg_with("", 0)), t = read_back(jpeg_with(segments, used));
    const size_t plane = (size_t)plain.shape.h * (size_t)plain.shape.w;
    for (size_t i = 0; i < plane; i++) {
        double from[3], to[3];
        for (size_t c = 0; c < 3; c++)
            from[c] = (double)plain.data[c * plane + i];
        expected(from_p3, 0, from, to);
        for (size_t c = 0; c < 3; c++)
            assert_close(t.data[c * plane + i], to[c], 0, LEVEL);
    }
    refused(jpeg_with(segments, second), "a part of its colour profile is missing");
}

/* Parts are counted from 1, there are as many as each says, and one that comes twice
 * counts once. */
static void parts_of_a_profile_are_counted(void **state) {
    (void)state;
    FileBytes icc = rgb_profile(&p3_corners, 0);
    unsigned char segments[8192];
    static const int wrong[][2] = {{0, 1}, {2, 1}, {1, 0}};
    for (int i = 0; i < 3; i++) {
        const size_t used =
            put_part(segments, wrong[i][0], wrong[i][1], icc.data, icc.size);
        refused(jpeg_with(segments, used), "its colour profile is damaged");
    }
    size_t used = put_part(segments, 1, 3, icc.data, 100);
    used += put_part(segments + used, 2, 2, icc.data, 100);
    refused(jpeg_with(segments, used), "its colour profile is damaged");
    refused(jpeg_with(segments, put_part(segments, 1, 1, "", 0)),
            "its colour profile is damaged");
    used = put_part(segments, 1, 1, icc.data, icc.size);
    Tensor once = read_back(jpeg_with(segments, used));
    used += put_part(segments + used, 1, 1, "another", 7);
    Tensor twice = read_back(jpeg_with(segments, used));
    assert_same_bits(once.data, twice.data, shape_size(once.shape));
}

/* Other programs put other things into segments of the same number. */
static void segments_of_others_are_ignored(void **state) {
    (void)state;
    static const char others[] = "\xff\xe2\0\4MP"
                                 "\xff\xe2\0\x14MPF\0..............."
                                 "\xff\xe1\0\4Ex"
                                 "\xff\xe1\0\x0a"
                                 "http://x"
                                 "\xff\xee\0\7Adobe";
    Tensor plain = read_back(jpeg_with("", 0)),
           t = read_back(jpeg_with(others, sizeof others - 1));
    assert_same_bits(plain.data, t.data, shape_size(plain.shape));
}

/* SOF0 of 16 x 16 pixels before that of the photograph, and one that is cut off. */
static void a_jpeg_has_one_frame(void **state) {
    (void)state;
    static const char two[] = "\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0",
                      cut[] = "\xff\xc0\0\4\x08\0";
    const FileBytes files[] = {jpeg_with(two, sizeof two - 1),
                               jpeg_with(cut, sizeof cut - 1)};
    static const char *const words[] = {"it holds two pictures in one",
                                        "its header is too short"};
    for (int i = 0; i < 2; i++) {
        Tensor out;
        assert_false(image_read_bytes(arena, "x.jpg", &files[i], &out, &err));
        if (!strstr(err.text, words[i])) fail_msg("no \"%s\" in: %s", words[i], err.text);
    }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ARENA(display_p3_and_adobe_rgb_become_srgb),
        WITH_ARENA(sixteen_bits_are_converted_exactly),
        WITH_ARENA(alpha_and_grey_go_their_way),
        WITH_ARENA(srgb_keeps_its_bytes),
        WITH_ARENA(the_strongest_statement_counts),
        WITH_ARENA(what_cannot_be_followed_is_refused_with_the_remedy),
        WITH_ARENA(the_curves_of_cicp_are_followed),
        WITH_ARENA(unknown_codes_of_cicp_are_refused),
        WITH_ARENA(chunks_of_a_wrong_length_are_ignored),
        WITH_ARENA(a_second_profile_is_ignored),
        WITH_ARENA(a_profile_that_unpacks_without_end_is_refused),
        WITH_ARENA(a_mask_has_no_colours_and_transparent_is_black),
        WITH_ARENA(a_jpeg_has_its_profile_in_parts),
        WITH_ARENA(parts_of_a_profile_are_counted),
        WITH_ARENA(segments_of_others_are_ignored),
        WITH_ARENA(a_jpeg_has_one_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
