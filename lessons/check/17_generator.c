/* Grades exercise 17: images of one channel and of several, channels without contrast,
 * and far from 0; gradients against differences, and where there was something before;
 * upsampled images that are not square. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/norm.h"

static size_t size_of(const NormImage *t) {
    return (size_t)(t->channels * t->positions);
}

/* ---- instance_norm ---- */

/* Channels have other means and deviations, so that those of another one are wrong. */
static NormImage random_image(int channels, int positions, double epsilon, Rng *rng) {
    const size_t size = (size_t)(channels * positions);
    real *x = grade_random(rng, size);
    for (int e = 0; e < channels * positions; e++) {
        const int c = e / positions;
        x[e] = (real)((double)x[e] * (0.7 + 0.6 * c) + 0.5 + 0.8 * c);
    }
    return (NormImage){.channels = channels,
                       .positions = positions,
                       .epsilon = epsilon,
                       .x = x,
                       .dz = grade_random(rng, size)};
}

static void grade_z(Grade *g, const char *what, const NormImage *t,
                    const char *otherwise) {
    real *z = grade_room(size_of(t));
    instance_norm(t->channels, t->positions, t->epsilon, t->x, z);
    const GradeHints hints = {.rows = t->channels,
                              .columns = t->positions,
                              .values = norm_values,
                              .otherwise = otherwise};
    grade_formula(g, what, size_of(t), z, norm_forward, t, norm_whys, &hints);
}

static void grade_norm(Grade *g) {
    Rng rng = grade_rng(17);
    NormImage t = random_image(3, 8, 0.3, &rng);
    grade_z(g, "z of 3 channels, 8 positions", &t, NULL);
    t = random_image(1, 15, 0.01, &rng);
    grade_z(g, "z of one channel", &t, NULL);
    t = random_image(4, 3, 1.7, &rng);
    grade_z(g, "z of 4 channels, 3 positions, epsilon 1.7", &t, NULL);
    /* Two pixels a and b have d = |a - b| / 2, and z = -1 and 1. */
    static const real flat[] = {5, 5, 5, 5, -2, 2, -2, 2};
    t = (NormImage){.channels = 2, .positions = 4, .epsilon = 1e-12, .x = flat};
    grade_z(g, "z of a channel without contrast, and of one of -2 and 2", &t, NULL);
    t = random_image(2, 9, 1e-5, &rng);
    real *far = grade_copy(size_of(&t), t.x);
    for (size_t e = 0; e < size_of(&t); e++)
        far[e] += 10000000;
    t.x = far;
    grade_z(g, "z of channels whose mean is 10000000", &t,
            "mean of x^2 - m^2 has no digits left here: mean of (x - m)^2");
}

/* ---- instance_norm_backward ---- */

static GradeHints back_hints(const NormImage *t) {
    real *const term[NORM_TERMS] = {grade_room(size_of(t)), grade_room(size_of(t)),
                                    grade_room(size_of(t))};
    norm_terms(t, term);
    return (GradeHints){.rows = t->channels,
                        .columns = t->positions,
                        .before = t->before,
                        .values = norm_back_values,
                        .terms = {{term[0], "dz / d", 1},
                                  {term[1], "- mean of dz / d", 1},
                                  {term[2], "- z mean of z dz / d", 1}}};
}

static real *back_of(const NormImage *t) {
    real *dx = t->before ? grade_copy(size_of(t), t->before) : grade_zeros(size_of(t));
    instance_norm_backward(t->channels, t->positions, t->epsilon, t->x, t->dz, dx);
    return dx;
}

static double right_loss(void *context) {
    return norm_loss(context);
}

static void grade_differences(Grade *g, const char *what, NormImage t) {
    real *x = grade_copy(size_of(&t), t.x);
    t.x = x;
    GradeHints hints = back_hints(&t);
    hints = grade_mistakes(size_of(&t), norm_backward, &t, norm_back_whys, &hints);
    grade_gradient(g, what, size_of(&t), x, right_loss, &t, back_of(&t), &hints);
}

static void grade_dx(Grade *g, const char *what, const NormImage *t) {
    const GradeHints hints = back_hints(t);
    grade_formula(g, what, size_of(t), back_of(t), norm_backward, t, norm_back_whys,
                  &hints);
}

static void grade_back(Grade *g) {
    Rng rng = grade_rng(18);
    NormImage t = random_image(3, 8, 0.3, &rng);
    grade_differences(g, "dx of 3 channels, against differences", t);
    t.before = grade_random(&rng, size_of(&t));
    grade_dx(g, "dx of 3 channels, where there was something before", &t);
    t = random_image(1, 15, 0.01, &rng);
    grade_differences(g, "dx of one channel, against differences", t);
    t = random_image(4, 3, 1.7, &rng);
    grade_dx(g, "dx of 4 channels, 3 positions, epsilon 1.7", &t);
    /* A brighter image has the same z. */
    real *even = grade_copy(size_of(&t), t.dz);
    for (size_t e = 0; e < size_of(&t); e++)
        even[e] = 1;
    t.dz = even;
    t.before = grade_random(&rng, size_of(&t));
    grade_dx(g, "dx, when all dz are 1: nothing is added", &t);
    static const real flat[] = {5, 5, 5, 5, -2, 2, -2, 2};
    static const real dz[] = {1, 0, 0, 0, 1, 0, 0, 0};
    t = (NormImage){.channels = 2, .positions = 4, .epsilon = 1, .x = flat, .dz = dz};
    grade_dx(g, "dx of a channel without contrast", &t);
    t.before = grade_random(&rng, size_of(&t));
    grade_dx(g, "the same, where there was something before", &t);
}

