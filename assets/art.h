/* What both image programs need: soft noise and easing, the same on every machine.
 *
 * Only + - * / sqrt and floor in double: IEEE 754 fixes them to the bit, so everybody
 * who runs the programs gets the committed images.
 *
 *     art_init(7);
 *     double cloud = art_fbm(x, y, 6); */
#ifndef ASSETS_ART_H
#define ASSETS_ART_H

typedef struct Vec {
    double x, y, z; /* a position, a direction, or red, green and blue */
} Vec;

/* Noise and its two slopes. */
typedef struct ArtNoise {
    double value, dx, dy;
} ArtNoise;

/* Fills the lattice of random values that the noise interpolates. Call it first. */
void art_init(unsigned seed);

/* Value noise in [0, 1): random values on the integer lattice (period 256), joined by
 * 6 t^5 - 15 t^4 + 10 t^3, whose first two derivatives vanish at the lattice. */
ArtNoise art_noise(double x, double y);

/* Sum over k < octaves of 2^-(k+1) noise(2^k (x, y)), rotated a little at each octave so
 * that the lattices do not line up; between 0 and 1, 1/2 on average. */
double art_fbm(double x, double y, int octaves);

/* 0 below a, 1 above b, 3 t^2 - 2 t^3 in between. */
double art_step(double a, double b, double x);

/* An approximation of exp(-x), x >= 0: 1 / (1 + x + x^2/2 + x^3/6). */
double art_fade(double x);

/* x to a power of two: x^(2^doublings). */
double art_power(double x, int doublings);

Vec art_add(Vec a, Vec b);
Vec art_scale(Vec a, double s);
double art_dot(Vec a, Vec b);
Vec art_unit(Vec a);
Vec art_mix(Vec a, Vec b, double t); /* a + t (b - a) */

/* Writes width x height colours, row by row, already in [0, 1]; the reason goes to
 * stderr when it fails. Returns the program's exit code. */
int art_write(const char *path, const Vec *colours, int width, int height);

#endif
