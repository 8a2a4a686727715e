/* y = W x + b for each image: x (n, k) is (n, c, h, w) seen as rows of k = c h w
 * elements, W (o, k), b (o), y (n, o). dx = dy W,  dW = dy^T x,  db = sum over n of
 * dy */
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"

/* n, k, o as above. */
typedef struct Sizes {
    int n, k, o;
} Sizes;

static Sizes sizes_of(const Node *y) {
    Shape x = y->in[0]->shape;
    return (Sizes){x.n, x.c * x.h * x.w, y->in[1]->shape.h};
}

static void shape(Node *y) {
    Shape x = y->in[0]->shape, w = y->in[1]->shape;
    CHECK(w.n == 1 && w.c == 1, "linear: the weight is a matrix (1,1,o,k), got %s",
          SHAPE(w));
    CHECK(
        (long long)x.c * x.h * x.w == w.w,
        "linear: input has %lld elements for each image, weight needs %d: %s against %s",
        (long long)x.c * x.h * x.w, w.w, SHAPE(x), SHAPE(w));
    if (y->inputs == 3)
        CHECK(shape_equal(y->in[2]->shape, (Shape){1, w.h, 1, 1}),
              "linear: bias %s against weight %s", SHAPE(y->in[2]->shape), SHAPE(w));
    y->shape = (Shape){x.n, w.h, 1, 1};
}

static void forward(Node *y) {
    const Sizes s = sizes_of(y);
    const real *b = y->inputs == 3 ? y->in[2]->value : NULL;
    for (int n = 0; n < s.n; n++)
        for (int o = 0; o < s.o; o++)
            y->value[n * s.o + o] = b ? b[o] : 0;
    kernels->gemm(&(GemmDims){.transpose_b = true,
                              .accumulate = true,
                              .m = s.n,
                              .n = s.o,
                              .k = s.k,
                              .lda = s.k,
                              .ldb = s.k,
                              .ldc = s.o},
                  y->in[0]->value, y->in[1]->value, y->value);
}

/* forward was: y[n,o] = b[o] + sum over k of x[n,k] W[o,k] */
static void backward(Node *y) {
    const Sizes s = sizes_of(y);
    const real *x = y->in[0]->value, *w = y->in[1]->value;
    real *dx = y->in[0]->grad, *dw = y->in[1]->grad;
    real *db = y->inputs == 3 ? y->in[2]->grad : NULL;
    GemmDims into_x = {false, false, true, s.n, s.k, s.o, s.o, s.k, s.k};
    GemmDims into_w = {true, false, true, s.o, s.k, s.n, s.o, s.k, s.k};
    if (dx) kernels->gemm(&into_x, y->grad, w, dx);
    if (dw) kernels->gemm(&into_w, y->grad, x, dw);
    if (!db) return;
    for (int n = 0; n < s.n; n++)
        for (int o = 0; o < s.o; o++)
            db[o] += y->grad[n * s.o + o];
}

static double work(const Node *y) {
    return (double)shape_size(y->shape) * y->in[1]->shape.w;
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){3, 2, 1, 5});
    Node *w = tape_example_variable(tape, (Shape){1, 1, 7, 10});
    return ag_linear(x, w, tape_example_variable(tape, (Shape){1, 7, 1, 1}));
}

const Op op_linear = {
    .name = "linear",
    .math = "y = W x + b",
    .derivative = "dx = W^T dy, dW = dy x^T, db = dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS, .work = work},
    .example = example,
};
