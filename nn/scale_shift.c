/* y[n,c,i,j] = s[n,c] x[n,c,i,j] + t[n,c];  dx = s dy,  ds = sum of x dy,  dt = sum of dy
 *
 * s and t are nodes: parameters (1, c, 1, 1), or what another network says about each
 * image, (n, c, 1, 1). Channel attention has no t. Sums are added in double. */
#include "nn/channels.h"
#include "nn/plane_sums.h"
#include "tensor/threads.h"

static void forward(Node *y) {
    const Channels k = channels_of(y);
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t plane = 0; plane < k.n * k.c; plane++) {
        const size_t n = plane / k.c, c = plane % k.c, end = (plane + 1) * k.plane;
        const real scale = y->in[1]->value[channels_at(y, 1, n, c)];
        const real shift = y->inputs == 3 ? y->in[2]->value[channels_at(y, 2, n, c)] : 0;
        for (size_t i = plane * k.plane; i < end; i++)
            y->value[i] = scale * x[i] + shift;
    }
}

/* forward was: y = s x + t, for one channel of one image */
static void backward_plane(Node *y, Channels k, size_t n, size_t c) {
    const size_t from = (n * k.c + c) * k.plane, scale_at = channels_at(y, 1, n, c);
    const real *x = y->in[0]->value + from, *dy = y->grad + from;
    real *dx = y->in[0]->grad, *ds = y->in[1]->grad;
    real *dt = y->inputs == 3 ? y->in[2]->grad : NULL;
    if (ds) ds[scale_at] += (real)plane_products(k.plane, x, 0, dy);
    if (dt) dt[channels_at(y, 2, n, c)] += (real)plane_sum(k.plane, dy);
    if (!dx) return;
    const real scale = y->in[1]->value[scale_at];
    for (size_t i = 0; i < k.plane; i++)
        dx[from + i] += scale * dy[i];
}

/* A thread has all images of a channel, whose contributions are added in order. */
static void backward(Node *y) {
    const Channels k = channels_of(y);
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t c = 0; c < k.c; c++)
        for (size_t n = 0; n < k.n; n++)
            backward_plane(y, k, n, c);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 3, 4});
    Node *s = tape_example_variable(tape, (Shape){2, 3, 1, 1});
    return ag_scale_shift(x, s, tape_example_variable(tape, (Shape){1, 3, 1, 1}));
}

const Op op_scale_shift = {
    .name = "scale_shift",
    .math = "y = s_c x + t_c",
    .derivative = "dx = s_c dy, ds_c = sum x dy, dt_c = sum dy",
    .shape = channels_shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS},
    .example = example,
};
