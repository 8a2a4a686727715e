#include "lessons/check/variation.h"

#include <math.h>
#include <string.h>

enum { OF_ABS, OF_SQUARES }; /* VariationImage.squares */

enum {
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
    LAST_ONLY, /* of losses only, as are the next three */
    MEAN,
    PER_PIXEL,
    STATIC,
    COMMON,
    ZERO_UP = COMMON, /* of gradients only */
    ZERO_DOWN,
    PULLS
};

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

/* ---- Losses ---- */

static const char *const loss_whys[][COMMON + 1] = {
    [OF_ABS] = {COMMON_WHYS, [OTHER_FORM] = "squares where absolute values belong",
                [PLAIN] = "the differences are added up with their signs: fabs",
                [LAST_ONLY] = "only the last difference counts: += is missing in the sum",
                [MEAN] = "the mean instead of the sum",
                [PER_PIXEL] =
                    "the root of both squares of a pixel: |d| of each is added up",
                [STATIC] =
                    "the loss of the call before is still in it: the sum begins at 0"},
    [OF_SQUARES] = {
        COMMON_WHYS, [OTHER_FORM] = "absolute values where squares belong",
        [PLAIN] = "the differences are added up without their squares",
        [LAST_ONLY] = "only the last difference counts: += is missing in the sum",
        [MEAN] = "the mean instead of the sum",
        [PER_PIXEL] =
            "the two differences of a pixel are added and then squared: square each",
        [STATIC] = "the loss of the call before is still in it: the sum begins at 0"}};

