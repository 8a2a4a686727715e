/* Grades exercise 10: values against the library, gradients against central differences.
 */
#include <math.h>

#include "lessons/check/grade.h"
#include "losses/tv.h"

/* The exercise. */
double tv_squares(int h, int w, const real *x);
void tv_squares_backward(int h, int w, const real *x, real *dx);
double tv_abs(int h, int w, const real *x);
void tv_abs_backward(int h, int w, const real *x, real *dx);

enum { H = 5, W = 7 };

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

/* Whether each difference was added at its second pixel and never taken off its first. */
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
    const double count = (H - 1) * W + H * (W - 1);

    grade_number(
        g, "tv_squares", tv_squares(H, W, x.data), s,
        &(GradeHints){
            .suspects = {{a / s, "absolute values where squares belong"},
                         {cropped(x, s) / s, "the last row and column are left out"},
                         {1 / count, "the mean instead of the sum"},
                         {1 / (double)(H * W), "divided by the number of pixels"}}});
    Tensor dx = tensor_clone(arena, before);
    tv_squares_backward(H, W, x.data, dx.data);
    grade_gradient(g, one_end(x.data, dx.data, before.data), H * W, x.data, now, squares,
                   dx.data, &gradient);

    grade_number(
        g, "tv_abs", tv_abs(H, W, x.data), a,
        &(GradeHints){.suspects = {{s / a, "squares where absolute values belong"},
                                   {1 / count, "the mean instead of the sum"}}});
    tensor_copy(dx, before);
    tv_abs_backward(H, W, x.data, dx.data);
    grade_gradient(g, "tv_abs_backward", H * W, x.data, now, absolute, dx.data,
                   &gradient);
    tape_free(tape);
    arena_free(arena);
}

int main(void) {
    return grade_run("10_tv_loss", grade);
}
