/* Grades exercise 10: losses and gradients of images that are wide and tall, of single
 * rows, columns and pixels, and of images with equal neighbours. */
#include <math.h>
#include <string.h>

#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

typedef struct Image {
    int h, w;
    const real *x, *before; /* before: in dx */
    bool squares;
} Image;

enum { IMAGES = 8, H = 6, W = 7 };

/* ---- What is right, and what comes out with a mistake ---- */

typedef enum Kind {
    RIGHT,
    OTHER_FORM,
    CROPPED,
    NO_LAST_ROW,
    NO_LAST_COLUMN,
    NO_FIRST_ROW,
    NO_FIRST_COLUMN,
    ALONG_LAST_ROW,
    DOWN_LAST_COLUMN,
    ROUND,
    SUMS,
    PLAIN,
    OUTSIDE_ZERO,
    DIAGONAL,
    LAST_ONLY,
    MEAN,
    PER_PIXEL,
    STATIC,
    COMMON
} Kind;

#define COMMON_WHYS                                                                      \
    [RIGHT] = "",                                                                        \
    [CROPPED] = "the last row and column are left out: differences along the last row "  \
                "and down the last column count, too",                                   \
    [NO_LAST_ROW] = "the last row is left out: both differences of a pixel there, and "  \
                    "the one down to it",                                                \
    [NO_LAST_COLUMN] =                                                                   \
        "the last column is left out: both differences of a pixel there, "               \
        "and the one to it",                                                             \
    [NO_FIRST_ROW] = "the differences that begin in row 0 are left out: i begins at 0",  \
    [NO_FIRST_COLUMN] = "the differences that begin in column 0 are left out: j begins " \
                        "at 0",                                                          \
    [ALONG_LAST_ROW] = "the differences along the last row are left out",                \
    [DOWN_LAST_COLUMN] = "the differences down the last column are left out",            \
    [ROUND] = "the image is closed to a ring: the last pixel has no right neighbour",    \
    [SUMS] = "x_i+1 + x_i where the difference belongs",                                 \
    [OUTSIDE_ZERO] = "pixels outside are taken for 0: there is no difference to them",   \
    [DIAGONAL] = "differences to the pixel below on the right; below, and on the right"

static const char *const loss_whys[2][COMMON + 1] = {
    {COMMON_WHYS, [OTHER_FORM] = "squares where absolute values belong",
     [PLAIN] = "the differences are added up with their signs: fabs",
     [LAST_ONLY] = "only the last difference counts: += is missing in the sum",
     [MEAN] = "the mean instead of the sum",
     [PER_PIXEL] = "the root of both squares of a pixel: |d| of each is added up",
     [STATIC] = "the loss of the call before is still in it: the sum begins at 0"},
    {COMMON_WHYS, [OTHER_FORM] = "absolute values where squares belong",
     [PLAIN] = "the differences are added up without their squares",
     [LAST_ONLY] = "only the last difference counts: += is missing in the sum",
     [MEAN] = "the mean instead of the sum",
     [PER_PIXEL] =
         "the two differences of a pixel are added and then squared: square each",
     [STATIC] = "the loss of the call before is still in it: the sum begins at 0"}};

/* Whether the difference from pixel (i, j), downwards or to the right, counts. */
static bool counts(const Image *t, Kind mistake, bool down, int i, int j) {
    const bool last_row = i == t->h - 1, last_column = j == t->w - 1;
    const bool inside = down ? !last_row : !last_column;
    switch (mistake) {
    case ROUND:
    case OUTSIDE_ZERO:
        return true;
    case CROPPED:
        return !last_row && !last_column;
    case NO_LAST_ROW:
        return inside && !last_row && !(down && i == t->h - 2);
    case NO_LAST_COLUMN:
        return inside && !last_column && !(!down && j == t->w - 2);
    case NO_FIRST_ROW:
        return inside && i > 0;
    case NO_FIRST_COLUMN:
        return inside && j > 0;
    case ALONG_LAST_ROW:
        return inside && !(last_row && !down);
    case DOWN_LAST_COLUMN:
        return inside && !(last_column && down);
    case DIAGONAL:
        return down && !last_row && !last_column;
    default:
        return inside;
    }
}

