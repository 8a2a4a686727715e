/* y = down sum f(x_i+1,j - x_ij) + right sum f(x_i,j+1 - x_ij) + diagonal sum over both
 * diagonals of f, where f(d) is d^2 or |d|
 * dx gets +-f'(d) dy times the same factor at both ends of each difference
 *
 * One loop for the total variations that are means, or cropped, or use nine points.
 *
 *     cropped    only pixels that have a neighbour below and one to the right
 *     diagonal   the image first gets a border of one pixel that repeats its edge,
 *                and each 2 x 2 square of that has two diagonals: (H+1) x (W+1) of each
 */
#include <limits.h>
#include <tgmath.h>

#include "autograd/op_shapes.h"
#include "losses/ops.h"
#include "tensor/threads.h"

/* A difference of two pixels of one channel, x[to] - x[from], with a factor. */
typedef struct Pair {
    size_t from, to;
    double factor;
} Pair;

static size_t inside(int i, int size) {
    return (size_t)(i < 0 ? 0 : i >= size ? size - 1 : i);
}

/* The pairs whose first corner is (i, j), -1 <= i < H and -1 <= j < W; their number. */
static int pairs_at(const TvWeighted *p, Shape s, int i, int j, Pair pairs[4]) {
    const size_t w = (size_t)s.w;
    const bool below = i + 1 < s.h, right = j + 1 < s.w, image = i >= 0 && j >= 0;
    const size_t top = inside(i, s.h) * w, bottom = inside(i + 1, s.h) * w;
    const size_t near = inside(j, s.w), far = inside(j + 1, s.w);
    int count = 0;
    if (image && below && (right || !p->cropped))
        pairs[count++] = (Pair){top + near, bottom + near, p->down};
    if (image && right && (below || !p->cropped))
        pairs[count++] = (Pair){top + near, top + far, p->right};
    if (p->diagonal == 0) return count;
    pairs[count++] = (Pair){top + near, bottom + far, p->diagonal};
    pairs[count++] = (Pair){top + far, bottom + near, p->diagonal};
    return count;
}

static double sum_channel(const TvWeighted *p, Shape s, const real *x) {
    const int first = p->diagonal == 0 ? 0 : -1;
    double sum = 0;
    for (int i = first; i < s.h; i++)
        for (int j = first; j < s.w; j++) {
            Pair pairs[4];
            for (int k = pairs_at(p, s, i, j, pairs); k-- > 0;) {
                const double d = (double)x[pairs[k].to] - (double)x[pairs[k].from];
                sum += pairs[k].factor * (p->absolute ? fabs(d) : d * d);
            }
        }
    return sum;
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t plane = (size_t)s.h * (size_t)s.w, planes = (size_t)s.n * (size_t)s.c;
    double sum = 0;
    for (size_t c = 0; c < planes; c++)
        sum += sum_channel(y->params, s, y->in[0]->value + c * plane);
    y->value[0] = (real)sum;
}

/* f'(d); NaN stays NaN. */
static double slope(double d, bool absolute) {
    return !absolute || isnan(d) ? 2 * d : (double)((d > 0) - (d < 0));
}

static void pull_channel(const TvWeighted *p, Shape s, const real *x, double dy,
                         real *dx) {
    const int first = p->diagonal == 0 ? 0 : -1;
    for (int i = first; i < s.h; i++)
        for (int j = first; j < s.w; j++) {
            Pair pairs[4];
            for (int k = pairs_at(p, s, i, j, pairs); k-- > 0;) {
                const double d = (double)x[pairs[k].to] - (double)x[pairs[k].from];
                const real pull = (real)(pairs[k].factor * slope(d, p->absolute) * dy);
                dx[pairs[k].to] += pull;
                dx[pairs[k].from] -= pull;
            }
        }
}

/* forward was: y += factor f(to - from) */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    const int planes = s.n * s.c;
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int c = 0; c < planes; c++)
        pull_channel(y->params, s, y->in[0]->value + (size_t)c * plane,
                     (double)y->grad[0], dx + (size_t)c * plane);
}

/* The signs of all differences select the linear piece of |d|; their FNV-1a hash is the
 * number of this piece. Squares have one piece. */
static int piece(const Node *y, size_t output) {
    (void)output;
    const TvWeighted *p = y->params;
    const Shape s = y->in[0]->shape;
    unsigned hash = 2166136261U;
    if (!p->absolute) return 0;
    for (int c = 0; c < s.n * s.c; c++) {
        const real *x = y->in[0]->value + (size_t)c * (size_t)s.h * (size_t)s.w;
        for (int i = -1; i < s.h; i++)
            for (int j = -1; j < s.w; j++) {
                Pair pairs[4];
                for (int k = pairs_at(p, s, i, j, pairs); k-- > 0;) {
                    const real d = x[pairs[k].to] - x[pairs[k].from];
                    hash = (hash ^ (d > 0 ? 2U : d < 0 ? 1U : 0U)) * 16777619U;
                }
            }
    }
    return (int)(hash & INT_MAX);
}

static Node *example(Tape *tape) {
    return ag_tv_weighted(
        tape_example_variable(tape, (Shape){2, 3, 5, 4}),
        (TvWeighted){.down = 0.5, .right = 0.75, .diagonal = 0.25, .cropped = true});
}

const Op op_tv_weighted = {
    .name = "tv_weighted",
    .math = "y = k1 sum f(down) + k2 sum f(right) + k3 sum f(diagonals), f = d^2 or |d|",
    .derivative = "dx = +-k f'(difference) dy at both ends of each difference",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
