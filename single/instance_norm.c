/* z = (x - m) / d,  y = s z + t     m, d = sqrt(v + epsilon): mean and deviation of the
 *                                   k = h w pixels of a channel of an image (v over k)
 * dx = s / d (dy - mean(dy) - z mean(z dy)),  ds = sum of z dy,  dt = sum of dy
 *
 * Every channel of every image is normalised by itself (Ulyanov et al. 2016). s and t are
 * parameters, (1, c, 1, 1), or come from a style image, (n, c, 1, 1): with its deviations
 * and means this is AdaIN (Huang and Belongie 2017).
 *
 * Sums are added in double. Forward saves m and 1 / d. */
#include <math.h>

#include "nn/channels.h"
#include "nn/plane_sums.h"
#include "tensor/check.h"
#include "tensor/threads.h"

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

static void forward(Node *y) {
    const InstanceNorm *p = y->params;
    const Channels k = channels_of(y);
    Statistics *saved = y->saved;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t plane = 0; plane < k.n * k.c; plane++) {
        const size_t n = plane / k.c, c = plane % k.c;
        const real *x = y->in[0]->value + plane * k.plane;
        real *out = y->value + plane * k.plane;
        const Statistics z = saved[plane] = measure(k.plane, x, p->epsilon);
        const real scale = y->in[1]->value[channels_at(y, 1, n, c)] * z.inverse;
        const real shift = y->inputs == 3 ? y->in[2]->value[channels_at(y, 2, n, c)] : 0;
        for (size_t i = 0; i < k.plane; i++)
            out[i] = scale * (x[i] - z.mean) + shift;
    }
}

/* forward was: y = s (x - m) / d + t, for one channel of one image */
static void backward_plane(Node *y, Channels k, size_t n, size_t c, bool blank) {
    const size_t plane = n * k.c + c, scale_at = channels_at(y, 1, n, c);
    const Statistics z = ((const Statistics *)y->saved)[plane];
    const real *x = y->in[0]->value + plane * k.plane, *dy = y->grad + plane * k.plane;
    real *ds = y->in[1]->grad, *dt = y->inputs == 3 ? y->in[2]->grad : NULL;
    const double sum = plane_sum(k.plane, dy);
    const double with_z =
        (double)z.inverse * plane_products(k.plane, x, (double)z.mean, dy);
    if (ds) ds[scale_at] += (real)with_z;
    if (dt) dt[channels_at(y, 2, n, c)] += (real)sum;
    if (!y->in[0]->grad) return;
    real *dx = y->in[0]->grad + plane * k.plane;
    const real scale = y->in[1]->value[scale_at] * z.inverse;
    const real mean = (real)(sum / (double)k.plane);
    const real slope = (real)(with_z / (double)k.plane) * z.inverse;
    for (size_t i = 0; i < k.plane; i++)
        dx[i] = (blank ? 0 : dx[i]) + scale * (dy[i] - mean - slope * (x[i] - z.mean));
}

/* A thread has all images of a channel, whose contributions are added in order. */
static void backward(Node *y) {
    const Channels k = channels_of(y);
    const bool blank = node_blank(y->in[0]);
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t c = 0; c < k.c; c++)
        for (size_t n = 0; n < k.n; n++)
            backward_plane(y, k, n, c, blank);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 3, 4});
    Node *s = tape_example_variable(tape, (Shape){1, 3, 1, 1});
    Node *t = tape_example_variable(tape, (Shape){2, 3, 1, 1});
    return ag_instance_norm(x, s, t, (InstanceNorm){.epsilon = 0.125});
}

const Op op_instance_norm = {
    .name = "instance_norm",
    .math = "y = s_c z + t_c, z = (x - mean) / sqrt(variance + epsilon)",
    .derivative = "dx = s_c / d (dy - mean(dy) - z mean(z dy)), ds_c = sum z dy, "
                  "dt_c = sum dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .fills = true},
    .example = example,
};
