/* Grades exercise 09: against the library's own ops, and against central differences. */
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
    real room[N * N];
    grade_loss(g, style_loss(N, M, f.data, A->value, room), loss, aimless);
    style_loss_backward(N, M, f.data, A->value, room, df.data);
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
    tape_free(tape);
    arena_free(arena);
}

int main(void) {
    return grade_run("09_style_loss", grade);
}
