/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows.
 *
 * Forward leaves one bit per element for backward, so that neither x nor y has to stay.
 * With `count` bytes, bit b of byte j belongs to element b count + j: for each b the
 * loops below run through neighbouring elements and bytes, which vectors like. */
#include "autograd/op_shapes.h"
#include "nn/ops.h"
#include "tensor/threads.h"

/* Bytes of the mask. */
static size_t mask_size(const Node *y) {
    return (shape_size(y->shape) + 7) / 8;
}

/* The elements start .. start + length - 1 that bit b of a piece of the mask has. */
typedef struct Run {
    size_t start, length;
} Run;

/* Each thread has one of the pieces of the mask, from this byte on. */
static size_t piece_start(const Node *y, int i, int pieces) {
    return mask_size(y) * (size_t)i / (size_t)pieces;
}

static Run run_of(const Node *y, int i, int pieces, int b) {
    const size_t size = shape_size(y->shape), begin = (size_t)b * mask_size(y);
    const size_t start = begin + piece_start(y, i, pieces);
    const size_t end = begin + piece_start(y, i + 1, pieces);
    return (Run){start, end < size ? end - start : start < size ? size - start : 0};
}

static void shape(Node *y) {
    shape_same(y);
    node_save(y, mask_size(y));
}

static void forward_run(const real *x, size_t length, int b, real *y, uint8_t *mask) {
    const uint8_t kept = b == 0 ? 0 : 255;
#pragma omp simd
    for (size_t j = 0; j < length; j++) {
        bool zero = x[j] <= 0;
        mask[j] = (uint8_t)((mask[j] & kept) | (!zero << b));
        y[j] = zero ? 0 : x[j];
    }
}

static void forward(Node *y) {
    uint8_t *mask = y->saved;
    const int pieces = threads_over(shape_size(y->shape));
#pragma omp parallel for num_threads(pieces)
    for (int i = 0; i < pieces; i++)
        for (int b = 0; b < 8; b++) {
            const Run run = run_of(y, i, pieces, b);
            forward_run(y->in[0]->value + run.start, run.length, b, y->value + run.start,
                        mask + piece_start(y, i, pieces));
        }
}

/* dy is read even where it is not wanted: a loop without branches is vector code. */
static void backward_run(const real *dy, size_t length, int b, const uint8_t *mask,
                         real *dx) {
    const bool fresh = dx == dy;
#pragma omp simd
    for (size_t j = 0; j < length; j++) {
        const real before = fresh ? 0 : dx[j], g = dy[j];
        dx[j] = before + (mask[j] >> b & 1 ? g : 0);
    }
}

/* forward was: y = x > 0 ? x : 0. In place, what is in dx is dy and not yet a sum. */
static void backward(Node *y) {
    if (!y->in[0]->grad) return;
    const uint8_t *mask = y->saved;
    const int pieces = threads_over(shape_size(y->shape));
#pragma omp parallel for num_threads(pieces)
    for (int i = 0; i < pieces; i++)
        for (int b = 0; b < 8; b++) {
            const Run run = run_of(y, i, pieces, b);
            backward_run(y->grad + run.start, run.length, b,
                         mask + piece_start(y, i, pieces), y->in[0]->grad + run.start);
        }
}

static int piece(const Node *y, size_t i) {
    return y->value[i] > 0;
}

static Node *example(Tape *tape) {
    return ag_relu(tape_example_variable(tape, (Shape){2, 3, 3, 5}));
}

const Op op_relu = {
    .name = "relu",
    .math = "y = max(x, 0)",
    .derivative = "dx = dy where y > 0",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .reads = READS_NOTHING,
    .in_place = true,
    .example = example,
    .piece = piece,
};
