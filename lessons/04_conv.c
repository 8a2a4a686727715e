/* Lesson 04: what does F = max(0, W * x + b) do?
 *
 * One layer of a convolutional network (documents 001, 3; 004, 3.1) with 3 x 3 filters:
 *
 *     F[o,i,j] = max(0, b[o] + sum over c,u,v of W[o,c,u,v] x[c, i + u - 1, j + v - 1])
 *
 * Document 004 (4.1) writes h_ij = sum_k w_ik,jk g_kj. Its indices do not match (entry
 * S4-1 of the errata).
 *
 *     make lesson-04        or   build/double/lessons/04_conv photo.jpg --size 256
 *
 * You will see the edges of a photograph, what the document's formula does to an edge,
 * and the same layer computed in three ways: how equal and how fast they are. */
#include <math.h>
#include <time.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "nn/ops.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"

enum { FILTERS = 4 };

/* Brighter to the right; to the left; below; brighter than all neighbours. */
static const real filters[FILTERS][9] = {{-1, 0, 1, -2, 0, 2, -1, 0, 1},
                                         {1, 0, -1, 2, 0, -2, 1, 0, -1},
                                         {-1, -2, -1, 0, 0, 0, 1, 2, 1},
                                         {-1, -1, -1, -1, 8, -1, -1, -1, -1}};

static void edges(Lesson *l, Tensor photo);
static void one_edge(Lesson *l);
static void three_ways(Lesson *l);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "04_conv", 256);
    edges(l, lesson_image(l, 0, "scene.png"));
    one_edge(l);
    three_ways(l);
    return lesson_end(l);
}

/* Three rows of images: W * x; F with b = 0; F with b = -1/2, which drops weak edges. */
static void edges(Lesson *l, Tensor photo) {
    Tensor w = tensor_alloc(lesson_arena(l), (Shape){FILTERS, 3, 3, 3});
    Tensor b = tensor_alloc(lesson_arena(l), (Shape){1, FILTERS, 1, 1});
    for (int o = 0; o < FILTERS; o++)
        for (int c = 0; c < 3; c++) /* the same filter for every colour */
            for (int k = 0; k < 9; k++)
                *tensor_at(w, o, c, k / 3, k % 3) = filters[o][k];

    Tape *tape = tape_new();
    const Conv2d params = {.stride = 1, .pad = 1, .mode = PAD_REFLECT};
    Node *h = ag_conv2d(tape_constant(tape, photo), tape_constant(tape, w),
                        tape_constant(tape, b), params);
    Node *f = ag_relu(h);
    Node *visible_h = ag_tanh(h); /* tanh brings all values into (-1, 1) */
    Node *visible_f = ag_tanh(f);
    lesson_print(l, "x %s  W (4,3,3,3)  F %s\n\n", SHAPE(photo.shape), SHAPE(f->shape));

    Tensor sheet[3][FILTERS];
    for (int o = 0; o < FILTERS; o++) {
        sheet[0][o] = lesson_heat(l, node_tensor(visible_h), o);
        sheet[1][o] = lesson_grey(l, node_tensor(visible_f), o);
    }
    tensor_fill(b, (real)-0.5);
    tape_forward(tape);
    for (int o = 0; o < FILTERS; o++)
        sheet[2][o] = lesson_grey(l, node_tensor(visible_f), o);
    lesson_show_sheet(l, "edges.png", 3 * FILTERS, sheet[0], FILTERS);
    tape_free(tape);
}

/* Document 004's formula makes sense only as a product of matrices. Then column j of h
 * depends on column j of g alone, and no edge between two columns is found. */
static void one_edge(Lesson *l) {
    const Shape square = {1, 1, 2, 2};
    Tape *tape = tape_new();
    Node *g = tape_constant(tape, (Tensor){square, (real[]){0, 1, 0, 1}});
    Node *w = tape_constant(tape, (Tensor){square, (real[]){-1, 1, -1, 1}});
    Node *convolved = ag_conv2d(g, w, NULL, (Conv2d){0});
    const real *h = ag_matmul(w, g, (Matmul){0})->value;
    lesson_print(l, "g = (0 1; 0 1), w = (-1 1; -1 1), rows separated by ;\n");
    lesson_print(l, "convolution:   h    = sum_uv w_uv g_uv = %g, an edge\n",
                 (double)node_scalar(convolved));
    lesson_print(l, "document 004:  h_ij = sum_k w_ik g_kj = (%g %g; %g %g), none\n",
                 (double)h[0], (double)h[1], (double)h[2], (double)h[3]);
    tape_free(tape);
}

