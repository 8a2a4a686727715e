/* z = (x - m) / d,  y = s z + t     m, d = sqrt(v + epsilon): mean and deviation of the
 *                                   k = h w pixels of a channel of an image (v over k)
 * dx = s / d (dy - mean(dy) - z mean(z dy)),  ds = sum of z dy,  dt = sum of dy
 *
 * Every channel of every image is normalised by itself (Ulyanov et al. 2016). s and t are
 * parameters, (1, c, 1, 1), or come from a style image, (n, c, 1, 1): with its deviations
 * and means this is AdaIN (Huang and Belongie 2017).
 *
 * Sums are added in double. Forward saves m and 1 / d.
 *
 * instance_norm_relu also applies a ReLU to y, in the same pass. Its backward pass needs no
 * bits: it computes y again from x. */
#include <math.h>

#include "nn/channels.h"
#include "nn/plane_sums.h"
#include "tensor/check.h"
#include "tensor/clones.h"
#include "tensor/threads.h"

#define LANES 8  /* of sums */
#define PART 512 /* pixels that a ReLU masks at a time; a multiple of LANES */

/* Of one channel of one image. */
typedef struct Statistics {
    real mean, inverse; /* 1 / d */
} Statistics;

static void shape(Node *y) {
    const InstanceNorm *p = y->params;
    CHECK(p->epsilon > 0, "instance_norm: epsilon is %g, not above 0", p->epsilon);
    channels_shape(y);
    const Channels k = channels_of(y);
    node_save(y, k.n * k.c * sizeof(Statistics));
}

/* The variance is the mean square of x - m: unlike mean(x^2) - m^2, it loses no digits
 * where the deviation is small beside the mean. */
static Statistics measure(size_t k, const real *x, double epsilon) {
    const double mean = plane_sum(k, x) / (double)k;
    const double variance = plane_squares(k, x, mean) / (double)k;
    return (Statistics){(real)mean, (real)(1 / sqrt(variance + epsilon))};
}

/* y = scale (x - mean) + shift for one channel of one image: Affine; `relu`: and then
 * max(y, 0). */
typedef struct Affine {
    real mean, scale, shift;
    bool relu;
} Affine;

static Affine line_of(const Node *y, Statistics z, size_t n, size_t c, bool relu) {
    return (Affine){z.mean, y->in[1]->value[channels_at(y, 1, n, c)] * z.inverse,
                    y->inputs == 3 ? y->in[2]->value[channels_at(y, 2, n, c)] : 0, relu};
}

static inline real on_line(Affine l, real x) {
    return l.scale * (x - l.mean) + l.shift;
}

INLINED void apply_to(Affine l, size_t k, const real *x, real *y) {
    if (l.relu)
        for (size_t i = 0; i < k; i++) {
            const real value = on_line(l, x[i]);
            y[i] = value <= 0 ? 0 : value;
        }
    else
        for (size_t i = 0; i < k; i++)
            y[i] = on_line(l, x[i]);
}

CLONES static void apply(Affine l, size_t k, const real *x, real *y) {
    apply_to(l, k, x, y);
}

/* The same with y in the place of x, which the compiler must know for vectors. */
CLONES static void apply_over(Affine l, size_t k, real *y) {
    apply_to(l, k, y, y);
}

static void forward_any(Node *y, bool relu) {
    const InstanceNorm *p = y->params;
    const Channels k = channels_of(y);
    Statistics *saved = y->saved;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t plane = 0; plane < k.n * k.c; plane++) {
        const size_t n = plane / k.c, c = plane % k.c;
        const real *x = y->in[0]->value + plane * k.plane;
        real *to = y->value + plane * k.plane;
        const Statistics z = saved[plane] = measure(k.plane, x, p->epsilon);
        const Affine line = line_of(y, z, n, c, relu);
        if (x == to)
            apply_over(line, k.plane, to);
        else
            apply(line, k.plane, x, to);
    }
}

static void forward(Node *y) {
    forward_any(y, false);
}

static void forward_relu(Node *y) {
    forward_any(y, true);
}

/* dy where the ReLU let y pass, a part of a channel: to `masked`; without a ReLU, dy. */
INLINED const real *passed(Affine l, size_t k, const real *x, const real *dy,
                           real *masked) {
    if (!l.relu) return dy;
    for (size_t i = 0; i < k; i++)
        masked[i] = on_line(l, x[i]) <= 0 ? 0 : dy[i];
    return masked;
}

