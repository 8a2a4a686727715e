/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows.
 *
 * Forward leaves one bit per element for backward, so that neither x nor y has to stay.
 * With `count` bytes, bit b of byte j belongs to element b count + j: for each b the
 * loops below run through neighbouring elements and bytes, which vectors like. */
#include "autograd/op_shapes.h"
#include "nn/ops.h"

/* Bytes of the mask. */
static size_t mask_size(const Node *y) {
    return (shape_size(y->shape) + 7) / 8;
}

/* How many of the elements from `start` on bit b of the mask has. */
static size_t run_length(const Node *y, size_t start) {
    size_t size = shape_size(y->shape), count = mask_size(y);
    return start >= size ? 0 : size - start < count ? size - start : count;
}

static void shape(Node *y) {
    shape_same(y);
    node_save(y, mask_size(y));
}

static void forward(Node *y) {
    uint8_t *mask = y->saved;
    for (int b = 0; b < 8; b++) {
        const size_t start = (size_t)b * mask_size(y), length = run_length(y, start);
        const real *x = y->in[0]->value + start;
        real *out = y->value + start;
        const uint8_t kept = b == 0 ? 0 : 255;
#pragma omp simd
        for (size_t j = 0; j < length; j++) {
            bool zero = x[j] <= 0;
            mask[j] = (uint8_t)((mask[j] & kept) | (!zero << b));
            out[j] = zero ? 0 : x[j];
        }
    }
}

/* forward was: y = x > 0 ? x : 0. In place, what is in dx is dy and not yet a sum.
 * dy is read even where it is not wanted: a loop without branches is vector code. */
static void backward(Node *y) {
    if (!y->in[0]->grad) return;
    const uint8_t *mask = y->saved;
    for (int b = 0; b < 8; b++) {
        const size_t start = (size_t)b * mask_size(y), length = run_length(y, start);
        const real *dy = y->grad + start;
        real *dx = y->in[0]->grad + start;
        const bool fresh = dx == dy;
#pragma omp simd
        for (size_t j = 0; j < length; j++) {
            const real before = fresh ? 0 : dx[j], g = dy[j];
            dx[j] = before + (mask[j] >> b & 1 ? g : 0);
        }
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