/* The other pixel of that difference. */
static int neighbour(const Image *t, Kind mistake, bool down, int i, int j) {
    if (mistake == DIAGONAL) return (i + 1) * t->w + j + 1;
    return down ? (i + 1) % t->h * t->w + j : i * t->w + (j + 1) % t->w;
}

static double difference(const Image *t, Kind mistake, bool down, int i, int j) {
    const double here = (double)t->x[i * t->w + j];
    const bool outside = down ? i == t->h - 1 : j == t->w - 1;
    if (!counts(t, mistake, down, i, j)) return 0;
    if (mistake == OUTSIDE_ZERO && outside) return -here;
    const double there = (double)t->x[neighbour(t, mistake, down, i, j)];
    return mistake == SUMS ? there + here : there - here;
}

static double size_of(const Image *t, Kind mistake, double d) {
    if (mistake == PLAIN) return d;
    return t->squares != (mistake == OTHER_FORM) ? d * d : fabs(d);
}

/* The loss of the differences downwards, to the right, or both. */
static double loss_of(const Image *t, Kind mistake, bool down, bool right) {
    double sum = 0, last = 0, differences = 0;
    for (int k = 0; k < t->h * t->w; k++) {
        const int i = k / t->w, j = k % t->w;
        const double a = difference(t, mistake, true, i, j),
                     b = difference(t, mistake, false, i, j);
        last = (down ? size_of(t, mistake, a) : 0) + (right ? size_of(t, mistake, b) : 0);
        if (mistake == PER_PIXEL) last = t->squares ? (a + b) * (a + b) : hypot(a, b);
        sum += last;
        differences += (i + 1 < t->h) + (j + 1 < t->w);
    }
    if (mistake == LAST_ONLY) return last;
    return mistake == MEAN && differences > 0 ? sum / differences : sum;
}

static void losses(const void *context, int mistake, real *loss) {
    const Image *t = context;
    double all = 0;
    for (int k = 0; k < IMAGES; k++) {
        const double one = loss_of(&t[k], (Kind)mistake, true, true);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
    }
}

enum { ZERO_UP = COMMON, ZERO_DOWN, PULLS };

static const char *const pull_whys[2][PULLS + 1] = {
    {COMMON_WHYS,
     [OTHER_FORM] = "the derivative of the squares, 2 d; of |d| it is sign(d)",
     [PLAIN] = "d is added; the derivative of |d| is sign(d)",
     [ZERO_UP] = "sign(0) is 0: equal neighbours do not pull on each other",
     [ZERO_DOWN] = "sign(0) is 0: equal neighbours do not pull on each other"},
    {COMMON_WHYS, [OTHER_FORM] = "the derivative of |d|, sign(d); of squares it is 2 d",
     [PLAIN] = "d is added; the derivative of d^2 is 2 d"}};

static double slope(const Image *t, Kind mistake, double d) {
    const double sign = d > 0 ? 1 : d < 0 ? -1 : 0;
    if (mistake == PLAIN) return d;
    if (t->squares != (mistake == OTHER_FORM)) return 2 * d;
    return (int)mistake == ZERO_UP && d == 0     ? 1
           : (int)mistake == ZERO_DOWN && d == 0 ? -1
                                                 : sign;
}

/* What the differences of one direction add to one of their ends. */
static void pull(const Image *t, Kind mistake, bool down, bool far_end, real *dx) {
    for (int k = 0; k < t->h * t->w; k++) {
        const int i = k / t->w, j = k % t->w;
        const bool outside = down ? i == t->h - 1 : j == t->w - 1;
        if (!counts(t, mistake, down, i, j)) continue;
        const real s = (real)slope(t, mistake, difference(t, mistake, down, i, j));
        if (!far_end)
            dx[k] -= mistake == SUMS ? -s : s;
        else if (!(mistake == OUTSIDE_ZERO && outside))
            dx[neighbour(t, mistake, down, i, j)] += s;
    }
}

static void pulls(const void *context, int mistake, real *dx) {
    const Image *t = context;
    memset(dx, 0, (size_t)(t->h * t->w) * sizeof *dx);
    for (int k = 0; k < 4; k++)
        pull(t, (Kind)mistake, k / 2, k % 2, dx);
}

/* ---- Losses ---- */

static Image random_image(int h, int w, bool squares, Rng *rng) {
    return (Image){h, w, grade_random(rng, (size_t)(h * w)), NULL, squares};
}

