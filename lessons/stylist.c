#include "lessons/stylist.h"

#include "lessons/patches.h"
#include "nn/ops.h"

enum { CONNECTED = 0, FUSION = 2, FIRST = 4, SECOND = 6, LAST = 8, FINE = 16 };

Stylist stylist_new(Arena *arena, Rng *rng, int local, int means) {
    Stylist s = {.part = {
                     [CONNECTED] = {1, 1, GLOBALS, means},
                     {1, GLOBALS, 1, 1},
                     [FUSION] = {FUSED, local + GLOBALS, 1, 1},
                     {1, FUSED, 1, 1},
                     [FIRST] = {FUSED, FUSED, 3, 3},
                     {1, FUSED, 1, 1},
                     [SECOND] = {FINE, FUSED, 3, 3},
                     {1, FINE, 1, 1},
                     [LAST] = {3, FINE, 3, 3},
                     {1, 3, 1, 1},
                 }};
    s.w = weights_draw(arena, STYLIST_PARTS, s.part, rng);
    const size_t last = shape_size(s.part[LAST]) + shape_size(s.part[LAST + 1]);
    for (size_t i = shape_size(s.w.shape) - last; i < shape_size(s.w.shape); i++)
        s.w.data[i] *= (real)0.1;
    return s;
}

/* A constant of one number everywhere. */
static Node *flat(Arena *arena, Tape *tape, Shape shape, double value) {
    Tensor t = tensor_alloc(arena, shape);
    tensor_fill(t, (real)value);
    return tape_constant(tape, t);
}

Node *channel_means(Arena *arena, Node *f) {
    const Shape s = f->shape;
    const int positions = s.h * s.w;
    Node *rows = ag_reshape(f, (Reshape){{1, 1, s.c, positions}});
    Node *part = flat(arena, f->tape, (Shape){1, 1, positions, 1}, 1.0 / positions);
    return ag_reshape(ag_matmul(rows, part, (Matmul){0}), (Reshape){{1, s.c, 1, 1}});
}

Node *at_every_position(Arena *arena, Node *g, int h, int w) {
    const int c = g->shape.c;
    Node *column = ag_reshape(g, (Reshape){{1, 1, c, 1}});
    Node *ones = flat(arena, g->tape, (Shape){1, 1, 1, h * w}, 1);
    return ag_reshape(ag_matmul(column, ones, (Matmul){0}), (Reshape){{1, c, h, w}});
}

Node *global_features(const Stylist *s, Node *means, Node *w) {
    Node *part[STYLIST_PARTS];
    weights_split(w, STYLIST_PARTS, s->part, part);
    return ag_linear(means, part[CONNECTED], part[CONNECTED + 1]);
}

Node *fuse(const Stylist *s, Arena *arena, Node *local, Node *global, Node *w) {
    Node *part[STYLIST_PARTS];
    weights_split(w, STYLIST_PARTS, s->part, part);
    Node *everywhere = at_every_position(arena, global, local->shape.h, local->shape.w);
    Node *both = ag_concat(2, (Node *[]){local, everywhere});
    return ag_conv2d(both, part[FUSION], part[FUSION + 1], (Conv2d){0});
}

/* The matrix (1,1,w,2w) that makes a row twice as long: column j is the mean of old
 * columns at j/2 - 1/4, by linear interpolation, which is held at the ends. */
static Tensor stretcher(Arena *arena, int w) {
    Tensor t = tensor_alloc(arena, (Shape){1, 1, w, 2 * w});
    for (int j = 0; j < 2 * w; j++) {
        const int near = j / 2;
        const int next = j % 2 ? near + 1 : near - 1;
        const int far = next < 0 || next >= w ? near : next;
        *tensor_at(t, 0, 0, near, j) += (real)0.75;
        *tensor_at(t, 0, 0, far, j) += (real)0.25;
    }
    return t;
}

/* Rows twice as long, then transposed: two of them enlarge an image. */
static Node *stretch(Arena *arena, Node *x) {
    const Shape s = x->shape;
    Node *rows = ag_reshape(x, (Reshape){{1, 1, s.c * s.h, s.w}});
    Node *longer =
        ag_matmul(rows, tape_constant(x->tape, stretcher(arena, s.w)), (Matmul){0});
    return ag_transpose(ag_reshape(longer, (Reshape){{1, s.c, s.h, 2 * s.w}}));
}

Node *draw(const Stylist *s, Arena *arena, Node *fused, Node *w) {
    const Conv2d same = {.pad = 1, .mode = PAD_REPLICATE};
    const LeakyRelu leaky = {0.1};
    Node *part[STYLIST_PARTS];
    weights_split(w, STYLIST_PARTS, s->part, part);
    Node *y = ag_leaky_relu(fused, leaky);
    y = ag_leaky_relu(ag_conv2d(y, part[FIRST], part[FIRST + 1], same), leaky);
    y = stretch(arena, stretch(arena, y));
    y = ag_leaky_relu(ag_conv2d(y, part[SECOND], part[SECOND + 1], same), leaky);
    return ag_sigmoid(ag_conv2d(y, part[LAST], part[LAST + 1], same));
}
