/* 08 What does a Gram matrix remember?
 *
 * Features F have a row for each of N channels and a column for each of M positions. The
 * Gram matrix takes every pair of rows, multiplies, and adds over the positions:
 *
 *     G_ij = sum_k F_ik F_jk      G = F F^T      dF = (dG + dG^T) F
 *
 * (documents 000, 2.3 and 4.2; 002, 2.2; 003, 4.4). Which features occur together stays,
 * where they do is gone. 000 calls G a correlation, but nothing is centred or divided.
 *
 *     make lesson-08        or: 08_gram [PAINTING [PHOTO]] [--size N] [--weights FILE]
 *
 * You will see a picture shuffled without a trace, and three matrices side by side. */
#include <tgmath.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/style.h"

#define LAYERS 4
static const char *const layers[LAYERS] = {"pixels", "relu1_1", "relu2_1", "relu3_1"};

static void check_backward(Lesson *l);
static Tensor *grams(Lesson *l, Network *net, Tensor picture);
static void compare_matrices(Lesson *l, Tensor f, Tensor g);
static Tensor shuffled(Lesson *l, Tensor t);
static Series apart(Lesson *l, const char *name, const Tensor *g, const Tensor *a);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "08_gram", 128);
    Network *net = lesson_network(l);
    Tensor painting = lesson_picture(l, 0, "painting.png"), *a = grams(l, net, painting);
    Tensor photo = lesson_picture(l, 1, "scene.png"), other = shuffled(l, painting);
    check_backward(l);
    compare_matrices(l, a[LAYERS], a[1]);
    lesson_print(l, "\n|G - A| / |A|    pixels relu1_1 relu2_1 relu3_1\n");
    Series series[] = {apart(l, "pixels shuffled", grams(l, net, other), a),
                       apart(l, "photograph", grams(l, net, photo), a)};
    lesson_show_sheet(l, "pictures.png", 3, (Tensor[]){painting, other, photo}, 3);
    lesson_plot(l, "apart.svg",
                &(Plot){"How far from the painting?", "layer, 0: the pixels",
                        "|G - A| / |A|", false, false, 2, series});
    return lesson_end(l);
}

/* dF by the tape and by the formula, for a dG that is not symmetric. */
static void check_backward(Lesson *l) {
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, 4, 3, 5});
    Node *dg = tape_example_constant(tape, (Shape){1, 1, 4, 4});
    Node *g = ag_gram(f, (Gram){1}), *rows = ag_reshape(f, (Reshape){{1, 1, 4, 15}});
    Node *df = ag_matmul(ag_add(dg, ag_transpose(dg)), rows, (Matmul){0});
    tape_backward_from(tape, g, dg->value);
    bool same = true;
    for (size_t i = 0; i < shape_size(f->shape); i++)
        same &= fabs((double)(f->grad[i] - df->value[i])) < 1e-12;
    lesson_print(l, "G = F F^T     dF %s (dG + dG^T) F\n", same ? "=" : "IS NOT");
    lesson_gradcheck(l, "G by F", tape, g);
    tape_free(tape);
}

/* F F^T / M, for pictures of any size, at every layer; and, last, the F of relu1_1. */
static Tensor *grams(Lesson *l, Network *net, Tensor picture) {
    Tape *tape = tape_new();
    Node *f[LAYERS] = {tape_constant(tape, picture)};
    Tensor *g = ARENA_NEW(lesson_arena(l), Tensor, LAYERS + 1);
    lesson_record(l, net, f[0], layers + 1, LAYERS - 1, f + 1);
    for (int i = 0; i < LAYERS; i++)
        g[i] = tape_keep(lesson_arena(l), ag_gram(f[i], gram_params(GRAM_HW, f[i])));
    g[LAYERS] = tape_keep(lesson_arena(l), f[1]);
    tape_free(tape);
    return g;
}

/* Covariance and correlation beside G / M. With the mean m_i of row i of F,
 *     C_ij = G_ij / M - m_i m_j      R_ij = C_ij / sqrt(C_ii C_jj) */
static void compare_matrices(Lesson *l, Tensor f, Tensor g) {
    const int n = f.shape.c, m = f.shape.h * f.shape.w, d = n + 1; /* C_ii is c[i d] */
    Tensor t[] = {g, tensor_clone(lesson_arena(l), g), tensor_clone(lesson_arena(l), g)};
    real *c = t[1].data, *mean = ARENA_NEW(lesson_arena(l), real, (size_t)n);
    int below = 0;
    for (int i = 0; i < n * m; i++)
        mean[i / m] += f.data[i] / (real)m;
    for (int i = 0; i < n * n; i++)
        below += (c[i] -= mean[i / n] * mean[i % n]) < 0;
    for (int i = 0; i < n * n; i++)
        t[2].data[i] = c[i] / sqrt(c[i / n * d] * c[i % n * d] + REAL_EPSILON);
    lesson_print(l, "\nF %s, G %s, covariance and correlation: %d entries below 0\n",
                 SHAPE(f.shape), SHAPE(g.shape), below);
    for (int k = 0; k < 3; k++)
        t[k] = lesson_enlarge(l, lesson_heat(l, t[k], 0), (Shape){1, 3, 192, 192});
    lesson_show_sheet(l, "matrices.png", 3, t, 3);
}

/* The positions in another order, all channels alike. */
static Tensor shuffled(Lesson *l, Tensor t) {
    const int size = t.shape.h * t.shape.w;
    Tensor out = tensor_clone(lesson_arena(l), t);
    Rng rng = rng_seed(3);
    for (int k = size - 1; k > 0; k--) {
        const int other = (int)rng_below(&rng, (uint32_t)k + 1);
        for (real *row = out.data; row < out.data + t.shape.c * size; row += size) {
            const real kept = row[k];
            row[k] = row[other];
            row[other] = kept;
        }
    }
    return out;
}

/* |G - A| / |A| at every layer. */
static Series apart(Lesson *l, const char *name, const Tensor *g, const Tensor *a) {
    double *layer = ARENA_NEW(lesson_arena(l), double, 2 * LAYERS), *d = layer + LAYERS;
    Tape *tape = tape_new();
    lesson_print(l, "%-15s", name);
    for (int i = 0; i < LAYERS; i++) {
        Node *now = tape_constant(tape, g[i]), *then = tape_constant(tape, a[i]);
        layer[i] = i;
        d[i] = sqrt((double)node_scalar(ag_relative_distance(now, then)));
        lesson_print(l, " %7.3f%s", d[i], i < LAYERS - 1 ? "" : "\n");
    }
    tape_free(tape);
    return (Series){name, LAYERS, layer, d};
}

/* Exercises
 * 1. Give every channel a shuffle of its own. Which entries of G stay?
 * 2. Multiply F by 2 everywhere: what happens to the three matrices?
 * 3. Of 3 positions of relu1_1: why are all rows of G sums of the same 3 rows, scaled? */
