/* Colours of files, and what they are in sRGB. Expected numbers come from the formulas of
 * the colour spaces: number to light by its curve, chromaticities to CIE XYZ and on to the
 * light of sRGB by the matrices of IEC 61966-2-1, light to number by sRGB's curve. */
#ifndef TESTS_COLOURS_H
#define TESTS_COLOURS_H

#include <lcms2.h>
#include <math.h>
#include <stdlib.h>

#include "io/colours.h"
#include "io/image_decode.h"
#include "tests/png.h"

#define LEVEL (1 / 255.0)

static Error err;

static inline double to_light(double v) {
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static inline double to_number(double x) {
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

static inline void expected(const double matrix[3][3], double gamma, const double from[3],
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
static inline FileBytes saved(cmsHPROFILE profile) {
    cmsUInt32Number size = 0;
    assert_non_null(profile);
    assert_true(cmsSaveProfileToMem(profile, NULL, &size));
    FileBytes out = {arena_alloc(arena, size), size};
    assert_true(cmsSaveProfileToMem(profile, out.data, &size));
    cmsCloseProfile(profile);
    return out;
}

static inline FileBytes rgb_profile(const cmsCIExyYTRIPLE *corners, double gamma) {
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

static inline void put_profile(FileBytes *png, FileBytes icc) {
    unsigned char chunk[32768] = "name";
    size_t packed = png_pack(chunk + 6, sizeof chunk - 6, icc.data, icc.size);
    png_chunk(png, "iCCP", chunk, 6 + packed);
}

static inline Tensor read_back(FileBytes file) {
    Tensor out;
    if (!image_read_bytes(arena, "x.png", &file, &out, &err)) fail_msg("%s", err.text);
    return out;
}

static inline void refused(FileBytes file, const char *words) {
    Tensor out;
    assert_false(image_read_bytes(arena, "x.png", &file, &out, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
    assert_non_null(strstr(err.text, "-auto-orient -strip OUT.png"));
}

/* The patches beside each other after these chunks. */
static inline Tensor read_patches(FileBytes png) {
    return read_back(png_end(png, patches, 3 * PATCHES, 1));
}

static inline void assert_patches(Tensor t, const double matrix[3][3], double gamma,
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

static inline void assert_untouched(Tensor t) {
    for (int i = 0; i < PATCHES; i++)
        for (int c = 0; c < 3; c++)
            assert_true(*tensor_at(t, 0, c, 0, i) == (real)(patches[i][c] / 255.0));
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

#endif
