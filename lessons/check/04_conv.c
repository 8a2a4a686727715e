/* Grades exercise 04: a single bright pixel shows where every weight goes; then random
 * numbers, filters of 1, 3 and 5, images that are wide, tall, and smaller than the
 * filter. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <string.h>

/* ---- What is right, and what comes out with a mistake ---- */

typedef enum Span { ALL, FIRST_ONLY, LAST_ONLY, NOT_FIRST, NOT_LAST } Span;

/* A way to go over the image: all 0 is right. */
typedef struct Way {
    enum { HALF, ONE, ZERO, WHOLE, TOO_LARGE } p;
    bool turned_u, turned_v; /* u, v run the other way */
    bool p_added, no_p_rows, no_p_columns;
    bool transposed, other_layout; /* weight[.., v, u]; weight[c, o, ..] */
    enum { PROPER, NO_BIAS, BIAS_PER_CHANNEL, FIRST_BIAS } bias;
    Span planes, rows, columns;
    bool first_row; /* of the filter, for all u */
    bool nearest, minus;
    const char *why, *why_back; /* NULL: cannot happen in that direction */
} Way;

enum { RIGHT }; /* the first way; the others are mistakes */

static const Way ways[] = {
    [RIGHT] = {.why = "", .why_back = ""},
    {.p = ONE,
     .why = "p is not always 1: it is (k - 1) / 2",
     .why_back = "p is not always 1: it is (k - 1) / 2"},
    {.p = ZERO,
     .why = "the zeros around x are missing: the filter's middle belongs on the "
            "pixel, p back from its corner",
     .why_back = "p is missing: y[i,j] has its filter's middle on x[i,j]"},
    {.p = WHOLE,
     .why = "p is (k - 1) / 2, not k - 1",
     .why_back = "p is (k - 1) / 2, not k - 1"},
    {.p = TOO_LARGE,
     .why = "p is (k - 1) / 2; this is one too many, (k + 1) / 2",
     .why_back = "p is (k - 1) / 2; this is one too many, (k + 1) / 2"},
    {.turned_u = true,
     .turned_v = true,
     .why = "the filter is turned by 180 degrees: x[i + u - p], not x[i - u + p]",
     .why_back = "dy is read in the direction of the forward pass: y[i - u + p] is what "
                 "used x[i] with the weight u; the filter is to be turned"},
    {.turned_u = true,
     .why = "the rows of the filter run backwards: i + u - p",
     .why_back = "the rows of the filter run backwards: i - u + p"},
    {.turned_v = true,
     .why = "the columns of the filter run backwards: j + v - p",
     .why_back = "the columns of the filter run backwards: j - v + p"},
    {.p_added = true,
     .why = "p is added where it is to be taken off: i + u - p",
     .why_back = "p is taken off where it is to be added: i - u + p"},
    {.no_p_rows = true,
     .why = "p is missing in the row: i + u - p",
     .why_back = "p is missing in the row: i - u + p"},
    {.no_p_columns = true,
     .why = "p is missing in the column: j + v - p",
     .why_back = "p is missing in the column: j - v + p"},
    {.transposed = true,
     .why = "each filter is transposed: u is the row, v the column",
     .why_back = "each filter is transposed: u is the row, v the column"},
    {.other_layout = true,
     .why = "weight is read as (c, o, k, k); it is (o, c, k, k)",
     .why_back = "weight is read as (c, o, k, k); it is (o, c, k, k)"},
    {.bias = NO_BIAS, .why = "the bias is missing"},
    {.bias = BIAS_PER_CHANNEL, .why = "the bias is added once for each channel c"},
    {.bias = FIRST_BIAS, .why = "all outputs get the bias of the first: bias[o]"},
    {.planes = FIRST_ONLY,
     .why = "the sum over c is missing: every channel of x counts, here only the first",
     .why_back = "the sum over o is missing: every channel of y used x, here only the "
                 "first"},
    {.planes = LAST_ONLY,
     .why = "the sum over c is missing: every channel of x counts, here only the last",
     .why_back = "the sum over o is missing: every channel of y used x, here only the "
                 "last"},
    {.planes = NOT_FIRST,
     .why = "the first channel c is left out",
     .why_back = "the first output o is left out"},
    {.planes = NOT_LAST,
     .why = "the last channel c is left out",
     .why_back = "the last output o is left out"},
    {.rows = NOT_FIRST,
     .why = "the first row of the filter is left out: u begins at 0",
     .why_back = "the first row of the filter is left out: u begins at 0"},
    {.rows = NOT_LAST,
     .why = "the last row of the filter is left out: u < k",
     .why_back = "the last row of the filter is left out: u < k"},
    {.columns = NOT_FIRST,
     .why = "the first column of the filter is left out: v begins at 0",
     .why_back = "the first column of the filter is left out: v begins at 0"},
    {.columns = NOT_LAST,
     .why = "the last column of the filter is left out: v < k",
     .why_back = "the last column of the filter is left out: v < k"},
    {.first_row = true,
     .why = "all taps read the row of u = 0 of the filter",
     .why_back = "all taps read the row of u = 0 of the filter"},
    {.nearest = true,
     .why = "outside of x stand zeros, not the pixels of the border",
     .why_back = "outside of y nothing was used: 0, not the numbers of the border"},
    {.minus = true,
     .why = "the products are taken off: the sum is added to the bias",
     .why_back = "the products are taken off; they are added"}};
