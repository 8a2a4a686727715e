#include "io/colours.h"

#include <lcms2.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/colours_memory.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

#define ICC_HEADER 128 /* bytes */
#define PNG_GAMMA 2.2  /* the gAMA chunk of sRGB files */

struct Colours {
    cmsHTRANSFORM exact; /* of doubles: about 800 ns for a pixel */
    cmsHTRANSFORM fast;  /* of bytes to 16 bits, about 50 ns; or NULL */
    int channels;
};

/* Pixels at which transforms are compared: these levels of each colour, and all greys. */
static const uint8_t levels[] = {0, 8, 20, 40, 80, 120, 160, 200, 255};
#define LEVELS ((int)sizeof levels)
#define SAMPLES (LEVELS * LEVELS * LEVELS + 256)

/* Chromaticities of H.273's codes: white, red, green, blue. */
static const double bt709[4][2] = {
    {0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};
static const double bt2020[4][2] = {
    {0.3127, 0.3290}, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
static const double display_p3[4][2] = {
    {0.3127, 0.3290}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};

/* From number to light: y = (a x + b)^g from d on, c x below. */
static cmsToneCurve *curve_of(double g, double a, double b, double c, double d) {
    return cmsBuildParametricToneCurve(NULL, 4, (const double[]){g, a, b, c, d});
}

static cmsToneCurve *srgb_curve(void) {
    return curve_of(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);
}

/* A profile of these chromaticities and this curve, which is freed; NULL if they are not
 * valid. */
static cmsHPROFILE built(const double xy[4][2], cmsToneCurve *curve) {
    if (!curve) return NULL;
    const cmsCIExyY white = {xy[0][0], xy[0][1], 1};
    const cmsCIExyYTRIPLE primaries = {
        {xy[1][0], xy[1][1], 1}, {xy[2][0], xy[2][1], 1}, {xy[3][0], xy[3][1], 1}};
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
    cmsFreeToneCurve(curve);
    return profile;
}

/* The codes of H.273 that occur in still images of eight or sixteen bits. */
static const char *profile_of_code(const unsigned char code[4], cmsHPROFILE *out) {
    const double(*xy)[2] = code[0] == 1    ? bt709
                           : code[0] == 9  ? bt2020
                           : code[0] == 12 ? display_p3
                                           : NULL;
    if (code[1] == 16 || code[1] == 18) return "they are HDR, PQ or HLG";
    if (!xy || code[2] != 0 || code[3] != 1)
        return "its cICP has a code that is not known";
    switch (code[1]) {
    case 1:
    case 6:
    case 14:
    case 15: /* BT.709 and BT.2020 */
        *out = built(xy, curve_of(1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081));
        return NULL;
    case 4:
        *out = built(xy, cmsBuildGamma(NULL, 2.2));
        return NULL;
    case 8:
        *out = built(xy, cmsBuildGamma(NULL, 1));
        return NULL;
    case 13:
        *out = built(xy, srgb_curve());
        return NULL;
    default:
        return "its cICP has a code that is not known";
    }
}

/* gAMA 45455 means 1 / 2.2, which means the curve of sRGB. As in libpng, any
 * value within 5 % of it means the same. */
static cmsHPROFILE profile_of_chunks(const ColourFacts *said) {
    const bool usual = said->gamma == 0 || fabs(said->gamma / PNG_GAMMA - 1) <= 0.05;
    return built(said->bounded ? said->xy : bt709,
                 usual ? srgb_curve() : cmsBuildGamma(NULL, said->gamma));
}

static const char *profile_of_icc(const FileBytes *icc, bool grey, cmsHPROFILE *out) {
    const char *damaged = "its colour profile is damaged";
    if (icc->size < ICC_HEADER || icc->size > UINT32_MAX) return damaged;
    *out = cmsOpenProfileFromMem(icc->data, (cmsUInt32Number)icc->size);
    if (!*out) return damaged;
    const cmsColorSpaceSignature space = cmsGetColorSpace(*out);
    if (space == cmsSigRgbData || (space == cmsSigGrayData && grey)) return NULL;
    return space == cmsSigGrayData ? "its colour profile is for grey, it has colours"
                                   : "its colour profile is not for RGB or grey";
}

static const char *profile_of(const ColourFacts *said, bool grey, cmsHPROFILE *out) {
    const char *problem = said->problem    ? said->problem
                          : said->coded    ? profile_of_code(said->code, out)
                          : said->icc.size ? profile_of_icc(&said->icc, grey, out)
                                           : NULL;
    if (problem || said->coded || said->icc.size || said->srgb) return problem;
    if (said->gamma > 0 || said->bounded) *out = profile_of_chunks(said);
    return *out || !(said->gamma > 0 || said->bounded) ? NULL
                                                       : "its cHRM chunk makes no sense";
}

static void sample(int i, double rgb[3]) {
    const int grid = LEVELS * LEVELS * LEVELS;
    const int at[3] = {i / (LEVELS * LEVELS), i / LEVELS % LEVELS, i % LEVELS};
    for (int c = 0; c < 3; c++)
        rgb[c] = (i < grid ? levels[at[c]] : i - grid) / 255.0;
}

static double clamped(double x) {
    return x > 0 ? x < 1 ? x : 1 : 0; /* NaN becomes 0 */
}

static void row_exact(const Colours *colours, const double *values, double *rgb,
                      int pixels) {
    cmsDoTransform(colours->exact, values, rgb, (cmsUInt32Number)pixels);
    for (int i = 0; i < 3 * pixels; i++)
        rgb[i] = clamped(rgb[i]);
}

static void row_fast(const Colours *colours, const double *values, double *rgb,
                     int pixels) {
    enum { AT_ONCE = 256 };
    uint8_t from[3 * AT_ONCE];
    uint16_t to[3 * AT_ONCE];
    for (int done = 0, now; done < pixels; done += now) {
        now = pixels - done < AT_ONCE ? pixels - done : AT_ONCE;
        for (int i = 0; i < 3 * now; i++)
            from[i] = (uint8_t)(255 * values[3 * done + i] + 0.5);
        cmsDoTransform(colours->fast, from, to, (cmsUInt32Number)now);
        for (int i = 0; i < 3 * now; i++)
            rgb[3 * done + i] = to[i] / 65535.0;
    }
}

/* The largest change of a colour by the exact transform. */
static double largest_change(const Colours *colours) {
    double from[3], to[3], largest = 0;
    for (int i = 0; i < SAMPLES; i++) {
        sample(i, from);
        if (colours->channels == 1) from[0] = from[1] = from[2];
        row_exact(colours, from, to, 1);
        for (int c = 0; c < 3; c++)
            largest = fmax(largest, fabs(to[c] - from[colours->channels == 1 ? 0 : c]));
    }
    return largest;
}

/* The largest difference between the fast transform and the exact one. */
static double largest_error(const Colours *colours) {
    double from[3], exact[3], fast[3], largest = 0;
    for (int i = 0; i < SAMPLES; i++) {
        sample(i, from);
        row_exact(colours, from, exact, 1);
        row_fast(colours, from, fast, 1);
        for (int c = 0; c < 3; c++)
            largest = fmax(largest, fabs(exact[c] - fast[c]));
    }
    return largest;
}

/* Little CMS is fast if it may round. For profiles of a matrix and three curves the
 * error is within half a 255th. For others it may be larger; then all pixels are
 * converted exactly.
 */
static void make_fast(Colours *colours, cmsHPROFILE profile, cmsHPROFILE srgb) {
    colours->fast = cmsCreateTransform(profile, TYPE_RGB_8, srgb, TYPE_RGB_16,
                                       INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE);
    if (!colours->fast || largest_error(colours) <= 0.5 / 255) return;
    cmsDeleteTransform(colours->fast);
    colours->fast = NULL;
}

/* Leaves NULL when the colours are those of sRGB. */
static const char *transform_of(cmsHPROFILE profile, bool bytes, Colours **out) {
    const bool grey = cmsGetColorSpace(profile) == cmsSigGrayData;
    Colours *colours = calloc(1, sizeof *colours);
    if (!colours) no_memory(sizeof *colours);
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    colours->channels = grey ? 1 : 3;
    colours->exact =
        cmsCreateTransform(profile, grey ? TYPE_GRAY_DBL : TYPE_RGB_DBL, srgb,
                           TYPE_RGB_DBL, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE);
    const char *problem = colours->exact ? NULL : "its colour profile cannot be used";
    const bool same = !problem && largest_change(colours) <= 1 / 255.0;
    if (!problem && !same && bytes && !grey) make_fast(colours, profile, srgb);
    cmsCloseProfile(srgb);
    if (problem || same)
        colours_close(colours);
    else
        *out = colours;
    return problem;
}

const char *colours_open(const ColourFacts *said, bool grey, bool bytes, Colours **out) {
    cmsHPROFILE profile = NULL;
    colours_memory();
    const char *problem = profile_of(said, grey, &profile);
    *out = NULL;
    if (!problem && profile) problem = transform_of(profile, bytes, out);
    if (profile) cmsCloseProfile(profile);
    return problem;
}

void colours_close(Colours *colours) {
    if (colours && colours->exact) cmsDeleteTransform(colours->exact);
    if (colours && colours->fast) cmsDeleteTransform(colours->fast);
    free(colours);
}

int colours_channels(const Colours *colours) {
    return colours->channels;
}

void colours_row(const Colours *colours, const double *values, double *rgb, int pixels) {
    (colours->fast ? row_fast : row_exact)(colours, values, rgb, pixels);
}
