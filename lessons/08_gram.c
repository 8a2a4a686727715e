/* Lesson 08: what does a Gram matrix remember?
 *
 * Features F have a row for each of N channels and a column for each of M positions. The
 * Gram matrix multiplies every row with every row and adds over the positions:
 *
 *     G_ij = sum_k F_ik F_jk      G = F F^T      dF = (dG + dG^T) F
 *
 * (documents 000, 2.3 and 4.2; 002, 2.2; 003, 4.4). G keeps which features occur
 * together. It forgets where they occur. 000 calls G a correlation, but the rows are not
 * centred and not divided by their deviation.
 *
 *     make lesson-08        or   build/double/lessons/08_gram painting.jpg photo.jpg
 *
 * You will see that shuffled pixels do not change G, and three matrices side by side. */
#include <tgmath.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/style.h"

enum { LAYERS = 4 };
static const char *const layers[LAYERS] = {"pixels", "relu1_1", "relu2_1", "relu3_1"};

/* What one image has in every layer. */
typedef struct Summary {
    Tensor gram[LAYERS]; /* F F^T / M */
    Tensor relu1_1;      /* the features F of the first layer of the network */
} Summary;

static void check_backward(Lesson *l);
static Summary grams(Lesson *l, Network *net, Tensor image);
static void compare_matrices(Lesson *l, Tensor f, Tensor g);
static Tensor shuffled(Lesson *l, Tensor t);
static Series apart(Lesson *l, const char *name, const Summary *g, const Summary *a);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "08_gram", 128);
    Network *net = lesson_network(l);
    Tensor painting = lesson_image(l, 0, "painting.png");
    Tensor photo = lesson_image(l, 1, "scene.png");
    check_backward(l);

    const Summary original = grams(l, net, painting);
    compare_matrices(l, original.relu1_1, original.gram[1]);

    Tensor mixed = shuffled(l, painting);
    const Summary of_mixed = grams(l, net, mixed);
    const Summary of_photo = grams(l, net, photo);
    Series series[2];
    lesson_print(
        l, "\n|G - A| / |A|    pixels relu1_1 relu2_1 relu3_1   A: of the painting\n");
    series[0] = apart(l, "pixels shuffled", &of_mixed, &original);
    series[1] = apart(l, "photograph", &of_photo, &original);

    const Tensor images[] = {painting, mixed, photo};
    lesson_show_sheet(l, "pictures.png", 3, images, 3);
    const Plot plot = {.title = "How far from the painting?",
                       .x_label = "layer, 0: the pixels",
                       .y_label = "|G - A| / |A|",
                       .series_count = 2,
                       .series = series};
    lesson_plot(l, "apart.svg", &plot);
    return lesson_end(l);
}

/* dF from the tape and from the formula, for a dG that is not symmetric. */
static void check_backward(Lesson *l) {
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, 4, 3, 5});
    Node *g = ag_gram(f, (Gram){1});
    Node *dg = tape_example_constant(tape, (Shape){1, 1, 4, 4});
    Node *rows = ag_reshape(f, (Reshape){{1, 1, 4, 15}});
    Node *df = ag_matmul(ag_add(dg, ag_transpose(dg)), rows, (Matmul){0});
    tape_backward_from(tape, g, dg->value);
    bool same = true;
    for (size_t i = 0; i < shape_size(f->shape); i++) {
        const double off = fabs((double)(f->grad[i] - df->value[i]));
        if (off >= 1e-12) same = false;
    }
    lesson_print(l, "G = F F^T; from the tape, dF %s (dG + dG^T) F\n",
                 same ? "=" : "IS NOT");
    lesson_gradcheck(l, "G by F", tape, g);
    tape_free(tape);
}