static double yours(const Image *t) {
    return t->squares ? tv_squares(t->h, t->w, t->x) : tv_abs(t->h, t->w, t->x);
}

/* The mistakes without gaps, as grade_formula() wants them. */
typedef struct Known {
    const Image *images;
    Formula *formula;
    int mistakes[MISTAKES];
    const char *whys[MISTAKES + 1];
} Known;

static void known(const void *context, int mistake, real *out) {
    const Known *t = context;
    t->formula(t->images, t->mistakes[mistake], out);
}

static Known known_of(const Image *images, Formula *formula, const char *const *whys,
                      int count) {
    Known t = {.images = images, .formula = formula};
    int used = 0;
    for (int k = 0; k < count; k++)
        if (whys[k]) {
            t.mistakes[used] = k;
            t.whys[used++] = whys[k];
        }
    return t;
}

/* An image that changes only downwards, or only to the right. */
static Image striped(const Image *like, bool down) {
    real *x = grade_room((size_t)(like->h * like->w));
    for (int k = 0; k < like->h * like->w; k++)
        x[k] = like->x[down ? k / like->w * like->w : k % like->w];
    return (Image){like->h, like->w, x, NULL, like->squares};
}

/* What is known when one direction is right: `wrong` for downwards, and to the right. */
static const char *only_one(const bool wrong[2]) {
    return wrong[0] == wrong[1] ? NULL
           : wrong[0]           ? "only the downward differences are wrong"
                                : "only the differences to the right are wrong";
}

static const char *wrong_losses(const Image *like) {
    bool wrong[2];
    for (int right = 0; right < 2; right++) {
        const Image t = striped(like, !right);
        const double loss = loss_of(&t, RIGHT, true, true);
        wrong[right] = !(fabs((double)yours(&t) - loss) <= 1e-6 * loss);
    }
    return only_one(wrong);
}

static void grade_images(Grade *g, const char *what, const Image *t) {
    real *got = grade_room(IMAGES), *down = grade_room(IMAGES),
         *right = grade_room(IMAGES);
    for (int k = 0; k < IMAGES; k++) {
        got[k] = (real)yours(&t[k]);
        down[k] = (real)loss_of(&t[k], RIGHT, true, false);
        right[k] = (real)loss_of(&t[k], RIGHT, false, true);
    }
    const Known all = known_of(t, losses, loss_whys[t->squares], COMMON);
    grade_formula(g, what, IMAGES, got, known, &all, all.whys,
                  &(GradeHints){.otherwise = wrong_losses(&t[0]),
                                .suspects = {{1 / (double)(t->h * t->w),
                                              "divided by the number of pixels"}},
                                .terms = {{down, "the downward differences", 1},
                                          {right, "the differences to the right", 1}}});
}

static void grade_losses(Grade *g, bool squares, const char *what, const char *what_tall,
                         const char *what_small) {
    Rng rng = grade_rng(squares ? 10 : 11);
    Image wide[IMAGES], tall[IMAGES];
    for (int k = 0; k < IMAGES; k++) {
        wide[k] = random_image(H, W, squares, &rng);
        tall[k] = random_image(8, 3, squares, &rng);
    }
    grade_images(g, what, wide);
    grade_images(g, what_tall, tall);
    /* 3^2 + 2^2 = 13; |3| + |-2| = 5; nothing for a single pixel and for a flat image. */
    const real sum = squares ? 13 : 5, *x = grade_copy(3, (const real[]){1, 4, 2}),
               *flat = grade_copy(4, (const real[]){3, 3, 3, 3});
    grade_numbers(g, what_small, 4,
                  (const real[]){(real)yours(&(Image){1, 3, x, NULL, squares}),
                                 (real)yours(&(Image){3, 1, x, NULL, squares}),
                                 (real)yours(&(Image){1, 1, x, NULL, squares}),
                                 (real)yours(&(Image){2, 2, flat, NULL, squares})},
                  (const real[]){sum, sum, 0, 0}, NULL);
}

static void grade_squares(Grade *g) {
    grade_losses(g, true, "tv_squares of eight images of 6 x 7",
                 "tv_squares of eight images of 8 x 3",
                 "tv_squares of a row, a column, a pixel, a flat image");
}

