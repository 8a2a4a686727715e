#include "lessons/painters.h"

#include <assert.h>

#include "lessons/patches.h"
#include "nn/ops.h"

enum { SIDE = PATCH_SIDE, ROUGH = SIDE + 4, ENLARGE = 6, G_PARTS = 4, D_PARTS = 6 };

/* Weights and biases in turn. */
static const Shape g_parts[G_PARTS] = {{1, 1, 64, PATCH_NOISE},
                                       {1, 64, 1, 1},
                                       {1, 1, 3 * ROUGH *ROUGH, 64},
                                       {1, 3 * ROUGH *ROUGH, 1, 1}};
static const Shape d_parts[D_PARTS] = {{12, 3, 4, 4}, {1, 12, 1, 1},     {24, 12, 4, 4},
                                       {1, 24, 1, 1}, {1, 1, 1, 24 * 9}, {1, 1, 1, 1}};

Tensor generator_weights(Arena *arena, Rng *rng) {
    Tensor w = weights_draw(arena, G_PARTS, g_parts, rng);
    const size_t size = shape_size(w.shape);
    for (size_t i = shape_size(g_parts[0]) + shape_size(g_parts[1]); i < size; i++)
        w.data[i] *= (real)0.1;
    return w;
}

Tensor discriminator_weights(Arena *arena, Rng *rng) {
    return weights_draw(arena, D_PARTS, d_parts, rng);
}

/* noise -> linear, leaky ReLU -> linear -> (n,3,16,16) -> means of 5x5, sigmoid. The
 * means make neighbouring pixels similar even before training. */
Node *generator(Node *z, Node *w) {
    Node *part[G_PARTS];
    weights_split(w, G_PARTS, g_parts, part);
    Node *y = ag_leaky_relu(ag_linear(z, part[0], part[1]), (LeakyRelu){0.2});
    y = ag_reshape(ag_linear(y, part[2], part[3]),
                   (Reshape){{z->shape.n, 3, ROUGH, ROUGH}});
    return ag_sigmoid(ag_avg_pool(y, (Pool2d){.kernel = 5, .stride = 1}));
}

/* image -> two convolutions with stride 2, leaky ReLU -> linear */
Node *discriminator(Node *x, Node *w) {
    const Conv2d halve = {.stride = 2, .pad = 1, .mode = PAD_ZERO};
    Node *part[D_PARTS];
    weights_split(w, D_PARTS, d_parts, part);
    Node *y = ag_shift(x, (Shift){-0.5});
    y = ag_leaky_relu(ag_conv2d(y, part[0], part[1], halve), (LeakyRelu){0.2});
    y = ag_leaky_relu(ag_conv2d(y, part[2], part[3], halve), (LeakyRelu){0.2});
    if (x->shape.h == SIDE && x->shape.w == SIDE) return ag_linear(y, part[4], part[5]);
    Node *everywhere = ag_reshape(part[4], (Reshape){{1, 24, 3, 3}});
    return ag_conv2d(y, everywhere, part[5], (Conv2d){0});
}

void patches_cut(Tensor painting, Tensor x, Rng *rng) {
    const int side = x.shape.h;
    for (int n = 0; n < x.shape.n; n++) {
        const int top = (int)rng_below(rng, (uint32_t)(painting.shape.h - side));
        const int left = (int)rng_below(rng, (uint32_t)(painting.shape.w - side));
        for (int at = 0; at < 3 * side * side; at++) {
            const int c = at / side / side;
            const int i = at / side % side;
            const int j = at % side;
            *tensor_at(x, n, c, i, j) = *tensor_at(painting, 0, c, top + i, left + j);
        }
    }
}

void sheet_add(Arena *arena, Sheet *sheet, Tensor x) {
    assert(sheet->count < SHEET_ROWS * SHEET_COLUMNS);
    for (int n = 0; n < SHEET_COLUMNS; n++)
        sheet->image[sheet->count++] = image_enlarge(arena, x, n, ENLARGE, 0, 1);
}