/* F from one table of kernels, and its speed in GFLOP/s: a multiplication and an addition
 * are two operations. */
static Tensor compute(Lesson *l, const Kernels *way, int c, double *speed) {
    const double operations = 2.0 * c * c * 9 * 64 * 64; /* of one forward pass */
    Tape *tape = tape_new();
    kernels = way;
    Node *x = tape_example_variable(tape, (Shape){1, c, 64, 64});
    Node *w = tape_example_variable(tape, (Shape){c, c, 3, 3});
    Node *b = tape_example_variable(tape, (Shape){1, c, 1, 1});
    Node *f = ag_conv2d_relu(x, w, b, (Conv2d){.pad = 1});
    if (c == 4) lesson_gradcheck(l, way->name, tape, f);

    const clock_t start = clock();
    double seconds = 0;
    int runs = 0;
    while (seconds < 0.05) {
        tape_forward(tape);
        runs++;
        seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    }
    *speed = 1e-9 * operations * runs / seconds;
    Tensor kept = tape_keep(lesson_arena(l), f);
    tape_free(tape);
    return kept;
}

/* max |y - z| / max |z| */
static double difference(Tensor y, Tensor z) {
    double error = 0;
    double largest = 0;
    for (size_t i = 0; i < shape_size(y.shape); i++) {
        error = fmax(error, fabs((double)(y.data[i] - z.data[i])));
        largest = fmax(largest, fabs((double)z.data[i]));
    }
    return error / largest;
}

/* By loops, by im2col and by the fast kernels, on one thread, for 4 to 64 channels. */
static void three_ways(Lesson *l) {
    enum { SIZES = 5 };
    double channels[SIZES];
    double ref[SIZES];
    double gemm[SIZES];
    double fast[SIZES];
    threads_set(1);
    lesson_print(l, "\nx (1,c,64,64)  W (c,c,3,3)  F computed by ref, gemm and fast\n");
    for (int k = 0; k < SIZES; k++) {
        const int c = 4 << k;
        channels[k] = c;
        const Tensor y = compute(l, &kernels_ref, c, &ref[k]);
        const double g = difference(compute(l, &kernels_gemm, c, &gemm[k]), y);
        const double f = difference(compute(l, &kernels_fast, c, &fast[k]), y);
        if (k == 0)
            lesson_print(l, "channels   |gemm - ref|       |fast - ref|, as parts of the "
                            "largest |F|\n");
        lesson_print(l, "%8d   %-18s %s\n", c, g > 0 ? "OTHER BITS" : "0, the same bits",
                     f > 1e-13 ? "TOO LARGE" : "below 1e-13");
    }
    lesson_tell(
        l, "\nspeed in GFLOP/s, one thread: yours, and it differs from run to run\n");
    lesson_tell(l, "channels      ref     gemm     fast\n");
    for (int k = 0; k < SIZES; k++)
        lesson_tell(l, "%8.0f %8.2f %8.2f %8.2f\n", channels[k], ref[k], gemm[k],
                    fast[k]);
    const Series series[] = {{"ref: seven loops", SIZES, channels, ref},
                             {"gemm: im2col", SIZES, channels, gemm},
                             {"fast", SIZES, channels, fast}};
    const Plot plot = {.title = "One layer, three ways, one thread",
                       .x_label = "channels",
                       .y_label = "GFLOP/s",
                       .log_x = true,
                       .log_y = true,
                       .series_count = 3,
                       .series = series};
    lesson_plot(l, "speed.svg", &plot);
}

/* Exercises
 * 1. Write the layer and its gradient in mine/04_conv.c.
 * 2. Find a filter that responds to the left side of the tower and hardly to trees.
 * 3. Which bias leaves a tenth of F above 0? Is it the same for another image? */
