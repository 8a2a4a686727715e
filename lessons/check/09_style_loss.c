/* Grades exercise 09: against the library's own ops, and against central differences. */
#include <string.h>

#include "lessons/check/grade.h"
#include "losses/ops.h"

/* The exercise. */
double style_loss(int N, int M, const real *f, const real *a, real *g);
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df);

enum { N = 5, M = 24 }; /* 4 x 6 positions */
static const double factor = 1 / (4.0 * N * N * M * M);

static Tensor normal(Arena *arena, Rng *rng, double mean, double deviation) {
    Tensor x = tensor_alloc(arena, (Shape){1, N, 4, 6});
    tensor_fill_normal(x, rng, mean, deviation);
    return x;
}

/* The right loss at the present features. */
static double right_loss(void *node) {
    Node *loss = node;
    tape_forward(loss->tape);
    return (double)node_scalar(loss);
}

static void grade_loss(Grade *g, double yours, Node *loss, Node *aimless) {
    const double right = (double)node_scalar(loss);
    grade_number(
        g, "style_loss", yours, right,
        &(GradeHints){
            .channels = N,
            .positions = M,
            .suspects = {
                {4, "the convention of CS231n, which has no 4"},
                {1 / factor, "1 / (4 N^2 M^2) is missing, the formula of document 002"},
                {4.0 * M * M, "the mean of the squares, the code of document 000"},
                {4.0 / (N * N), "Gram / (N M) and then the mean, as many programs do"},
                {(double)node_scalar(aimless) / right, "A is not subtracted"}}});
}

/* F and A are given by few numbers: row i of F is f_i everywhere, so G_ij = M f_i f_j,
 * and with A = 0, E = M^2 (sum f_i^2)^2 / (4 N^2 M^2) = (sum f_i^2)^2 / (4 N^2), here (1
 * + 4 + 9)^2 / 36. 4 N^2 M^2 is 36 40000^2 = 5.76e10, beyond the largest int. By F_ik it
 * is sum_j M f_i f_j f_j / (N^2 M^2) = f_i (sum f_j^2) / (N^2 M). */
static void grade_large(Grade *g) {
    enum { ROWS = 3, LARGE = 40000 };
    const real row[] = {1, 2, 3};
    real *f = grade_room(ROWS * LARGE), *df = grade_zeros(ROWS * LARGE), right[ROWS];
    for (int i = 0; i < ROWS * LARGE; i++)
        f[i] = row[i / LARGE];
    const real *a = grade_zeros(ROWS * ROWS);
    const double loss = style_loss(ROWS, LARGE, f, a, grade_room(ROWS * ROWS));
    grade_number(g, "style_loss of 40000 positions", loss, 14.0 * 14 / 36, NULL);
    style_loss_backward(ROWS, LARGE, f, a, grade_room(ROWS * ROWS), df);
    for (int i = 0; i < ROWS; i++)
        right[i] = (real)((double)row[i] * 14 / (9.0 * LARGE));
    grade_numbers(g, "style_loss_backward, of 40000 positions", ROWS,
                  (const real[]){df[0], df[LARGE], df[3 * LARGE - 1]}, right, NULL);
}

static void grade(Grade *g) {
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Rng rng = rng_seed(9);
    Tensor f = normal(arena, &rng, 0.5, 1), painting = normal(arena, &rng, 0, 1);
    Tensor before = normal(arena, &rng, 0, 0.01), df = tensor_clone(arena, before);
    Node *G = ag_gram(tape_constant(tape, f), (Gram){1});
    Node *A = ag_gram(tape_constant(tape, painting), (Gram){1});
    Node *zero = tape_constant(tape, tensor_alloc(arena, G->shape));
    Node *loss = ag_squared_distance(G, A, (SquaredDistance){factor});
    Node *aimless = ag_squared_distance(G, zero, (SquaredDistance){factor});
    real *features = grade_copy(N * M, f.data), *target = grade_copy(N * N, A->value);
    const double first = style_loss(N, M, features, target, grade_room(N * N));
    grade_loss(g, first, loss, aimless);
    grade_number(g, "style_loss, called again",
                 style_loss(N, M, features, target, grade_room(N * N)), first, NULL);
    /* g is room only: what is in it comes from another image. */
    real *gradient = grade_copy(N * M, df.data);
    style_loss_backward(N, M, features, target, grade_room(N * N), gradient);
    memcpy(df.data, gradient, N * M * sizeof *gradient);
    grade_gradient(
        g, "style_loss_backward", N * M, f.data, right_loss, loss, df.data,
        &(GradeHints){
            .channels = N,
            .positions = M,
            .rows = N,
            .columns = M,
            .before = before.data,
            .suspects = {
                {0.5, "F stands in G_ij twice, for i and for j: both indices count"}}});
    grade_large(g);
    tape_free(tape);
    arena_free(arena);
}

int main(void) {
    return grade_run("09_style_loss", grade);
}
