/* Grades exercise 01: random bytes and numbers, in arrays of exactly the required length;
 * images that are wider than high, higher than wide, and of one row or column. */
#include <stdlib.h>
#include <string.h>

#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

/* ---- planes ---- */

typedef struct Picture {
    int h, w;
    const unsigned char *bytes;
} Picture;

enum {
    RIGHT,
    ROWS_OF_H,
    WHOLE_NUMBERS,
    PLANAR,
    FIRST_BYTE,
    FIRST_ROW,
    FIRST_COLUMN,
    MIRRORED,
    SIGNED_BYTES
};

static const char *const planes_whys[] = {
    [RIGHT] = "",
    [ROWS_OF_H] =
        "a row of the picture has w pixels, not h: pixel (i, j) is number i w + j",
    [WHOLE_NUMBERS] = "the bytes are divided as whole numbers, which leaves 0 or 1: make "
                      "a real of the byte first",
    [PLANAR] = "the bytes are read as if channel stood after channel; the three of one "
               "pixel stand together",
    [FIRST_BYTE] =
        "only the first byte of each pixel is read: channel c is byte c of the three",
    [FIRST_ROW] = "all rows are read from the first one",
    [FIRST_COLUMN] = "all columns are read from the first one",
    [MIRRORED] = "the columns run backwards",
    [SIGNED_BYTES] =
        "bytes above 127 are taken for negative ones: char instead of unsigned char",
    NULL};

/* Which byte belongs to pixel (i, j) of channel c. */
static int byte_of(const Picture *p, int mistake, int c, int i, int j) {
    const int size = p->h * p->w;
    switch (mistake) {
    case ROWS_OF_H:
        return (i * p->h + j) * 3 + c;
    case PLANAR:
        return c * size + i * p->w + j;
    case FIRST_BYTE:
        return (i * p->w + j) * 3;
    case FIRST_ROW:
        return j * 3 + c;
    case FIRST_COLUMN:
        return i * p->w * 3 + c;
    case MIRRORED:
        return (i * p->w + p->w - 1 - j) * 3 + c;
    default:
        return (i * p->w + j) * 3 + c;
    }
}

static void planes_of(const void *context, int mistake, real *x) {
    const Picture *p = context;
    const int size = p->h * p->w;
    for (int k = 0; k < 3 * size; k++) {
        const int c = k / size, i = k % size / p->w, j = k % p->w;
        const int at = byte_of(p, mistake, c, i, j);
        int byte = at < 3 * size ? p->bytes[at] : 0;
        if (mistake == SIGNED_BYTES && byte > 127) byte -= 256;
        x[k] = mistake == WHOLE_NUMBERS ? (real)(byte / 255) : (real)byte / 255;
    }
}

static void grade_picture(Grade *g, const char *what, int h, int w, Rng *rng) {
    const size_t n = (size_t)(3 * h * w);
    unsigned char *bytes = malloc(n);
    real *x = grade_room(n);
    for (size_t k = 0; k < n; k++)
        bytes[k] = (unsigned char)rng_below(rng, 256);
    bytes[0] = 255, bytes[1] = 0; /* the two ends */
    planes(h, w, bytes, x);
    grade_formula(
        g, what, n, x, planes_of, &(Picture){h, w, bytes}, planes_whys,
        &(GradeHints){.channels = 3,
                      .positions = h * w,
                      .rows = h,
                      .columns = w,
                      .suspects = {{255, "bytes are to be divided by 255"},
                                   {255 / 256.0, "divided by 256: the largest byte, 255, "
                                                 "should become 1"},
                                   {255 / 254.0, "divided by 254: the largest byte, 255, "
                                                 "should become 1"},
                                   {255.0 * 255, "multiplied by 255: divide"}}});
    free(bytes);
}

static void grade_planes(Grade *g) {
    Rng rng = grade_rng(1);
    grade_picture(g, "planes of a 5 x 7 picture", 5, 7, &rng);
    grade_picture(g, "planes of an 8 x 3 picture", 8, 3, &rng);
    grade_picture(g, "planes of a single row", 1, 4, &rng);
}

/* ---- blur ---- */

/* Which pixels around (i, j) count, and what becomes of those outside. */
typedef struct Window {
    int up, down, left, right; /* so many rows and columns */
    enum { LEAVE_OUT, AS_ZERO, NEAREST, ALL_ROUND } outside;
    bool middle, cross; /* without the pixel itself; without the corners */
    int top, start;     /* rows and columns of the image that are left out */
    int bottom, end;
    bool copy_border, no_division;
    const char *why;
} Window;

