/* Y = A B, one product for each image and channel;  dA = dY B^T,  dB = A^T dY
 *
 * A is (n, c, h, k), B is (n, c, k, w), Y is (n, c, h, w). With transpose_a or
 * transpose_b the matrix in memory is A^T or B^T, and so is its gradient. */
#include "autograd/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"

/* One matrix for each plane of the shape, read as it is stored or transposed. */
typedef struct Factor {
    const real *data;
    Shape shape;
    bool transpose;
} Factor;

static Factor transposed(Factor a) {
    a.transpose = !a.transpose;
    return a;
}

/* C = A B, or C += A B when `add`, plane by plane. The kernel splits a large product
 * among the threads, and then there is no parallel region around it, be it of one thread:
 * OpenMP would start new threads for each plane. Of many small ones, each thread computes
 * whole planes. */
static void multiply(Factor a, Factor b, real *c, bool add) {
    const GemmDims d = {.transpose_a = a.transpose,
                        .transpose_b = b.transpose,
                        .accumulate = add,
                        .m = a.transpose ? a.shape.w : a.shape.h,
                        .n = b.transpose ? b.shape.h : b.shape.w,
                        .k = a.transpose ? a.shape.h : a.shape.w,
                        .lda = a.shape.w,
                        .ldb = b.shape.w,
                        .ldc = b.transpose ? b.shape.h : b.shape.w};
    const ptrdiff_t planes = (ptrdiff_t)a.shape.n * a.shape.c;
    const ptrdiff_t next_a = (ptrdiff_t)a.shape.h * a.shape.w;
    const ptrdiff_t next_b = (ptrdiff_t)b.shape.h * b.shape.w;
    const ptrdiff_t next_c = (ptrdiff_t)d.m * d.n;
    const double one = (double)d.m * d.n * d.k;
    const int threads = threads_for(one) > 1 ? 1 : threads_for((double)planes * one);
    if (threads == 1) {
        for (ptrdiff_t p = 0; p < planes; p++)
            kernels->gemm(&d, a.data + p * next_a, b.data + p * next_b, c + p * next_c);
        return;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (ptrdiff_t p = 0; p < planes; p++)
        kernels->gemm(&d, a.data + p * next_a, b.data + p * next_b, c + p * next_c);
}

static void shape(Node *y) {
    const Matmul *p = y->params;
    Shape a = y->in[0]->shape, b = y->in[1]->shape;
    int inner_a = p->transpose_a ? a.h : a.w, inner_b = p->transpose_b ? b.w : b.h;
    CHECK(a.n == b.n && a.c == b.c && inner_a == inner_b,
          "matmul: %s%s times %s%s does not fit", SHAPE(a), p->transpose_a ? "^T" : "",
          SHAPE(b), p->transpose_b ? "^T" : "");
    y->shape = (Shape){a.n, a.c, p->transpose_a ? a.w : a.h, p->transpose_b ? b.h : b.w};
}

static Factor left_of(const Node *y) {
    const Matmul *p = y->params;
    return (Factor){y->in[0]->value, y->in[0]->shape, p->transpose_a};
}

static Factor right_of(const Node *y) {
    const Matmul *p = y->params;
    return (Factor){y->in[1]->value, y->in[1]->shape, p->transpose_b};
}

static void forward(Node *y) {
    multiply(left_of(y), right_of(y), y->value, false);
}

/* forward was: Y = A B. Where A^T is stored, so is its gradient: dA^T = B dY^T; B^T
 * likewise. */
static void backward(Node *y) {
    const Factor a = left_of(y), b = right_of(y), dy = {y->grad, y->shape, false};
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    const bool add = !node_blank(y->in[0]);
    if (da && a.transpose) multiply(b, transposed(dy), da, add);
    if (da && !a.transpose) multiply(dy, transposed(b), da, add);
    if (db && b.transpose) multiply(transposed(dy), a, db, true);
    if (db && !b.transpose) multiply(transposed(a), dy, db, true);
}

static double work(const Node *y) {
    const Shape a = y->in[0]->shape;
    return (double)shape_size(y->shape) * (a.h * (double)a.w / y->shape.h);
}

static Node *example(Tape *tape) {
    Node *a = tape_example_variable(tape, (Shape){2, 3, 4, 2});
    Node *b = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_matmul(a, b, (Matmul){.transpose_a = true});
}

const Op op_matmul = {
    .name = "matmul",
    .math = "Y = A B",
    .derivative = "dA = dY B^T, dB = A^T dY",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS, .work = work, .fills = true},
    .example = example,
};