/* F F^T / M does not depend on the size of the image. Layer 0 is the image itself. */
static Summary grams(Lesson *l, Network *net, Tensor image) {
    Summary s;
    Tape *tape = tape_new();
    Node *f[LAYERS];
    f[0] = tape_constant(tape, image);
    lesson_record(l, net, f[0], layers + 1, LAYERS - 1, f + 1);
    for (int i = 0; i < LAYERS; i++) {
        Node *g = ag_gram(f[i], gram_params(GRAM_HW, f[i]));
        s.gram[i] = tape_keep(lesson_arena(l), g);
    }
    s.relu1_1 = tape_keep(lesson_arena(l), f[1]);
    tape_free(tape);
    return s;
}

/* Covariance and correlation beside G / M. With the mean m_i of row i of F,
 *     C_ij = G_ij / M - m_i m_j      R_ij = C_ij / sqrt(C_ii C_jj) */
static void compare_matrices(Lesson *l, Tensor f, Tensor g) {
    const int channels = f.shape.c;
    const int positions = f.shape.h * f.shape.w;
    Tensor covariance = tensor_clone(lesson_arena(l), g);
    Tensor correlation = tensor_clone(lesson_arena(l), g);
    real *mean = ARENA_NEW(lesson_arena(l), real, (size_t)channels);
    for (int i = 0; i < channels * positions; i++)
        mean[i / positions] += f.data[i] / (real)positions;

    int below_zero = 0;
    for (int i = 0; i < channels; i++)
        for (int j = 0; j < channels; j++) {
            real *c = tensor_at(covariance, 0, 0, i, j);
            *c -= mean[i] * mean[j];
            if (*c < 0) below_zero++;
        }
    for (int i = 0; i < channels; i++)
        for (int j = 0; j < channels; j++) {
            const real product =
                *tensor_at(covariance, 0, 0, i, i) * *tensor_at(covariance, 0, 0, j, j);
            *tensor_at(correlation, 0, 0, i, j) =
                *tensor_at(covariance, 0, 0, i, j) / sqrt(product + REAL_EPSILON);
        }
    lesson_print(l, "\nF %s, G %s; entries of the covariance below 0: %d\n",
                 SHAPE(f.shape), SHAPE(g.shape), below_zero);

    Tensor shown[] = {g, covariance, correlation};
    for (int k = 0; k < 3; k++)
        shown[k] =
            lesson_enlarge(l, lesson_heat(l, shown[k], 0), (Shape){1, 3, 192, 192});
    lesson_show_sheet(l, "matrices.png", 3, shown, 3);
}

/* The same pixels at other positions. All channels of a pixel move together. */
static Tensor shuffled(Lesson *l, Tensor t) {
    const int positions = t.shape.h * t.shape.w;
    Tensor out = tensor_clone(lesson_arena(l), t);
    Rng rng = rng_seed(3);
    for (int k = positions - 1; k > 0; k--) {
        const int other = (int)rng_below(&rng, (uint32_t)k + 1);
        for (int c = 0; c < t.shape.c; c++) {
            real *row = out.data + c * positions;
            const real kept = row[k];
            row[k] = row[other];
            row[other] = kept;
        }
    }
    return out;
}

/* |G - A| / |A| at every layer. */
static Series apart(Lesson *l, const char *name, const Summary *g, const Summary *a) {
    double *layer = ARENA_NEW(lesson_arena(l), double, LAYERS);
    double *distance = ARENA_NEW(lesson_arena(l), double, LAYERS);
    Tape *tape = tape_new();
    lesson_print(l, "%-15s", name);
    for (int i = 0; i < LAYERS; i++) {
        Node *now = tape_constant(tape, g->gram[i]);
        Node *target = tape_constant(tape, a->gram[i]);
        layer[i] = i;
        distance[i] = sqrt((double)node_scalar(ag_relative_distance(now, target)));
        lesson_print(l, " %7.3f", distance[i]);
    }
    lesson_print(l, "\n");
    tape_free(tape);
    return (Series){name, LAYERS, layer, distance};
}

/* Exercises
 * 1. Shuffle every channel on its own. Which entries of G stay?
 * 2. Multiply F by 2 everywhere. What happens to the three matrices?
 * 3. Take only 3 positions of relu1_1. Why are all rows of G sums of the same 3 rows? */