static const Window windows[] = {
    {1, 1, 1, 1, .why = ""},
    {1, 1, 1, 1, .outside = AS_ZERO,
     .why = "divided by 9 everywhere: at the border there are fewer neighbours"},
    {1, 1, 1, 1, .outside = NEAREST,
     .why = "pixels outside are taken to be like the border; they do not count"},
    {1, 1, 1, 1, .outside = ALL_ROUND,
     .why = "pixels outside are taken from the other side; they do not count"},
    {1, 1, 1, 1, .middle = true, .why = "the pixel itself is left out; it counts, too"},
    {1, 1, 1, 1, .cross = true, .why = "the four pixels at the corners are left out"},
    {1, 1, 1, 1, .copy_border = true, .why = "the border is not blurred"},
    {1, 1, 1, 1, .no_division = true, .why = "the sum is not divided by its count"},
    {0, 1, 1, 1, .why = "the row above is left out: u begins at i - 1"},
    {1, 0, 1, 1, .why = "the row below is left out: u goes up to i + 1"},
    {1, 1, 0, 1, .why = "the column before is left out: v begins at j - 1"},
    {1, 1, 1, 0, .why = "the column behind is left out: v goes up to j + 1"},
    {2, 1, 1, 1, .why = "the window begins two rows above; one is wanted: i - 1"},
    {1, 2, 1, 1, .why = "the window ends two rows below; one is wanted: i + 1"},
    {1, 1, 2, 1, .why = "the window begins two columns before; one is wanted: j - 1"},
    {1, 1, 1, 2, .why = "the window ends two columns behind; one is wanted: j + 1"},
    {2, 2, 2, 2, .why = "the window has 5 x 5 pixels; 3 x 3 are wanted"},
    {0, 0, 1, 1, .why = "only the row itself is blurred, not the one above and below"},
    {1, 1, 0, 0, .why = "only the column itself is blurred, not those beside it"},
    {0, 0, 0, 0, .why = "y is x: no neighbours are added up"},
    {1, 1, 1, 1, .top = 1, .why = "row 0 is taken to be outside: it is inside"},
    {1, 1, 1, 1, .bottom = 1, .why = "row h - 1 is taken to be outside: it is inside"},
    {1, 1, 1, 1, .start = 1, .why = "column 0 is taken to be outside: it is inside"},
    {1, 1, 1, 1, .end = 1, .why = "column w - 1 is taken to be outside: it is inside"}};
enum { WINDOWS = sizeof windows / sizeof *windows };

typedef struct Image {
    int h, w;
    const real *x;
} Image;

static int between(int a, int from, int to) {
    return a < from ? from : a >= to ? to - 1 : a;
}

static void blur_of(const void *context, int mistake, real *y) {
    const Image *p = context;
    const Window t = windows[mistake];
    const int h = p->h, w = p->w;
    for (int k = 0; k < h * w; k++) {
        const int i = k / w, j = k % w;
        double sum = 0, count = 0;
        for (int u = i - t.up; u <= i + t.down; u++)
            for (int v = j - t.left; v <= j + t.right; v++) {
                const bool inside =
                    u >= t.top && u < h - t.bottom && v >= t.start && v < w - t.end;
                if (t.middle && u == i && v == j) continue;
                if (t.cross && u != i && v != j) continue;
                count += inside || t.outside != LEAVE_OUT;
                if (inside)
                    sum += (double)p->x[u * w + v];
                else if (t.outside == NEAREST)
                    sum += (double)p->x[between(u, 0, h) * w + between(v, 0, w)];
                else if (t.outside == ALL_ROUND)
                    sum += (double)p->x[(u + h) % h * w + (v + w) % w];
            }
        const bool border = i == 0 || i == h - 1 || j == 0 || j == w - 1;
        y[k] = (real)(t.no_division ? sum : sum / count);
        if (t.copy_border && border) y[k] = p->x[k];
    }
}

static void grade_image(Grade *g, const char *what, int h, int w, Rng *rng) {
    const size_t n = (size_t)(h * w);
    const char *whys[WINDOWS + 1] = {0};
    for (int k = 0; k < WINDOWS; k++)
        whys[k] = windows[k].why;
    real *x = grade_random(rng, n), *y = grade_room(n);
    const real *before = grade_copy(n, x);
    blur(h, w, x, y);
    grade_formula(g, what, n, y, blur_of, &(Image){h, w, before}, whys,
                  &(GradeHints){.rows = h, .columns = w});
    if (h == 5)
        grade_numbers(g, "blur leaves x as it was", n, x, before,
                      &(GradeHints){.mistakes = {{.numbers = y,
                                                  .why = "the result is written to x"}}});
}

static void grade_blur(Grade *g) {
    Rng rng = grade_rng(2);
    grade_image(g, "blur of a 5 x 7 picture", 5, 7, &rng);
    grade_image(g, "blur of an 8 x 4 picture", 8, 4, &rng);
    grade_image(g, "blur of a single row", 1, 6, &rng);
    grade_image(g, "blur of a single column", 6, 1, &rng);
    grade_image(g, "blur of a single pixel", 1, 1, &rng);
}

static const Part parts[] = {
    {"planes", 3, grade_planes}, {"blur", 6, grade_blur}, {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "01_tensor", parts);
}