/* Whether the difference from pixel (i, j), downwards or to the right, counts. */
static bool counts(const VariationImage *t, int mistake, bool down, int i, int j) {
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
static int neighbour(const VariationImage *t, int mistake, bool down, int i, int j) {
    if (mistake == DIAGONAL) return (i + 1) * t->w + j + 1;
    return down ? (i + 1) % t->h * t->w + j : i * t->w + (j + 1) % t->w;
}

static bool is_outside(const VariationImage *t, bool down, int i, int j) {
    return down ? i == t->h - 1 : j == t->w - 1;
}

static double difference(const VariationImage *t, int mistake, bool down, int i, int j) {
    const double here = (double)t->x[i * t->w + j];
    if (!counts(t, mistake, down, i, j)) return 0;
    if (mistake == OUTSIDE_ZERO && is_outside(t, down, i, j)) return -here;
    const double there = (double)t->x[neighbour(t, mistake, down, i, j)];
    return mistake == SUMS ? there + here : there - here;
}

static double size_of(const VariationImage *t, int mistake, double d) {
    const bool squares = t->squares != (mistake == OTHER_FORM);
    if (mistake == PLAIN) return d;
    return squares ? d * d : fabs(d);
}

/* What a pixel adds to the loss: its difference downwards, to the right, or both. */
static double of_pixel(const VariationImage *t, int mistake, bool down, bool right, int i,
                       int j) {
    const double a = difference(t, mistake, true, i, j);
    const double b = difference(t, mistake, false, i, j);
    if (mistake == PER_PIXEL) return t->squares ? (a + b) * (a + b) : hypot(a, b);
    const double of_a = down ? size_of(t, mistake, a) : 0;
    const double of_b = right ? size_of(t, mistake, b) : 0;
    return of_a + of_b;
}

static double loss_of(const VariationImage *t, int mistake, bool down, bool right) {
    const int differences = (t->h - 1) * t->w + t->h * (t->w - 1);
    double sum = 0, last = 0;
    for (int k = 0; k < t->h * t->w; k++) {
        last = of_pixel(t, mistake, down, right, k / t->w, k % t->w);
        sum += last;
    }
    if (mistake == LAST_ONLY) return last;
    return mistake == MEAN && differences > 0 ? sum / differences : sum;
}

double variation_loss(const VariationImage *t, bool down, bool right) {
    return loss_of(t, RIGHT, down, right);
}

void variation_losses(const void *context, int mistake, real *loss) {
    const VariationMistakes *known = context;
    const int number = known->numbers[mistake];
    double all = 0;
    for (int k = 0; k < VARIATION_IMAGES; k++) {
        const double one = loss_of(&known->images[k], number, true, true);
        all += one;
        loss[k] = (real)(number == STATIC ? all : one);
    }
}

/* ---- Gradients ---- */

static const char *const pull_whys[][PULLS + 1] = {
    [OF_ABS] = {COMMON_WHYS,
                [OTHER_FORM] = "the derivative of the squares, 2 d; of |d| it is sign(d)",
                [PLAIN] = "d is added; the derivative of |d| is sign(d)",
                [ZERO_UP] = "sign(0) is 0: equal neighbours do not pull on each other",
                [ZERO_DOWN] = "sign(0) is 0: equal neighbours do not pull on each other"},
    [OF_SQUARES] = {COMMON_WHYS,
                    [OTHER_FORM] = "the derivative of |d|, sign(d); of squares it is 2 d",
                    [PLAIN] = "d is added; the derivative of d^2 is 2 d"}};

const VariationEnd variation_ends[VARIATION_ENDS] = {
    {.down = false,
     .second = false,
     .name = "the pull of differences to the right on their first pixel"},
    {.down = false,
     .second = true,
     .name = "the pull of differences to the right on their second pixel"},
    {.down = true,
     .second = false,
     .name = "the pull of downward differences on their first pixel"},
    {.down = true,
     .second = true,
     .name = "the pull of downward differences on their second pixel"}};

/* The derivative of size_of(d). */
static double slope(const VariationImage *t, int mistake, double d) {
    const bool squares = t->squares != (mistake == OTHER_FORM);
    if (mistake == PLAIN) return d;
    if (squares) return 2 * d;
    if (d == 0 && mistake == ZERO_UP) return 1;
    if (d == 0 && mistake == ZERO_DOWN) return -1;
    return d > 0 ? 1 : d < 0 ? -1 : 0;
}

/* What the differences of one direction add to one of their ends. */
static void pull(const VariationImage *t, int mistake, const VariationEnd *end,
                 real *dx) {
    for (int k = 0; k < t->h * t->w; k++) {
        const int i = k / t->w, j = k % t->w;
        const bool outside = is_outside(t, end->down, i, j);
        if (!counts(t, mistake, end->down, i, j)) continue;
        const double d = difference(t, mistake, end->down, i, j);
        const real s = (real)slope(t, mistake, d);
        if (!end->second)
            dx[k] -= mistake == SUMS ? -s : s;
        else if (!(mistake == OUTSIDE_ZERO && outside))
            dx[neighbour(t, mistake, end->down, i, j)] += s;
    }
}

void variation_pull(const VariationImage *t, const VariationEnd *end, real *dx) {
    pull(t, RIGHT, end, dx);
}

void variation_pulls(const void *context, int mistake, real *dx) {
    const VariationMistakes *known = context;
    const VariationImage *t = known->images;
    memset(dx, 0, (size_t)(t->h * t->w) * sizeof *dx);
    for (int k = 0; k < VARIATION_ENDS; k++)
        pull(t, known->numbers[mistake], &variation_ends[k], dx);
}

/* ---- Mistakes without gaps ---- */

static VariationMistakes known_of(const VariationImage *images, const char *const *whys,
                                  int count) {
    VariationMistakes known = {.images = images};
    int used = 0;
    for (int k = 0; k < count; k++) {
        if (!whys[k]) continue;
        known.numbers[used] = k;
        known.whys[used++] = whys[k];
    }
    return known;
}

VariationMistakes variation_loss_mistakes(const VariationImage *images) {
    return known_of(images, loss_whys[images->squares], COMMON);
}

VariationMistakes variation_pull_mistakes(const VariationImage *image) {
    return known_of(image, pull_whys[image->squares], PULLS);
}