static void grade_abs(Grade *g) {
    grade_losses(g, false, "tv_abs of eight images of 6 x 7",
                 "tv_abs of eight images of 8 x 3",
                 "tv_abs of a row, a column, a pixel, a flat image");
}

/* ---- Gradients ---- */

static void yours_backward(const Image *t, real *dx) {
    if (t->squares)
        tv_squares_backward(t->h, t->w, t->x, dx);
    else
        tv_abs_backward(t->h, t->w, t->x, dx);
}

static void grade_pulls(Grade *g, const char *what, const Image *t) {
    static const char *const names[] = {
        "the pull of differences to the right on their first pixel",
        "the pull of differences to the right on their second pixel",
        "the pull of downward differences on their first pixel",
        "the pull of downward differences on their second pixel"};
    const size_t n = (size_t)(t->h * t->w);
    GradeHints hints = {.rows = t->h, .columns = t->w, .before = t->before};
    for (int k = 0; k < 4; k++) {
        real *numbers = grade_zeros(n);
        pull(t, RIGHT, k / 2, k % 2, numbers);
        hints.terms[k] = (SumTerm){numbers, names[k], 1};
    }
    real *dx = t->before ? grade_copy(n, t->before) : grade_zeros(n);
    yours_backward(t, dx);
    const Known all = known_of(t, pulls, pull_whys[t->squares], PULLS);
    grade_formula(g, what, n, dx, known, &all, all.whys, &hints);
}

/* x is 0, 1 or 2: many neighbours are equal. */
static Image image_of_steps(int h, int w, bool squares, Rng *rng) {
    real *x = grade_room((size_t)(h * w));
    for (int k = 0; k < h * w; k++)
        x[k] = (real)rng_below(rng, 3);
    return (Image){h, w, x, NULL, squares};
}

static double right_loss(void *context) {
    return loss_of(context, RIGHT, true, true);
}

/* Against differences, of numbers that are a tenth apart at least: no kink is near. */
static void grade_differences(Grade *g, const char *what, bool squares, Rng *rng) {
    real *x = grade_room(H * W), *dx = grade_zeros(H * W);
    for (int k = 0; k < H * W; k++)
        x[k] = (real)k / 10 - 2;
    for (int k = H * W - 1; k > 0; k--) {
        const int other = (int)rng_below(rng, (uint32_t)k + 1);
        const real kept = x[k];
        x[k] = x[other];
        x[other] = kept;
    }
    Image t = {H, W, x, NULL, squares};
    yours_backward(&t, dx);
    const Known all = known_of(&t, pulls, pull_whys[squares], PULLS);
    const GradeHints hints = grade_mistakes(H * W, known, &all, all.whys, NULL);
    grade_gradient(g, what, H * W, x, right_loss, &t, dx, &hints);
}

static void grade_backward(Grade *g, bool squares) {
    Rng rng = grade_rng(squares ? 12 : 13);
    Image t = random_image(H, W, squares, &rng);
    grade_pulls(g, "gradient of 6 x 7", &t);
    t = random_image(8, 3, squares, &rng);
    t.before = grade_random(&rng, 24);
    grade_pulls(g, "gradient of 8 x 3, where there was something before", &t);
    t = image_of_steps(5, 6, squares, &rng);
    grade_pulls(g, "gradient where many neighbours are equal", &t);
    t = (Image){2, 2, grade_copy(4, (const real[]){3, 3, 3, 3}), NULL, squares};
    grade_pulls(g, "gradient of a flat picture", &t);
    const real *row = grade_copy(8, (const real[]){1, 4, 2, 2, 3, 9, 8, 5});
    grade_pulls(g, "gradient of one row", &(Image){1, 8, row, NULL, squares});
    grade_pulls(g, "gradient of one column", &(Image){8, 1, row, NULL, squares});
    grade_differences(g, "gradient of 6 x 7, against differences", squares, &rng);
}

static void grade_squares_backward(Grade *g) {
    grade_backward(g, true);
}

static void grade_abs_backward(Grade *g) {
    grade_backward(g, false);
}

static const Part parts[] = {{"tv_squares", 3, grade_squares},
                             {"tv_squares_backward", 7, grade_squares_backward},
                             {"tv_abs", 3, grade_abs},
                             {"tv_abs_backward", 7, grade_abs_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "10_tv_loss", parts);
}