/* ---- upsample ---- */

typedef struct Grid {
    int h, w;
    const real *x, *dy, *before;
} Grid;

enum {
    REPEATED = RIGHT + 1,
    ROWS_REPEATED,
    COLUMNS_REPEATED,
    HEIGHT_FOR_WIDTH,
    ROUNDED_UP,
    ROWS_ONLY,
    COLUMNS_ONLY,
    TRANSPOSED,
    FIRST_ROW,
    FIRST_COLUMN,
    ROW_OF_X
};

static const char *const up_whys[] = {
    [RIGHT] = "",
    [REPEATED] = "the image is repeated, i % h: each pixel becomes four, i / 2",
    [ROWS_REPEATED] = "the rows are repeated, i % h: i / 2",
    [COLUMNS_REPEATED] = "the columns are repeated, j % w: j / 2",
    [HEIGHT_FOR_WIDTH] = "a row of x has w pixels, not h",
    [ROUNDED_UP] = "i / 2 is rounded up: down",
    [ROWS_ONLY] = "j is not halved: column j / 2",
    [COLUMNS_ONLY] = "i is not halved: row i / 2",
    [TRANSPOSED] = "rows and columns are exchanged",
    [FIRST_ROW] = "all rows are the first one of x",
    [FIRST_COLUMN] = "all columns are the first one of x",
    [ROW_OF_X] = "a row of y is as long as one of x: it has 2 w pixels",
    NULL};

static int least(int a, int b) {
    return a < b ? a : b;
}

/* The pixel of x that pixel (i, j) of y is a copy of. */
static int source(const Grid *t, int mistake, int i, int j) {
    const int h = t->h, w = t->w;
    switch (mistake) {
    case REPEATED:
        return i % h * w + j % w;
    case ROWS_REPEATED:
        return i % h * w + j / 2;
    case COLUMNS_REPEATED:
        return i / 2 * w + j % w;
    case HEIGHT_FOR_WIDTH:
        return least(i / 2 * h + j / 2, h * w - 1);
    case ROUNDED_UP:
        return least((i + 1) / 2, h - 1) * w + least((j + 1) / 2, w - 1);
    case ROWS_ONLY:
        return least(i / 2 * w + j, h * w - 1);
    case COLUMNS_ONLY:
        return least(i * w + j / 2, h * w - 1);
    case TRANSPOSED:
        return least(j / 2 * w + i / 2, h * w - 1);
    case FIRST_ROW:
        return j / 2;
    case FIRST_COLUMN:
        return i / 2 * w;
    case ROW_OF_X:
        return i * w + j < 2 * h * w ? least((i * w + j) / 2, h * w - 1) : 0;
    default:
        return i / 2 * w + j / 2;
    }
}

static void up(const void *context, int mistake, real *y) {
    const Grid *t = context;
    for (int e = 0; e < 4 * t->h * t->w; e++)
        y[e] = t->x[source(t, mistake, e / (2 * t->w), e % (2 * t->w))];
}

static void grade_up(Grade *g) {
    Rng rng = grade_rng(19);
    static const int sides[][2] = {{3, 5}, {4, 2}};
    static const char *const what[] = {"y of 3 x 5 pixels", "y of 4 x 2 pixels"};
    for (int k = 0; k < 2; k++) {
        const Grid t = {.h = sides[k][0],
                        .w = sides[k][1],
                        .x = grade_random(&rng, (size_t)(sides[k][0] * sides[k][1]))};
        const size_t size = (size_t)(4 * t.h * t.w);
        real *y = grade_room(size);
        upsample(t.h, t.w, t.x, y);
        const GradeHints hints = {.rows = 2 * t.h, .columns = 2 * t.w};
        grade_formula(g, what[k], size, y, up, &t, up_whys, &hints);
    }
}

/* ---- upsample_backward ---- */

enum {
    BACK_LAST = ROW_OF_X + 1,
    BACK_FIRST,
    BACK_ASSIGNED,
    BACK_UPPER,
    BACK_LEFT,
    BACK_TAKEN_OFF,
    BACK_NO_FIRST_ROW,
    BACK_NO_FIRST_COLUMN,
    BACK_NO_LAST_ROW,
    BACK_NO_LAST_COLUMN
};

