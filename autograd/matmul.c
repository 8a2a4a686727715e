/* Y = A B, one product for each picture and channel;  dA = dY B^T,  dB = A^T dY
 *
 * A is (n, c, h, k), B is (n, c, k, w), Y is (n, c, h, w). With transpose_a or
 * transpose_b the matrix in memory is A^T or B^T, and so is its gradient. */
#include <string.h>

#include "autograd/ops.h"
#include "tensor/check.h"

/* Element (i, j) is data[i * down + j * right], so a transposed matrix is the same memory
 * with the two steps exchanged. */
typedef struct Matrix {
    real *data;
    size_t rows, columns, down, right;
} Matrix;

static Matrix transposed(Matrix a) {
    return (Matrix){a.data, a.columns, a.rows, a.right, a.down};
}

/* Number `plane` of the matrices that `data` holds in the shape s. */
static Matrix matrix(real *data, Shape s, size_t plane, bool transpose) {
    size_t h = (size_t)s.h, w = (size_t)s.w;
    Matrix a = {data + plane * h * w, h, w, w, 1};
    return transpose ? transposed(a) : a;
}

/* C += A B. The inner loop runs along rows of B and C, which the cache likes better than
 * the textbook's walk down a column of B. */
static void add_product(Matrix c, Matrix a, Matrix b) {
    for (size_t i = 0; i < a.rows; i++)
        for (size_t k = 0; k < a.columns; k++) {
            const real a_ik = a.data[i * a.down + k * a.right];
            for (size_t j = 0; j < b.columns; j++)
                c.data[i * c.down + j * c.right] +=
                    a_ik * b.data[k * b.down + j * b.right];
        }
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

static void forward(Node *y) {
    const Matmul *p = y->params;
    const Node *a = y->in[0], *b = y->in[1];
    size_t planes = (size_t)y->shape.n * (size_t)y->shape.c;
    memset(y->value, 0, shape_size(y->shape) * sizeof(real));
    for (size_t plane = 0; plane < planes; plane++)
        add_product(matrix(y->value, y->shape, plane, false),
                    matrix(a->value, a->shape, plane, p->transpose_a),
                    matrix(b->value, b->shape, plane, p->transpose_b));
}

/* forward was: Y = A B */
static void backward(Node *y) {
    const Matmul *p = y->params;
    const Node *a = y->in[0], *b = y->in[1];
    size_t planes = (size_t)y->shape.n * (size_t)y->shape.c;
    for (size_t plane = 0; plane < planes; plane++) {
        Matrix dy = matrix(y->grad, y->shape, plane, false);
        if (a->grad)
            add_product(matrix(a->grad, a->shape, plane, p->transpose_a), dy,
                        matrix(b->value, b->shape, plane, !p->transpose_b));
        if (b->grad)
            add_product(matrix(b->grad, b->shape, plane, p->transpose_b),
                        matrix(a->value, a->shape, plane, !p->transpose_a), dy);
    }
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
    .reads = READS_OTHERS,
    .work = work,
    .example = example,
};
