/* 04 What does F = max(0, W * x + b) do?
 *
 * One layer of a convolutional network (documents 001, 3; 004, 3.1), written out:
 *
 *     F[o,i,j] = max(0, b[o] + sum over c,u,v of W[o,c,u,v] x[c, i + u - 1, j + v - 1])
 * (004, 4.1 writes h_ij = sum_k w_ik,jk g_kj, whose indices do not close: entry S4-1)
 *
 *     make lesson-04        or: 04_conv [PICTURE] [--size N]
 *
 * You will see the edges of a photograph, what the document's formula makes of an edge,
 * and the same layer computed in three ways: how equal they are, and how fast. */
#include <math.h>
#include <time.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "nn/ops.h"
#include "tensor/kernels.h"

/* Brighter to the right, to the left, below; brighter than all around. */
static const real filters[4][9] = {{-1, 0, 1, -2, 0, 2, -1, 0, 1},
                                   {1, 0, -1, 2, 0, -2, 1, 0, -1},
                                   {-1, -2, -1, 0, 0, 0, 1, 2, 1},
                                   {-1, -1, -1, -1, 8, -1, -1, -1, -1}};

static void edges(Lesson *l, Tensor photo);
static void one_edge(Lesson *l);
static void three_ways(Lesson *l);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "04_conv", 256);
    edges(l, lesson_picture(l, 0, "scene.png"));
    one_edge(l);
    three_ways(l);
    return lesson_end(l);
}

/* Rows: W * x; F with b = 0; F with b = -1/2, which forgives weak edges. */
static void edges(Lesson *l, Tensor photo) {
    Tensor w = tensor_alloc(lesson_arena(l), (Shape){4, 3, 3, 3}), sheet[12];
    Tensor b = tensor_alloc(lesson_arena(l), (Shape){1, 4, 1, 1});
    for (int i = 0; i < 4 * 3 * 9; i++)
        w.data[i] = filters[i / 27][i % 9]; /* the same for every colour */
    Tape *tape = tape_new();
    Node *h = ag_conv2d(tape_constant(tape, photo), tape_constant(tape, w),
                        tape_constant(tape, b), (Conv2d){1, 1, PAD_REFLECT});
    Node *signs = ag_tanh(h), *f = ag_tanh(ag_relu(h)); /* tanh: for the eye */
    lesson_print(l, "x %s  W (4,3,3,3)  F %s\n\n", SHAPE(photo.shape), SHAPE(f->shape));
    for (int k = 0; k < 12; k++) {
        tensor_fill(b, k < 8 ? 0 : (real)-0.5);
        tape_forward(tape);
        sheet[k] = k < 4 ? lesson_heat(l, node_tensor(signs), k)
                         : lesson_grey(l, node_tensor(f), k % 4);
    }
    lesson_show_sheet(l, "edges.png", 12, sheet, 4);
    tape_free(tape);
}

/* The only reading of document 004 that closes is a matrix product, in which column j of
 * h sees nothing but column j of g: no edge between columns. */
static void one_edge(Lesson *l) {
    const Shape square = {1, 1, 2, 2};
    Tape *tape = tape_new();
    Node *g = tape_constant(tape, (Tensor){square, (real[]){0, 1, 0, 1}});
    Node *w = tape_constant(tape, (Tensor){square, (real[]){-1, 1, -1, 1}});
    lesson_print(l, "h = sum_uv w_uv g_uv = ");
    lesson_print_tensor(l, node_tensor(ag_conv2d(g, w, NULL, (Conv2d){0})));
    lesson_print(l, "h_ij = sum_k w_ik g_kj = ");
    lesson_print_tensor(l, node_tensor(ag_matmul(w, g, (Matmul){0})));
    tape_free(tape);
}

/* F by one of the ways, and its speed: a product and a sum are two operations. */
static Tensor compute(Lesson *l, const Kernels *way, int c, double *speed) {
    double seconds = 0;
    Tape *tape = tape_new();
    kernels = way;
    Node *x = tape_example_variable(tape, (Shape){1, c, 64, 64});
    Node *w = tape_example_variable(tape, (Shape){c, c, 3, 3});
    Node *b = tape_example_variable(tape, (Shape){1, c, 1, 1});
    Node *f = ag_conv2d_relu(x, w, b, (Conv2d){.pad = 1});
    if (c == 4) lesson_gradcheck(l, way->name, tape, f);
    const clock_t start = clock();
    for (int runs = 1; seconds < 0.05; runs++) {
        tape_forward(tape);
        seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        *speed = 2e-9 * c * c * 9 * 64 * 64 * runs / seconds;
    }
    Tensor kept = tape_keep(lesson_arena(l), f);
    tape_free(tape);
    return kept;
}

/* max |y - z| / max |z| */
static double difference(Tensor y, Tensor z) {
    double off = 0, most = 0;
    for (size_t i = 0; i < shape_size(y.shape); i++) {
        off = fmax(off, fabs((double)(y.data[i] - z.data[i])));
        most = fmax(most, fabs((double)z.data[i]));
    }
    return off / most;
}

/* By the loops, by im2col, by kernels_fast, on one thread, from few channels to many. */
static void three_ways(Lesson *l) {
    double channels[5], ref[5], gemm[5], fast[5];
    threads_set(1);
    lesson_print(l, "\nx (1,c,64,64)  W (c,c,3,3)  F by ref, gemm, fast\n");
    for (int k = 0, c = 4; k < 5; k++, c *= 2) {
        channels[k] = c;
        const Tensor y = compute(l, &kernels_ref, c, &ref[k]);
        const double g = difference(compute(l, &kernels_gemm, c, &gemm[k]), y);
        const double f = difference(compute(l, &kernels_fast, c, &fast[k]), y);
        lesson_print(l, "c = %2d   gemm - ref: %s   fast - ref: %s\n", c,
                     g > 0 ? "OTHER BITS" : "0, the same bits",
                     f > 1e-13 ? "TOO LARGE" : "below 1e-13");
        lesson_tell(l, "%18.2f, %.1f, %.1f GFLOP/s\n", ref[k], gemm[k], fast[k]);
    }
    const Series series[] = {{"ref: seven loops", 5, channels, ref},
                             {"gemm: im2col", 5, channels, gemm},
                             {"fast", 5, channels, fast}};
    lesson_plot(l, "speed.svg",
                &(Plot){"One layer, three ways, one thread", "channels", "GFLOP/s", true,
                        true, 3, series});
}

/* Exercises
 * 1. Write the layer and its gradient: lessons/exercises/04_conv.c, make check-04.
 * 2. Find a filter that answers to the left side of the tower, and hardly to trees.
 * 3. Which bias leaves a tenth of F above 0? Is it the same for another picture? */
