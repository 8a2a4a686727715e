#include "lessons/one_pass.h"

#include "lessons/patches.h"
#include "nn/ops.h"

enum { CONVOLUTIONS = 9, PARTS = 2 * CONVOLUTIONS };

/* The layers, in this order. */
enum { COLOURS, HALF, QUARTER, BLOCK, BLOCK_END, STRAIGHT, HALF_AGAIN, WHOLE, DRAW };

/* Weight and bias of each. */
static const Shape parts[PARTS] = {
    [2 * COLOURS] = {8, 3, 5, 5},      {1, 8, 1, 1},
    [2 * HALF] = {16, 8, 3, 3},        {1, 16, 1, 1},
    [2 * QUARTER] = {32, 16, 3, 3},    {1, 32, 1, 1},
    [2 * BLOCK] = {32, 32, 3, 3},      {1, 32, 1, 1},
    [2 * BLOCK_END] = {32, 32, 3, 3},  {1, 32, 1, 1},
    [2 * STRAIGHT] = {32, 32, 3, 3},   {1, 32, 1, 1},
    [2 * HALF_AGAIN] = {16, 32, 3, 3}, {1, 16, 1, 1},
    [2 * WHOLE] = {8, 16, 3, 3},       {1, 8, 1, 1},
    [2 * DRAW] = {3, 8, 5, 5},         {1, 3, 1, 1},
};

Tensor one_pass_weights(Arena *arena, Rng *rng) {
    Tensor w = weights_draw(arena, PARTS, parts, rng);
    const size_t size = shape_size(w.shape);
    const size_t last = shape_size(parts[2 * DRAW]) + shape_size(parts[2 * DRAW + 1]);
    for (size_t i = size - last; i < size; i++)
        w.data[i] *= (real)0.1;
    return w;
}

/* What all layers of one network have in common. */
typedef struct Pass {
    Arena *arena;
    Node *part[PARTS];
    bool norm;
} Pass;

/* A convolution, and its norm, y = z + bias. A bias before the norm would be lost in its
 * mean. */
static Node *convolve(const Pass *pass, Node *x, int layer, int stride) {
    Node *w = pass->part[2 * layer];
    Node *bias = pass->part[2 * layer + 1];
    const Conv2d conv = {.stride = stride, .pad = w->shape.h / 2, .mode = PAD_REFLECT};
    if (!pass->norm || layer == DRAW) return ag_conv2d(x, w, bias, conv);
    Tensor one = tensor_alloc(pass->arena, bias->shape);
    tensor_fill(one, 1);
    return ag_instance_norm(ag_conv2d(x, w, NULL, conv), tape_constant(x->tape, one),
                            bias, (InstanceNorm){1e-5});
}

static Node *with_relu(const Pass *pass, Node *x, int layer, int stride) {
    return ag_relu(convolve(pass, x, layer, stride));
}

static Node *twice(Node *x) {
    return ag_upsample_bilinear(x, (Upsample){2});
}

/* The upper left corner: a side that 4 does not divide has become longer. */
static Node *cut_to(Node *x, int h, int w) {
    Node *rows = ag_slice(x, (Slice){.axis = 2, .count = h});
    return ag_slice(rows, (Slice){.axis = 3, .count = w});
}

Node *one_pass(Arena *arena, Node *x, Node *w, bool norm) {
    Pass pass = {.arena = arena, .norm = norm};
    weights_split(w, PARTS, parts, pass.part);
    Node *y = ag_shift(x, (Shift){-0.5});
    y = with_relu(&pass, y, COLOURS, 1);
    y = with_relu(&pass, y, HALF, 2);
    y = with_relu(&pass, y, QUARTER, 2);
    y = ag_add(y, convolve(&pass, with_relu(&pass, y, BLOCK, 1), BLOCK_END, 1));
    y = with_relu(&pass, y, STRAIGHT, 1);
    y = with_relu(&pass, twice(y), HALF_AGAIN, 1);
    y = with_relu(&pass, twice(y), WHOLE, 1);
    y = ag_sigmoid(convolve(&pass, y, DRAW, 1));
    return cut_to(y, x->shape.h, x->shape.w);
}
