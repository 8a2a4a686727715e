/* y = a rectangle of x, with zeros where the rectangle is smaller than y;  dx = dy there
 *
 * The box is an input, (1,1,1,4): top, left, height, width, in positions of x. So one
 * tape can be used for one part of an image after the other: change the box, and replay.
 *
 *     x . . . . .      box 1 2 2 3      y  a b c        (y is 3 x 3)
 *       . . a b c                          d e f
 *       . . d e f                          0 0 0
 */
#include <string.h>

#include "autograd/ops.h"
#include "tensor/check.h"

typedef struct Rectangle {
    size_t top, left, h, w;
} Rectangle;

static void shape(Node *y) {
    const Crop *p = y->params;
    Shape x = y->in[0]->shape;
    CHECK(shape_equal(y->in[1]->shape, (Shape){1, 1, 1, 4}),
          "crop: a box is top, left, height, width, not %s", SHAPE(y->in[1]->shape));
    CHECK(p->h > 0 && p->w > 0, "crop: %d x %d places of %s", p->h, p->w, SHAPE(x));
    y->shape = (Shape){x.n, x.c, p->h, p->w};
}

static Rectangle box_of(const Node *y) {
    const real *box = y->in[1]->value;
    Shape x = y->in[0]->shape, s = y->shape;
    CHECK(box[0] >= 0 && box[1] >= 0 && box[2] >= 0 && box[3] >= 0 &&
              box[0] + box[2] <= (real)x.h && box[1] + box[3] <= (real)x.w &&
              box[2] <= (real)s.h && box[3] <= (real)s.w,
          "crop: the box %g %g %g %g does not fit into %s and %s", (double)box[0],
          (double)box[1], (double)box[2], (double)box[3], SHAPE(x), SHAPE(s));
    return (Rectangle){(size_t)box[0], (size_t)box[1], (size_t)box[2], (size_t)box[3]};
}

static void forward(Node *y) {
    Rectangle r = box_of(y);
    Shape x = y->in[0]->shape, s = y->shape;
    size_t planes = (size_t)s.n * (size_t)s.c, w = (size_t)s.w, h = (size_t)s.h;
    const size_t plane = (size_t)x.h * (size_t)x.w;
    for (size_t p = 0; p < planes; p++)
        for (size_t i = 0; i < h; i++) {
            real *row = y->value + (p * h + i) * w;
            size_t inside = i < r.h ? r.w : 0, from = (r.top + i) * (size_t)x.w + r.left;
            if (inside)
                memcpy(row, y->in[0]->value + p * plane + from, inside * sizeof(real));
            memset(row + inside, 0, (w - inside) * sizeof(real));
        }
}

/* forward was: y[i, j] = x[top + i, left + j] */
static void backward(Node *y) {
    Rectangle r = box_of(y);
    Shape x = y->in[0]->shape, s = y->shape;
    size_t planes = (size_t)s.n * (size_t)s.c, w = (size_t)s.w, h = (size_t)s.h;
    real *dx = y->in[0]->grad;
    CHECK(!y->in[1]->grad, "crop: a box has no gradient");
    if (!dx) return;
    for (size_t p = 0; p < planes; p++)
        for (size_t i = 0; i < r.h; i++) {
            size_t to = (p * (size_t)x.h + r.top + i) * (size_t)x.w + r.left;
            for (size_t j = 0; j < r.w; j++)
                dx[to + j] += y->grad[(p * h + i) * w + j];
        }
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 5, 6});
    Node *box = tape_example_constant(tape, (Shape){1, 1, 1, 4});
    memcpy(box->value, (const real[]){1, 2, 3, 4}, 4 * sizeof(real));
    return ag_crop(x, box, (Crop){.h = 4, .w = 4});
}

const Op op_crop = {
    .name = "crop",
    .math = "y = x inside a box, 0 beyond it",
    .derivative = "dx = dy there, 0 elsewhere",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS},
    .example = example,
};
