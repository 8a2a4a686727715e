#include "transfer/any_sums.h"

#include <string.h>

#include "nn/plane_sums.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/workspace.h"

enum { COLOURS = MANNER_LAYERS, KINDS }; /* colours are one more layer */

struct AnySums {
    double positions[KINDS];
    double *gram[KINDS], *sum[KINDS];
};

static int channels(int layer) {
    return layer == COLOURS ? 3 : manner_channels(layer);
}

AnySums *any_sums_new(Arena *arena) {
    AnySums *s = ARENA_NEW(arena, AnySums, 1);
    for (int l = 0; l < KINDS; l++) {
        const size_t c = (size_t)channels(l);
        s->gram[l] = ARENA_NEW(arena, double, c *c);
        s->sum[l] = ARENA_NEW(arena, double, c);
    }
    return s;
}

void any_sums_clear(AnySums *s) {
    for (int l = 0; l < KINDS; l++) {
        const size_t c = (size_t)channels(l);
        s->positions[l] = 0;
        memset(s->gram[l], 0, c * c * sizeof(double));
        memset(s->sum[l], 0, c * sizeof(double));
    }
}

/* Copies a box of the features to rows that follow each other: (c, m). */
static void copy_box(Tensor f, AnyBox box, real *to) {
    const size_t length = (size_t)(box.right - box.left);
    for (int c = 0; c < f.shape.c; c++)
        for (int i = box.top; i < box.bottom; i++, to += length)
            memcpy(to, tensor_at(f, 0, c, i, box.left), length * sizeof *to);
}

static void add_square(AnySums *s, int layer, Tensor f, AnyBox box) {
    const size_t c = (size_t)f.shape.c;
    const size_t m = (size_t)(box.bottom - box.top) * (size_t)(box.right - box.left);
    real *features = workspace_take(c * (m + c) * sizeof *features);
    real *gram = features + c * m;
    copy_box(f, box, features);
    kernels->gram_forward(1, f.shape.c, m, 1, features, gram);
    for (size_t i = 0; i < c * c; i++)
        s->gram[layer][i] += (double)gram[i];
    for (size_t i = 0; i < c; i++)
        s->sum[layer][i] += plane_sum(m, features + i * m);
    s->positions[layer] += (double)m;
    workspace_give(features);
}

static int least(int a, int b) {
    return a < b ? a : b;
}

void any_sums_add(AnySums *s, int layer, Tensor f, AnyBox box, int block) {
    CHECK(f.shape.c == channels(layer) && block > 0, "sums of %s", SHAPE(f.shape));
    for (int i = box.top; i < box.bottom; i += block)
        for (int j = box.left; j < box.right; j += block)
            add_square(s, layer, f,
                       (AnyBox){i, least(i + block, box.bottom), j,
                                least(j + block, box.right)});
}

void any_sums_add_colours(AnySums *s, Tensor pixels, AnyBox box, int block) {
    any_sums_add(s, COLOURS, pixels, box, block);
}

static void means_of(const AnySums *s, int layer, Tensor gram, Tensor mean) {
    const size_t c = (size_t)channels(layer);
    const double m = s->positions[layer];
    CHECK(m > 0, "the manner of no positions");
    for (size_t i = 0; i < c * c; i++)
        gram.data[i] = (real)(s->gram[layer][i] / m);
    for (size_t i = 0; i < c; i++)
        mean.data[i] = (real)(s->sum[layer][i] / m);
}

void any_sums_manner(const AnySums *s, int layer, const Manner *manner) {
    means_of(s, layer, manner->gram[layer], manner->mean[layer]);
}

void any_sums_colours(const AnySums *s, const Manner *manner) {
    means_of(s, COLOURS, manner->colour_gram, manner->colour_mean);
}