/* The sums of dy and of (x - mean) dy, in lanes that are added in order. */
CLONES static void gradient_sums(Affine l, size_t k, const real *x, const real *dy,
                                 double *sum, double *with_x) {
    double sums[LANES] = {0}, with[LANES] = {0};
    real masked[PART];
    const double mean = (double)l.mean;
    for (size_t from = 0; from < k; from += PART) {
        const size_t count = k - from < PART ? k - from : PART;
        const real *a = x + from, *d = passed(l, count, a, dy + from, masked);
        size_t i = 0;
        for (; i + LANES <= count; i += LANES)
            for (size_t n = 0; n < LANES; n++) {
                sums[n] += (double)d[i + n];
                with[n] += ((double)a[i + n] - mean) * (double)d[i + n];
            }
        for (size_t n = 0; i + n < count; n++) {
            sums[n] += (double)d[i + n];
            with[n] += ((double)a[i + n] - mean) * (double)d[i + n];
        }
    }
    *sum = *with_x = 0;
    for (size_t n = 0; n < LANES; n++) {
        *sum += sums[n];
        *with_x += with[n];
    }
}

/* dx = or += scale (dy - mean - slope (x - m)) */
CLONES static void apply_gradient(Affine l, size_t k, real mean, real slope,
                                  const real *x, const real *dy, bool blank, real *dx) {
    real masked[PART];
    for (size_t from = 0; from < k; from += PART) {
        const size_t count = k - from < PART ? k - from : PART;
        const real *a = x + from, *d = passed(l, count, a, dy + from, masked);
        real *to = dx + from;
        for (size_t i = 0; i < count; i++)
            to[i] =
                (blank ? 0 : to[i]) + l.scale * (d[i] - mean - slope * (a[i] - l.mean));
    }
}

/* forward was: y = s (x - m) / d + t, for one channel of one image */
static void backward_plane(Node *y, Channels k, size_t n, size_t c, bool relu,
                           bool blank) {
    const size_t plane = n * k.c + c, scale_at = channels_at(y, 1, n, c);
    const Statistics z = ((const Statistics *)y->saved)[plane];
    const Affine line = line_of(y, z, n, c, relu);
    const real *x = y->in[0]->value + plane * k.plane, *dy = y->grad + plane * k.plane;
    real *ds = y->in[1]->grad, *dt = y->inputs == 3 ? y->in[2]->grad : NULL;
    double sum, with_z;
    gradient_sums(line, k.plane, x, dy, &sum, &with_z);
    with_z *= (double)z.inverse;
    if (ds) ds[scale_at] += (real)with_z;
    if (dt) dt[channels_at(y, 2, n, c)] += (real)sum;
    if (!y->in[0]->grad) return;
    real *dx = y->in[0]->grad + plane * k.plane;
    const real mean = (real)(sum / (double)k.plane);
    const real slope = (real)(with_z / (double)k.plane) * z.inverse;
    apply_gradient(line, k.plane, mean, slope, x, dy, blank, dx);
}

/* A thread has all images of a channel, whose contributions are added in order. */
static void backward_any(Node *y, bool relu) {
    const Channels k = channels_of(y);
    const bool blank = node_blank(y->in[0]);
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t c = 0; c < k.c; c++)
        for (size_t n = 0; n < k.n; n++)
            backward_plane(y, k, n, c, relu, blank);
}

static void backward(Node *y) {
    backward_any(y, false);
}

static void backward_relu(Node *y) {
    backward_any(y, true);
}

static Node *example_with(Tape *tape, Node *(*op)(Node *, Node *, Node *, InstanceNorm)) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 3, 4});
    Node *s = tape_example_variable(tape, (Shape){1, 3, 1, 1});
    Node *t = tape_example_variable(tape, (Shape){2, 3, 1, 1});
    return op(x, s, t, (InstanceNorm){.epsilon = 0.125});
}

static Node *example(Tape *tape) {
    return example_with(tape, ag_instance_norm);
}

static int piece(const Node *y, size_t i) {
    return y->value[i] > 0;
}

static Node *example_relu(Tape *tape) {
    return example_with(tape, ag_instance_norm_relu);
}

const Op op_instance_norm = {
    .name = "instance_norm",
    .math = "y = s_c z + t_c, z = (x - mean) / sqrt(variance + epsilon)",
    .derivative = "dx = s_c / d (dy - mean(dy) - z mean(z dy)), ds_c = sum z dy, "
                  "dt_c = sum dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .over_first = true, .fills = true},
    .example = example,
};

const Op op_instance_norm_relu = {
    .name = "instance_norm_relu",
    .math = "y = max(s_c z + t_c, 0), z = (x - mean) / sqrt(variance + epsilon)",
    .derivative = "d = dy where y > 0; dx, ds, dt as those of instance_norm, of d",
    .shape = shape,
    .forward = forward_relu,
    .backward = backward_relu,
    .plan = {.reads = READS_INPUTS, .over_first = true, .fills = true},
    .example = example_relu,
    .piece = piece,
};