enum { WAYS = sizeof ways / sizeof *ways };

/* A layer; each array has exactly the required length. */
typedef struct Layer {
    Sizes d;
    real *x, *weight, *bias, *dy;
    size_t in, out, taps; /* numbers in x, in y, in weight */
} Layer;

static bool taken(Span which, int at, int count) {
    switch (which) {
    case FIRST_ONLY:
        return at == 0;
    case LAST_ONLY:
        return at == count - 1;
    case NOT_FIRST:
        return at > 0;
    case NOT_LAST:
        return at < count - 1;
    default:
        return true;
    }
}

static int between(int a, int n) {
    return a < 0 ? 0 : a >= n ? n - 1 : a;
}

static int padding(const Way *way, int k) {
    switch (way->p) {
    case ONE:
        return 1;
    case ZERO:
        return 0;
    case WHOLE:
        return k - 1;
    case TOO_LARGE:
        return (k + 1) / 2;
    default:
        return (k - 1) / 2;
    }
}

/* u - p, or v - p: so far from a pixel is what a tap reads. */
static int distance(const Way *way, int k, int u, bool no_p) {
    const int p = padding(way, k);
    if (no_p) return u;
    return way->p_added ? u + p : u - p;
}

static double weight_of(const Layer *t, const Way *way, int o, int c, int u, int v) {
    const Sizes d = t->d;
    const int filter = way->other_layout ? c * d.o + o : o * d.c + c;
    const int row = way->first_row ? 0 : u;
    const int inside = way->transposed ? v * d.k + row : row * d.k + v;
    return (double)t->weight[filter * d.k * d.k + inside];
}

/* What the tap (u, v) reads for pixel (i, j): of x, or backwards of dy. */
static double read_by(const Layer *t, const Way *way, bool back, int plane, int u, int v,
                      int i, int j) {
    const Sizes d = t->d;
    const int down = distance(way, d.k, u, way->no_p_rows);
    const int right = distance(way, d.k, v, way->no_p_columns);
    int row = back != way->turned_u ? i - down : i + down;
    int column = back != way->turned_v ? j - right : j + right;
    if (way->nearest) {
        row = between(row, d.h);
        column = between(column, d.w);
    }
    if (row < 0 || row >= d.h || column < 0 || column >= d.w) return 0;
    const real *from = back ? t->dy : t->x;
    return (double)from[(plane * d.h + row) * d.w + column];
}

