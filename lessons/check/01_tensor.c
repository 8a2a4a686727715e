/* Grades exercise 01: random bytes and numbers, in arrays of exactly the required length.
 */
#include <stdlib.h>

#include "lessons/check/grade.h"

#define H 5
#define W 7
#define SIZE (H * W)

void planes(int h, int w, const unsigned char *bytes, real *x);
void blur(int h, int w, const real *x, real *y);

static void grade_planes(Grade *g, Rng *rng) {
    unsigned char *bytes = malloc(3 * SIZE);
    real *x = grade_room(3 * SIZE), expected[3 * SIZE];
    for (int k = 0; k < 3 * SIZE; k++) {
        bytes[k] = (unsigned char)rng_below(rng, 256);
        expected[k % 3 * SIZE + k / 3] = (real)bytes[k] / 255;
    }
    planes(H, W, bytes, x);
    grade_numbers(
        g, "planes of a 5 x 7 picture", 3 * SIZE, x, expected,
        &(GradeHints){.channels = 3,
                      .positions = SIZE,
                      .suspects = {{255, "bytes are to be divided by 255"},
                                   {255 / 256.0, "divided by 256: the largest byte, 255, "
                                                 "should become 1"}}});
    free(bytes);
}

/* The mean of the neighbours inside the image, at most nine. */
static real around(const real *x, int h, int w, int i, int j) {
    double sum = 0, count = 0;
    for (int k = 0; k < 9; k++) {
        const int u = i + k / 3 - 1, v = j + k % 3 - 1;
        if (u >= 0 && u < h && v >= 0 && v < w) sum += (double)x[u * w + v], count++;
    }
    return (real)(sum / count);
}

static void grade_blur(Grade *g, Rng *rng, int h, int w, const char *what) {
    const size_t size = (size_t)(h * w);
    real *x = grade_room(size), *y = grade_room(size), *expected = grade_room(size);
    for (size_t k = 0; k < size; k++)
        x[k] = (real)rng_normal(rng);
    for (int k = 0; k < h * w; k++)
        expected[k] = around(x, h, w, k / w, k % w);
    const real *before = grade_copy(size, x);
    blur(h, w, x, y);
    grade_numbers(g, what, size, y, expected, &(GradeHints){.rows = h, .columns = w});
    if (h == H) grade_numbers(g, "blur leaves x as it was", size, x, before, NULL);
}

static void grade(Grade *g) {
    Rng rng = rng_seed(1);
    grade_planes(g, &rng);
    grade_blur(g, &rng, H, W, "blur of random numbers");
    grade_blur(g, &rng, 1, 6, "blur of a single row");
    grade_blur(g, &rng, 6, 1, "blur of a single column");
}

int main(void) {
    return grade_run("01_tensor", grade);
}