static const char *const up_back_whys[] = {
    [RIGHT] = "",
    [REPEATED] = "the image is taken for a repeated one, i % h: i / 2",
    [ROWS_REPEATED] = "the rows are repeated, i % h: i / 2",
    [COLUMNS_REPEATED] = "the columns are repeated, j % w: j / 2",
    [HEIGHT_FOR_WIDTH] = "a row of x has w pixels, not h",
    [ROUNDED_UP] = "i / 2 is rounded up: down",
    [ROWS_ONLY] = "j is not halved: column j / 2",
    [COLUMNS_ONLY] = "i is not halved: row i / 2",
    [TRANSPOSED] = "rows and columns are exchanged",
    [FIRST_ROW] = "everything is added to the first row of dx",
    [FIRST_COLUMN] = "everything is added to the first column of dx",
    [ROW_OF_X] = "a row of dy is as long as one of dx: it has 2 w pixels",
    [BACK_LAST] = "only the last of the four dy is left, and what was before is lost: +=",
    [BACK_FIRST] = "only one of the four dy is added: all four are",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_UPPER] = "only the two upper dy of the four are added",
    [BACK_LEFT] = "only the two left dy of the four are added",
    [BACK_TAKEN_OFF] = "dy is taken off: add it",
    [BACK_NO_FIRST_ROW] = "the first row of dy is left out: i begins at 0",
    [BACK_NO_FIRST_COLUMN] = "the first column of dy is left out: j begins at 0",
    [BACK_NO_LAST_ROW] = "the last row of dy is left out: i < 2 h",
    [BACK_NO_LAST_COLUMN] = "the last column of dy is left out: j < 2 w",
    NULL};

/* How often dy of (i, j) is added. */
static int times(const Grid *t, int mistake, int i, int j) {
    switch (mistake) {
    case BACK_FIRST:
        return i % 2 == 0 && j % 2 == 0;
    case BACK_LAST:
        return i % 2 == 1 && j % 2 == 1;
    case BACK_UPPER:
        return i % 2 == 0;
    case BACK_LEFT:
        return j % 2 == 0;
    case BACK_TAKEN_OFF:
        return -1;
    case BACK_NO_FIRST_ROW:
        return i > 0;
    case BACK_NO_FIRST_COLUMN:
        return j > 0;
    case BACK_NO_LAST_ROW:
        return i < 2 * t->h - 1;
    case BACK_NO_LAST_COLUMN:
        return j < 2 * t->w - 1;
    default:
        return 1;
    }
}

static void up_back(const void *context, int mistake, real *dx) {
    const Grid *t = context;
    const bool lost = mistake == BACK_ASSIGNED || mistake == BACK_LAST;
    for (int e = 0; e < t->h * t->w; e++)
        dx[e] = lost && t->before ? -t->before[e] : 0;
    for (int e = 0; e < 4 * t->h * t->w; e++) {
        const int i = e / (2 * t->w), j = e % (2 * t->w);
        dx[source(t, mistake, i, j)] += (real)times(t, mistake, i, j) * t->dy[e];
    }
}

static double up_loss(void *context) {
    const Grid *t = context;
    double sum = 0;
    for (int e = 0; e < 4 * t->h * t->w; e++) {
        const int at = source(t, RIGHT, e / (2 * t->w), e % (2 * t->w));
        sum += (double)t->dy[e] * (double)t->x[at];
    }
    return sum;
}

static void grade_up_back(Grade *g) {
    Rng rng = grade_rng(20);
    real *x = grade_random(&rng, 15);
    Grid t = {.h = 3, .w = 5, .x = x, .dy = grade_random(&rng, 60)};
    real *dx = grade_zeros(15);
    upsample_backward(3, 5, t.dy, dx);
    GradeHints hints = {.rows = 3,
                        .columns = 5,
                        .suspects = {{0.25, "the mean of the four dy: their sum"}}};
    const GradeHints more = grade_mistakes(15, up_back, &t, up_back_whys, &hints);
    grade_gradient(g, "dx of 3 x 5 pixels, against differences", 15, x, up_loss, &t, dx,
                   &more);
    for (int k = 0; k < 2; k++) {
        t = (Grid){.h = k ? 4 : 2, .w = k ? 2 : 3, .dy = grade_random(&rng, 32)};
        const size_t size = (size_t)(t.h * t.w);
        t.before = grade_random(&rng, size);
        dx = grade_copy(size, t.before);
        upsample_backward(t.h, t.w, grade_copy(4 * size, t.dy), dx);
        hints.rows = t.h;
        hints.columns = t.w;
        hints.before = t.before;
        grade_formula(g,
                      k ? "dx of 4 x 2 pixels, where there was something before"
                        : "dx of 2 x 3 pixels, where there was something before",
                      size, dx, up_back, &t, up_back_whys, &hints);
    }
}

static const Part parts[] = {{"instance_norm", 5, grade_norm},
                             {"instance_norm_backward", 7, grade_back},
                             {"upsample", 2, grade_up},
                             {"upsample_backward", 3, grade_up_back},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "17_generator", parts);
}
