/* Grades exercise 09: against the library's own ops, and against central differences. */
#include "autograd/ops.h"
#include "lessons/check/grade.h"
#include "losses/style.h"

/* The exercise. */
double style_loss(int N, int M, const real *f, const real *a, real *g);
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df);

enum { N = 5, M = 24 }; /* 4 x 6 positions */

typedef struct Layer {
    Tensor f, a, g;
} Layer;

static double loss_of(void *context) {
    Layer *layer = context;
    return style_loss(N, M, layer->f.data, layer->a.data, layer->g.data);
}

static double right_loss(Tape *tape, const Layer *layer) {
    Node *g = ag_gram(tape_constant(tape, layer->f), (Gram){1});
    const double factor = 1 / (4.0 * N * N * M * M);
    return (double)node_scalar(ag_squared_distance(g, tape_constant(tape, layer->a),
                                                   (SquaredDistance){.factor = factor}));
}

static void grade(Grade *g) {
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Rng rng = rng_seed(9);
    Layer layer = {tensor_alloc(arena, (Shape){1, N, 4, 6}),
                   tensor_alloc(arena, (Shape){1, 1, N, N}),
                   tensor_alloc(arena, (Shape){1, 1, N, N})};
    Tensor painting = tensor_alloc(arena, (Shape){1, N, 4, 6});
    Tensor df = tensor_alloc(arena, layer.f.shape), before;
    tensor_fill_normal(layer.f, &rng, 0.5, 1);
    tensor_fill_normal(painting, &rng, 0, 1);
    tensor_fill_normal(df, &rng, 0, 0.01);
    before = tensor_clone(arena, df);
    tensor_copy(layer.a, node_tensor(ag_gram(tape_constant(tape, painting), (Gram){1})));

    grade_number(
        g, "style_loss", loss_of(&layer), right_loss(tape, &layer),
        &(GradeHints){.channels = N,
                      .positions = M,
                      .suspects = {{4, "the convention of CS231n, which has no 4"},
                                   {4.0 * N * N * M * M,
                                    "1 / (4 N^2 M^2) is missing: document 002's "
                                    "formula"},
                                   {4.0 * M * M, "the mean of the squares, as "
                                                 "document 000's code has it"}}});
    style_loss_backward(N, M, layer.f.data, layer.a.data, layer.g.data, df.data);
    grade_gradient(
        g, "style_loss_backward", N * M, layer.f.data, loss_of, &layer, df.data,
        &(GradeHints){.channels = N,
                      .positions = M,
                      .rows = N,
                      .columns = M,
                      .before = before.data,
                      .suspects = {{0.5, "F stands in G_ij twice, as row and as "
                                         "column: both indices count"}}});
    tape_free(tape);
    arena_free(arena);
}

int main(void) {
    return grade_run("09_style_loss", grade);
}
