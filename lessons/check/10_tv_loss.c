/* Grades exercise 10: values against the library, gradients against central differences.
 */
#include <math.h>

#include "autograd/node.h"
#include "lessons/check/grade.h"
#include "losses/tv.h"

/* The exercise. */
double tv_squares(int h, int w, const real *x);
void tv_squares_backward(int h, int w, const real *x, real *dx);
double tv_abs(int h, int w, const real *x);
void tv_abs_backward(int h, int w, const real *x, real *dx);

enum { H = 6, W = 7 };

/* The right loss at the present pixels. */
static double now(void *node) {
    Node *loss = node;
    tape_forward(loss->tape);
    return (double)node_scalar(loss);
}

/* Without the differences along the last row and down the last column. */
static double cropped(Tensor x, double sum) {
    for (int i = 0; i + 1 < H; i++)
        sum -= pow((double)(x.data[(i + 2) * W - 1] - x.data[(i + 1) * W - 1]), 2);
    for (int j = 0; j + 1 < W; j++)
        sum -= pow((double)(x.data[(H - 1) * W + j + 1] - x.data[(H - 1) * W + j]), 2);
    return sum;
}

/* True if differences were added to their second pixel but not subtracted from the first.
 */
static const char *one_end(const real *x, const real *got, const real *before) {
    double off = 0;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < W; j++) {
            const int k = i * W + j;
            double d =
                (i ? (double)(x[k] - x[k - W]) : 0) + (j ? (double)(x[k] - x[k - 1]) : 0);
            off += fabs((double)(got[k] - before[k]) - 2 * d);
        }
    return off < 1e-6 ? "tv_squares_backward, which pulls on the second pixel only"
                      : "tv_squares_backward";
}

/* The result if sign(0) is `zero`. */
static real *with_sign(int h, int w, const real *x, real zero) {
    real *dx = grade_zeros((size_t)(h * w));
    for (int k = 0; k < h * w; k++)
        for (int down = 0; down < 2; down++) {
            const bool inside = down ? k / w + 1 < h : k % w + 1 < w;
            const int next = inside ? k + (down ? w : 1) : k;
            const real d = x[next] - x[k], sign = d > 0 ? 1 : d < 0 ? -1 : zero;
            dx[next] += inside ? sign : 0;
            dx[k] -= inside ? sign : 0;
        }
    return dx;
}

/* Pixels equal to their neighbours. dx is computed on paper, a row for each row.
 */
static void grade_equal(Grade *g, const char *what, int h, int w, const real *image,
                        const real *right) {
    static const char *const zero = "sign(0) is 0: equal neighbours do not pull on each "
                                    "other";
    const size_t n = (size_t)(h * w);
    const real *x = grade_copy(n, image);
    real *dx = grade_zeros(n);
    tv_abs_backward(h, w, x, dx);
    grade_numbers(g, what, n, dx, right,
                  &(GradeHints){.mistakes = {{with_sign(h, w, x, 1), zero},
                                             {with_sign(h, w, x, -1), zero}}});
}

/* Flat, an edge, and one row and one column, in which only one direction counts. */
static void grade_small(Grade *g) {
    grade_equal(g, "tv_abs_backward of a flat picture", 2, 2, (const real[]){3, 3, 3, 3},
                (const real[]){0, 0, 0, 0});
    grade_equal(g, "tv_abs_backward at an edge", 3, 4,
                (const real[]){0, 0, 1, 1, //
                               0, 0, 1, 1, //
                               0, 0, 0, 1},
                (const real[]){0, -1, 1, 0, //
                               0, -1, 2, 0, //
                               0, 0, -2, 1});
    const real *x = grade_copy(3, (const real[]){1, 4, 2});
    real *row = grade_zeros(3), *column = grade_zeros(3);
    /* 3^2 + 2^2 = 13; |3| + |-2| = 5; 2 d is 6 and -4 */
    grade_numbers(g, "one row and one column, both losses", 4,
                  (const real[]){(real)tv_squares(1, 3, x), (real)tv_squares(3, 1, x),
                                 (real)tv_abs(1, 3, x), (real)tv_abs(3, 1, x)},
                  (const real[]){13, 13, 5, 5}, NULL);
    tv_squares_backward(1, 3, x, row);
    tv_squares_backward(3, 1, x, column);
    grade_numbers(g, "tv_squares_backward of one row", 3, row, (const real[]){-6, 10, -4},
                  NULL);
    grade_numbers(g, "tv_squares_backward of one column", 3, column,
                  (const real[]){-6, 10, -4}, NULL);
}

static void grade(Grade *g) {
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Rng rng = rng_seed(10);
    const Shape shape = {1, 1, H, W};
    Tensor x = tensor_alloc(arena, shape), before = tensor_alloc(arena, shape);
    tensor_fill_normal(x, &rng, 0, 1);
    tensor_fill_normal(before, &rng, 0, 1);
    const GradeHints gradient = {.rows = H, .columns = W, .before = before.data};
    Node *squares = ag_tv_loss(tape_constant(tape, x), TV_SQUARES);
    Node *absolute = ag_tv_loss(tape_constant(tape, x), TV_ABS);
    const double s = now(squares), a = now(absolute);
    const real *pixels = grade_copy(H * W, x.data);
    real *pulls = grade_copy(H * W, before.data), *signs = grade_copy(H * W, before.data);
    const double count = (H - 1) * W + H * (W - 1);

    grade_number(
        g, "tv_squares", tv_squares(H, W, pixels), s,
        &(GradeHints){
            .suspects = {{a / s, "absolute values where squares belong"},
                         {cropped(x, s) / s, "the last row and column are left out"},
                         {1 / count, "the mean instead of the sum"},
                         {1 / (double)(H * W), "divided by the number of pixels"}}});
    tv_squares_backward(H, W, pixels, pulls);
    grade_gradient(g, one_end(x.data, pulls, before.data), H * W, x.data, now, squares,
                   pulls, &gradient);

    grade_number(
        g, "tv_abs", tv_abs(H, W, pixels), a,
        &(GradeHints){.suspects = {{s / a, "squares where absolute values belong"},
                                   {1 / count, "the mean instead of the sum"}}});
    tv_abs_backward(H, W, pixels, signs);
    grade_gradient(g, "tv_abs_backward", H * W, x.data, now, absolute, signs, &gradient);
    grade_small(g);
    tape_free(tape);
    arena_free(arena);
}

int main(void) {
    return grade_run("10_tv_loss", grade);
}