/* The sum over all taps for pixel (i, j) of plane `to`: of y, or backwards of dx. */
static double sum_of(const Layer *t, const Way *way, bool back, int to, int i, int j) {
    const int inputs = back ? t->d.o : t->d.c, k = t->d.k;
    double sum = 0;
    for (int m = 0; m < inputs * k * k; m++) {
        const int from = m / k / k, u = m / k % k, v = m % k;
        const int o = back ? from : to, c = back ? to : from;
        if (!taken(way->planes, from, inputs)) continue;
        if (!taken(way->rows, u, k) || !taken(way->columns, v, k)) continue;
        sum += weight_of(t, way, o, c, u, v) * read_by(t, way, back, from, u, v, i, j);
    }
    return way->minus ? -sum : sum;
}

static double bias_of(const Layer *t, const Way *way, int o) {
    switch (way->bias) {
    case NO_BIAS:
        return 0;
    case BIAS_PER_CHANNEL:
        return t->d.c * (double)t->bias[o];
    case FIRST_BIAS:
        return (double)t->bias[0];
    default:
        return (double)t->bias[o];
    }
}

/* y, or what is added to dx. */
static void pass(const Layer *t, const Way *way, bool back, real *result) {
    const Sizes d = t->d;
    const int planes = back ? d.c : d.o;
    for (int e = 0; e < planes * d.h * d.w; e++) {
        const int to = e / d.w / d.h, i = e / d.w % d.h, j = e % d.w;
        const double bias = back ? 0 : bias_of(t, way, to);
        result[e] = (real)(bias + sum_of(t, way, back, to, i, j));
    }
}

static void forward(const void *context, int mistake, real *y) {
    pass(context, &ways[mistake], false, y);
}

/* Mistakes that cannot happen backwards have no `why` there: the others, in order. */
static const char *back_whys[WAYS + 1], *forward_whys[WAYS + 1];
static int back_ways[WAYS];

static void backward(const void *context, int mistake, real *dx) {
    pass(context, &ways[back_ways[mistake]], true, dx);
}

static void list_ways(void) {
    int count = 0;
    for (int k = 0; k < WAYS; k++) {
        forward_whys[k] = ways[k].why;
        if (!ways[k].why_back) continue;
        back_ways[count] = k;
        back_whys[count++] = ways[k].why_back;
    }
}

/* ---- Inputs ---- */

static Layer new_layer(Sizes d, Rng *rng) {
    const size_t plane = (size_t)(d.h * d.w), in = (size_t)d.c * plane,
                 out = (size_t)d.o * plane, taps = (size_t)(d.o * d.c * d.k * d.k);
    return (Layer){.d = d,
                   .x = grade_random(rng, in),
                   .weight = grade_random(rng, taps),
                   .bias = grade_random(rng, (size_t)d.o),
                   .dy = grade_random(rng, out),
                   .in = in,
                   .out = out,
                   .taps = taps};
}

/* One bright pixel in the middle of 3 x 3, weights 1 to 9, in an order without a rule. */
static Layer bright_pixel(Rng *rng) {
    static const real weight[9] = {5, 1, 8, 2, 9, 4, 7, 3, 6};
    Layer t = new_layer((Sizes){1, 3, 3, 1, 3}, rng);
    t.bias[0] = 0;
    for (int i = 0; i < 9; i++) {
        t.x[i] = t.dy[i] = i == 4;
        t.weight[i] = weight[i];
    }
    return t;
}

static const struct {
    const char *y, *dx;
    Sizes d;
} sizes[] = {{"y, filters of 3 x 3", "dx, filters of 3 x 3", {5, 6, 7, 4, 3}},
             {"y, filters of 1 x 1", "dx, filters of 1 x 1", {3, 4, 2, 2, 1}},
             {"y, filters of 5 x 5", "dx, filters of 5 x 5", {3, 8, 6, 4, 5}},
             {"y, filters larger than the image",
              "dx, filters larger than the image",
              {6, 3, 4, 2, 5}},
             {"y of a single row", "dx of a single row", {1, 1, 6, 2, 3}}};
