/* y = the positions start, ..., start + count - 1 of x along one axis;  dx = dy there
 *
 * With x seen as (outer, length, step) along the axis (lines.h), a slice is one run of
 * count * step elements out of every length * step. */
#include <string.h>

#include "autograd/lines.h"
#include "autograd/ops.h"
#include "tensor/check.h"

typedef struct Runs {
    size_t count;         /* how many runs: outer */
    size_t length;        /* elements of one: count * step */
    size_t first, period; /* where they start in x, and how far apart: length * step */
} Runs;

static void shape(Node *y) {
    const Slice *p = y->params;
    y->shape = y->in[0]->shape;
    CHECK(p->axis >= 0 && p->axis < 4, "slice: axis %d is none of 0, 1, 2, 3", p->axis);
    int *side = (int *[]){&y->shape.n, &y->shape.c, &y->shape.h, &y->shape.w}[p->axis];
    CHECK(p->start >= 0 && p->count > 0 && p->start < *side &&
              p->count <= *side - p->start,
          "slice: %d places from %d on along axis %d of %s", p->count, p->start, p->axis,
          SHAPE(y->in[0]->shape));
    *side = p->count;
}

static Runs runs(const Node *y) {
    const Slice *p = y->params;
    const Lines l = lines_along(y->in[0]->shape, p->axis, "slice");
    return (Runs){.count = l.outer,
                  .length = (size_t)p->count * l.step,
                  .first = (size_t)p->start * l.step,
                  .period = l.length * l.step};
}

static void forward(Node *y) {
    Runs r = runs(y);
    for (size_t run = 0; run < r.count; run++)
        memcpy(y->value + run * r.length, y->in[0]->value + r.first + run * r.period,
               r.length * sizeof(real));
}

/* forward was: y[run, i] = x[first + run period + i] */
static void backward(Node *y) {
    Runs r = runs(y);
    real *dx = y->in[0]->grad;
    if (!dx) return;
    for (size_t run = 0; run < r.count; run++)
        for (size_t i = 0; i < r.length; i++)
            dx[r.first + run * r.period + i] += y->grad[run * r.length + i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 4, 3, 5});
    return ag_slice(x, (Slice){.axis = 1, .start = 1, .count = 2});
}

const Op op_slice = {
    .name = "slice",
    .math = "y = x from start on, along one axis",
    .derivative = "dx = dy there, 0 elsewhere",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
