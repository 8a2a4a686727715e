/* y[n,c, i f + a, j f + b] = x[n,c,i,j] for a, b = 0 .. f - 1: every pixel becomes a square
 * of f x f (nearest neighbour);  dx = the sum of dy over the square */
#include <limits.h>
#include <string.h>

#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"

static void shape(Node *y) {
    const Upsample *p = y->params;
    const Shape x = y->in[0]->shape;
    CHECK(p->factor >= 1 && p->factor <= INT_MAX / x.h && p->factor <= INT_MAX / x.w,
          "upsample: %s by a factor of %d", SHAPE(x), p->factor);
    y->shape = (Shape){x.n, x.c, x.h * p->factor, x.w * p->factor};
}

/* Sizes: planes, rows and columns of x, and the factor. */
typedef struct Squares {
    size_t planes, h, w, f;
} Squares;

static Squares squares_of(const Node *y) {
    const Upsample *p = y->params;
    const Shape x = y->in[0]->shape;
    return (Squares){(size_t)x.n * (size_t)x.c, (size_t)x.h, (size_t)x.w,
                     (size_t)p->factor};
}

static void repeat(Squares s, const real *x, real *y) {
    if (s.f == 2)
        for (size_t j = 0; j < s.w; j++)
            y[2 * j] = y[2 * j + 1] = x[j];
    else
        for (size_t j = 0; j < s.w; j++)
            for (size_t b = 0; b < s.f; b++)
                y[j * s.f + b] = x[j];
}

static void forward(Node *y) {
    const Squares s = squares_of(y);
    const size_t wide = s.w * s.f;
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < s.planes * s.h; i++) {
        real *top = y->value + i * s.f * wide;
        repeat(s, x + i * s.w, top);
        for (size_t a = 1; a < s.f; a++)
            memcpy(top + a * wide, top, wide * sizeof(real));
    }
}

/* The sums of the squares of a row of x. */
static void gather(Squares s, const real *dy, real *dx, bool blank) {
    const size_t wide = s.w * s.f;
    for (size_t j = 0; j < s.w; j++) {
        real sum = 0;
        for (size_t a = 0; a < s.f; a++)
            for (size_t b = 0; b < s.f; b++)
                sum += dy[a * wide + j * s.f + b];
        dx[j] = (blank ? 0 : dx[j]) + sum;
    }
}

/* The same for a factor of 2, several times as fast. */
static void gather_by_two(size_t w, const real *dy, real *dx, bool blank) {
    const real *below = dy + 2 * w;
    for (size_t j = 0; j < w; j++)
        dx[j] = (blank ? 0 : dx[j]) +
                (dy[2 * j] + dy[2 * j + 1] + below[2 * j] + below[2 * j + 1]);
}

/* forward was: y[i f + a, j f + b] = x[i, j] */
static void backward(Node *y) {
    const Squares s = squares_of(y);
    real *dx = y->in[0]->grad;
    if (!dx) return;
    const bool blank = node_blank(y->in[0]);
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < s.planes * s.h; i++) {
        const real *dy = y->grad + i * s.f * s.f * s.w;
        if (s.f == 2)
            gather_by_two(s.w, dy, dx + i * s.w, blank);
        else
            gather(s, dy, dx + i * s.w, blank);
    }
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 2, 3, 4});
    Node *twice = ag_upsample(x, (Upsample){.factor = 2});
    return ag_upsample(twice, (Upsample){.factor = 3});
}

const Op op_upsample = {
    .name = "upsample",
    .math = "y = every x, f x f times",
    .derivative = "dx = sum dy over the square",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .fills = true},
    .example = example,
};
