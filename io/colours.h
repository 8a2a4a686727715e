/* What the numbers of an image mean, and their conversion to sRGB.
 *
 * Networks were trained on sRGB, and results are written as sRGB. A photograph from a
 * phone (Display P3) or a camera (Adobe RGB) has an ICC profile: its numbers mean other
 * colours, which look pale without conversion. Little CMS converts them:
 *
 *     Colours *colours;
 *     const char *problem = colours_open(&said, grey, bytes, &colours);
 *     if (!problem && colours) colours_row(colours, values, rgb, width);
 *
 * Numbers that are sRGB already stay unchanged: then `colours` is NULL. */
#ifndef IO_COLOURS_H
#define IO_COLOURS_H

#include <stdbool.h>

#include "io/file.h"

/* What a file states, in order of precedence; at most one of them is used. */
typedef struct ColourFacts {
    const char *problem;   /* the statement is damaged, and how; or NULL */
    bool coded;            /* PNG's cICP: */
    unsigned char code[4]; /* primaries, transfer, matrix, full range (H.273) */
    FileBytes icc;         /* an ICC profile, or size 0 */
    bool srgb;             /* PNG's sRGB */
    double gamma;          /* PNG's gAMA as exponent, value = number ^ gamma; or 0 */
    bool bounded;          /* PNG's cHRM: */
    double xy[4][2];       /* chromaticities of white, red, green, blue */
} ColourFacts;

typedef struct Colours Colours;

/* How to convert pixels of three values, or of one if `grey`, which are whole 255ths if
 * `bytes`. `out` is NULL when no conversion is needed: the file states nothing, or no
 * colour would change by more than one 255th. Returns NULL, or the reason why the
 * statement of the file cannot be followed. Call colours_close afterwards. */
const char *colours_open(const ColourFacts *said, bool grey, bool bytes, Colours **out);
void colours_close(Colours *colours);

/* Values for each pixel that colours_row reads: 1 or 3. */
int colours_channels(const Colours *colours);

/* `pixels` pixels in [0, 1] to RGB in [0, 1]. Colours outside of sRGB are clamped. */
void colours_row(const Colours *colours, const double *values, double *rgb, int pixels);

#endif
