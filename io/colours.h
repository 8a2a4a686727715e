/* What the numbers of an image mean, and their conversion to sRGB.
 *
 * Networks were trained on sRGB, and a result is written as sRGB. A photograph of a phone
 * (Display P3) or of a camera (Adobe RGB) has an ICC profile, which says that its numbers
 * mean other colours; without conversion they look pale. Little CMS converts them:
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

/* What a file says, the strongest first; at most one of them is looked at. */
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
 * `bytes`. `out` is NULL when nothing is to be done: the file says nothing, or no colour
 * would move by more than one 255th. Returns NULL or the reason why the file's statement
 * cannot be followed. Call colours_close afterwards. */
const char *colours_open(const ColourFacts *said, bool grey, bool bytes, Colours **out);
void colours_close(Colours *colours);

/* Values for each pixel that colours_row reads: 1 or 3. */
int colours_channels(const Colours *colours);

/* `pixels` pixels in [0, 1] to RGB in [0, 1]. What sRGB cannot show is cut off. */
void colours_row(const Colours *colours, const double *values, double *rgb, int pixels);

#endif