enum { LAYERS = sizeof sizes / sizeof *sizes };

/* Shapes of images, without what there is to know about single rows. */
static GradeHints shape_of(Sizes d) {
    return (GradeHints){.rows = d.h, .columns = d.w};
}

/* ---- Parts ---- */

static GradeHints forward_hints(const Layer *t) {
    static const Way no_bias = {.bias = NO_BIAS};
    GradeHints hints = shape_of(t->d);
    real *bias = grade_room(t->out), *sum = grade_room(t->out);
    pass(t, &no_bias, false, sum);
    for (int e = 0; e < (int)t->out; e++)
        bias[e] = t->bias[e / (t->d.h * t->d.w)];
    hints.terms[0] = (SumTerm){bias, "the bias", 1};
    hints.terms[1] = (SumTerm){sum, "the sum over c, u and v", 1};
    return hints;
}

static void grade_forward(Grade *g) {
    Rng rng = grade_rng(4);
    list_ways();
    const Layer pixel = bright_pixel(&rng);
    real *y = grade_room(9);
    conv2d(&pixel.d, pixel.x, pixel.weight, pixel.bias, y);
    grade_formula(g, "y, when x is one bright pixel", 9, y, forward, &pixel, forward_whys,
                  &(GradeHints){.rows = 3, .columns = 3});
    for (int k = 0; k < LAYERS; k++) {
        const Layer t = new_layer(sizes[k].d, &rng);
        const GradeHints hints = forward_hints(&t);
        y = grade_room(t.out);
        conv2d(&t.d, t.x, t.weight, t.bias, y);
        grade_formula(g, sizes[k].y, t.out, y, forward, &t, forward_whys, &hints);
        if (k) continue;
        conv2d(&t.d, t.x, t.weight, t.bias, y);
        grade_formula(g, "y, called again on the same memory", t.out, y, forward, &t,
                      forward_whys, &hints);
    }
}

/* sum y dy, whose gradient with respect to x is dx. */
static double loss(void *context) {
    const Layer *t = context;
    real *y = grade_room(t->out);
    double sum = 0;
    pass(t, &ways[RIGHT], false, y);
    for (size_t i = 0; i < t->out; i++)
        sum += (double)(y[i] * t->dy[i]);
    return sum;
}

static void grade_backward(Grade *g) {
    Rng rng = grade_rng(5);
    list_ways();
    const Layer pixel = bright_pixel(&rng);
    real *dx = grade_zeros(9);
    conv2d_backward(&pixel.d, pixel.dy, pixel.weight, dx);
    grade_formula(g, "dx, when dy is 1 in one place", 9, dx, backward, &pixel, back_whys,
                  &(GradeHints){.rows = 3, .columns = 3});
    for (int k = 0; k < LAYERS; k++) {
        Layer t = new_layer(sizes[k].d, &rng);
        dx = grade_zeros(t.in);
        conv2d_backward(&t.d, t.dy, t.weight, dx);
        GradeHints hints = shape_of(t.d);
        hints = grade_mistakes(t.in, backward, &t, back_whys, &hints);
        grade_gradient(g, sizes[k].dx, t.in, t.x, loss, &t, dx, &hints);
    }
    const Layer t = new_layer(sizes[0].d, &rng);
    const real *before = grade_random(&rng, t.in);
    dx = grade_copy(t.in, before);
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_formula(g, "dx, where there was something before", t.in, dx, backward, &t,
                  back_whys, &(GradeHints){.before = before});
}

static const Part parts[] = {{"conv2d", 7, grade_forward},
                             {"conv2d_backward", 7, grade_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "04_conv", parts);
}
