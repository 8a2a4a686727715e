/* y = 1 / (n c h w) sum over images, channels and pixels of t (a - b)^2
 *
 * The temporal loss of Ruder, Dosovitskiy and Brox, Artistic style transfer for videos
 * (2016), equation 7: a is a frame, b the frame before it after a warp, and t (n, 1, h, w)
 * says how much each pixel can be trusted: 0 where something came into view.
 *
 * With k = dy / (n c h w):  da = 2 k t (a - b),  db = -da,  dt = k sum_c (a - b)^2 */
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"

static void shape(Node *y) {
    const Shape a = y->in[0]->shape, b = y->in[1]->shape;
    CHECK(y->inputs == 3, "temporal: needs a frame, the one before, and weights");
    const Shape t = y->in[2]->shape;
    CHECK(shape_equal(a, b) && shape_equal(t, (Shape){a.n, 1, a.h, a.w}),
          "temporal: frames %s and %s need weights (%d,1,%d,%d), not %s", SHAPE(a),
          SHAPE(b), a.n, a.h, a.w, SHAPE(t));
    y->shape = SCALAR;
}

static size_t plane_of(const Node *y) {
    return (size_t)y->in[0]->shape.h * (size_t)y->in[0]->shape.w;
}

/* One channel of one image. */
static double sum_channel(const Node *y, size_t channel) {
    const size_t plane = plane_of(y);
    const real *a = y->in[0]->value + channel * plane;
    const real *b = y->in[1]->value + channel * plane;
    const real *t = y->in[2]->value + channel / (size_t)y->in[0]->shape.c * plane;
    double sum = 0;
    for (size_t k = 0; k < plane; k++) {
        const double d = (double)a[k] - (double)b[k];
        sum += (double)t[k] * d * d;
    }
    return sum;
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    double sum = 0;
    for (size_t c = 0; c < (size_t)s.n * (size_t)s.c; c++)
        sum += sum_channel(y, c);
    y->value[0] = (real)(sum / (double)shape_size(s));
}

/* For one pixel of one image; its channels are `plane` apart. */
static void pull(Node *y, size_t n, size_t pixel, real k) {
    const size_t c = (size_t)y->in[0]->shape.c, plane = plane_of(y);
    const size_t first = n * c * plane + pixel, at = n * plane + pixel;
    const real *a = y->in[0]->value, *b = y->in[1]->value, t = y->in[2]->value[at];
    real *da = y->in[0]->grad, *db = y->in[1]->grad, *dt = y->in[2]->grad;
    real squares = 0;
    for (size_t i = first; i < first + c * plane; i += plane) {
        const real d = a[i] - b[i], slope = 2 * k * t * d;
        if (da) da[i] += slope;
        if (db) db[i] -= slope;
        squares += d * d;
    }
    if (dt) dt[at] += k * squares;
}

/* forward was: y = sum t (a - b)^2 / (n c h w) */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t plane = plane_of(y), pixels = (size_t)s.n * plane;
    const real k = y->grad[0] / (real)shape_size(s);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (size_t p = 0; p < pixels; p++)
        pull(y, p / plane, p % plane, k);
}

static Node *example(Tape *tape) {
    Node *a = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    Node *b = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_temporal(a, b, tape_example_variable(tape, (Shape){2, 1, 4, 5}));
}

const Op op_temporal = {
    .name = "temporal",
    .math = "y = 1 / (n c h w) sum t (a - b)^2",
    .derivative = "da = 2 k t (a - b), db = -da, dt = k sum_c (a - b)^2, "
                  "k = dy / (n c h w)",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
