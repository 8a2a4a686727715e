/* Exercise 01: from the bytes of a file to a tensor, and a blur.
 *
 * planes: files hold pixel after pixel, r g b r g b ..., bytes from 0 to 255, row by row.
 * A tensor (1,3,h,w) holds plane after plane, numbers from 0 to 1:
 *
 *     x[(c h + i) w + j]  =  byte c of pixel (i, j), divided by 255
 *
 * blur: one plane of h rows and w columns. y[i][j] is the mean of the 3 x 3 numbers of x
 * around (i, j), as far as they are inside: 4 of them in a corner, 6 at an edge. */
#include "lessons/exercises/exercise.h"

void planes(int h, int w, const unsigned char *bytes, real *x);
void blur(int h, int w, const real *x, real *y);

void planes(int h, int w, const unsigned char *bytes, real *x) {
    BLANK("for each channel c, row i and column j, put the byte into its place in x");
}

void blur(int h, int w, const real *x, real *y) {
    BLANK("for each row i and column j, the mean of its neighbours and itself");
}
