/* VGG turned around, to relu3_1, with one block at half of its side:
 *
 *     side 1/8    pool -> 128 -> 128 -> upsample ---+
 *     side 1/4    x ------------------------------ add -> 64
 *     side 1/2                                     upsample -> 64 -> 32
 *     side 1                                                   upsample -> 32 -> 3 -> colours
 *
 * Convolutions are 3 x 3, mirrored at the border, with a ReLU but where the sum and the
 * colours come next. The light is added to what the last one makes. The code becomes
 * HIDDEN numbers, z = relu(V code + v), and these the scales and shifts of each
 * convolution, s = 1 + A z + a, t = B z + b. */
#include "nn/decoder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/ops.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/rng.h"

#define HIDDEN 64
#define CODE_DEVIATION 0.02 /* of the first A and B */
#define LAST_SHARE 0.3      /* of the first last kernel: what it makes is to be about 1 */

typedef enum RowKind { ROW_CONV, ROW_POOL, ROW_UPSAMPLE, ROW_ADD } RowKind;

typedef struct DecoderRow {
    RowKind kind;
    const char *name; /* of a convolution */
    int reads, channels;
    bool linear; /* without a ReLU */
} DecoderRow;

static const DecoderRow rows[] = {
    {ROW_POOL, .name = NULL},
    {ROW_CONV, "block1", 128, 128, false},
    {ROW_CONV, "block2", 128, 128, true},
    {ROW_UPSAMPLE, .name = NULL},
    {ROW_ADD, .name = NULL},
    {ROW_CONV, "conv3", 128, 64, false},
    {ROW_UPSAMPLE, .name = NULL},
    {ROW_CONV, "conv4", 64, 64, false},
    {ROW_CONV, "conv5", 64, 32, false},
    {ROW_UPSAMPLE, .name = NULL},
    {ROW_CONV, "conv6", 32, 32, false},
    {ROW_CONV, "conv7", 32, 3, true},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* The weights of a convolution, and of what the code says about it. */
typedef struct RowWeights {
    Tensor weight;            /* (out, in, 3, 3) */
    Tensor scale, scale_bias; /* A (1,1,out,HIDDEN) and a (1,out,1,1) */
    Tensor shift, shift_bias; /* B and b; for one code, t is in b */
} RowWeights;

struct Decoder {
    Tensor code, code_bias; /* (1,1,HIDDEN,DECODER_CODE), (1,HIDDEN,1,1) */
    RowWeights row[ROWS];
    double light;
    Tensor lit; /* of a painter: what l = 1 adds to red, green and blue, (3,1,1,1) */
    bool trainable;
};

/* ---- The list of the weights ---- */

typedef struct DecoderPart {
    char name[32];
    int rank;
    Shape shape;
    Tensor *tensor;
} DecoderPart;

enum { MOST_PARTS = 2 + 5 * ROWS };

static void part_add(DecoderPart *parts, int *count, const char *layer, const char *what,
                     int rank, Shape shape, Tensor *tensor) {
    DecoderPart *part = &parts[(*count)++];
    snprintf(part->name, sizeof part->name, "%s.%s", layer, what);
    part->rank = rank;
    part->shape = shape;
    part->tensor = tensor;
}

static int parts_of(Decoder *d, DecoderPart *parts) {
    int count = 0;
    part_add(parts, &count, "code", "weight", 2, (Shape){1, 1, HIDDEN, DECODER_CODE},
             &d->code);
    part_add(parts, &count, "code", "bias", 1, (Shape){1, HIDDEN, 1, 1}, &d->code_bias);
    for (int i = 0; i < ROWS; i++) {
        const DecoderRow *row = &rows[i];
        RowWeights *w = &d->row[i];
        const int o = row->channels;
        if (row->kind != ROW_CONV) continue;
        part_add(parts, &count, row->name, "weight", 4, (Shape){o, row->reads, 3, 3},
                 &w->weight);
        part_add(parts, &count, row->name, "scale.weight", 2, (Shape){1, 1, o, HIDDEN},
                 &w->scale);
        part_add(parts, &count, row->name, "scale.bias", 1, (Shape){1, o, 1, 1},
                 &w->scale_bias);
        part_add(parts, &count, row->name, "shift.weight", 2, (Shape){1, 1, o, HIDDEN},
                 &w->shift);
        part_add(parts, &count, row->name, "shift.bias", 1, (Shape){1, o, 1, 1},
                 &w->shift_bias);
    }
    return count;
}

Decoder *decoder_new(Arena *arena) {
    DecoderPart parts[MOST_PARTS];
    Decoder *d = ARENA_NEW(arena, Decoder, 1);
    *d = (Decoder){.lit = tensor_alloc(arena, (Shape){3, 1, 1, 1})};
    const int count = parts_of(d, parts);
    for (int i = 0; i < count; i++)
        *parts[i].tensor = tensor_alloc(arena, parts[i].shape);
    return d;
}

void decoder_random(Decoder *d, uint64_t seed) {
    Rng rng = rng_seed(seed);
    DecoderPart parts[MOST_PARTS];
    const int count = parts_of(d, parts);
    for (int i = 0; i < count; i++)
        tensor_fill(*parts[i].tensor, 0);
    tensor_fill_normal(d->code, &rng, 0, sqrt(2.0 / DECODER_CODE));
    for (int i = 0; i < ROWS; i++) {
        RowWeights *w = &d->row[i];
        if (rows[i].kind != ROW_CONV) continue;
        const double share = i == ROWS - 1 ? LAST_SHARE : 1;
        tensor_fill_normal(w->weight, &rng, 0, share * sqrt(2.0 / (9 * rows[i].reads)));
        tensor_fill_normal(w->scale, &rng, 0, CODE_DEVIATION);
        tensor_fill_normal(w->shift, &rng, 0, CODE_DEVIATION);
    }
}

void decoder_set_light(Decoder *decoder, double light) {
    CHECK(light >= 0 && light <= DECODER_LIGHT_MOST, "a light of %g", light);
    decoder->light = light;
}

double decoder_light(const Decoder *decoder) {
    return decoder->light;
}

NamedTensors decoder_weights(const Decoder *decoder, Arena *arena) {
    DecoderPart *parts = ARENA_NEW(arena, DecoderPart, MOST_PARTS);
    Decoder read = *decoder;
    const size_t count = (size_t)parts_of(&read, parts);
    NamedTensor *items = ARENA_NEW(arena, NamedTensor, count);
    for (size_t i = 0; i < count; i++) {
        Tensor tensor = *parts[i].tensor;
        if (parts[i].rank == 1) tensor.shape = (Shape){1, 1, 1, tensor.shape.c};
        items[i] =
            (NamedTensor){.name = parts[i].name, .rank = parts[i].rank, .tensor = tensor};
    }
    return (NamedTensors){count, items};
}

/* A file has vectors and matrices with leading ones: (1,1,1,o) for (1,o,1,1). */
static bool take(const DecoderPart *part, const NamedTensors *list, const char *file,
                 Error *err) {
    const NamedTensor *item = named_find(list, part->name);
    if (!item)
        return error_set(err,
                         "%s: no tensor %s, so these are not the weights of a decoder; "
                         "name another file",
                         file, part->name);
    if (item->problem) return error_set(err, "%s: %s", file, item->problem);
    if (item->rank != part->rank ||
        shape_size(item->tensor.shape) != shape_size(part->shape) ||
        (part->rank > 1 && !shape_equal(item->tensor.shape, part->shape)))
        return error_set(err,
                         "%s: %s is %s, this program's decoder needs %s; use a newer "
                         "stylegrad, or another file",
                         file, part->name, SHAPE(item->tensor.shape), SHAPE(part->shape));
    if (!tensor_finite(item->tensor))
        return error_set(err,
                         "%s: %s holds NaN or infinite numbers; the file is damaged, "
                         "get it again",
                         file, part->name);
    *part->tensor = (Tensor){part->shape, item->tensor.data};
    return true;
}

bool decoder_load(Decoder *decoder, const NamedTensors *list, const char *file,
                  Error *err) {
    DecoderPart parts[MOST_PARTS];
    Decoder read = *decoder;
    const int count = parts_of(&read, parts);
    for (int i = 0; i < count; i++)
        if (!take(&parts[i], list, file, err)) return false;
    *decoder = read;
    return true;
}

Decoder *decoder_copy(Arena *arena, const Decoder *decoder) {
    DecoderPart to[MOST_PARTS], from[MOST_PARTS];
    Decoder *copy = decoder_new(arena), read = *decoder;
    const int count = parts_of(copy, to);
    parts_of(&read, from);
    for (int i = 0; i < count; i++)
        tensor_copy(*to[i].tensor, *from[i].tensor);
    copy->light = decoder->light;
    return copy;
}

void decoder_trainable(Decoder *decoder, bool trainable) {
    decoder->trainable = trainable;
}

/* ---- Recording ---- */

typedef struct Recorder {
    const Decoder *decoder;
    Tape *tape;
    Node *hidden; /* z, or NULL when the weights are those of one code */
} Recorder;

static Node *leaf(const Recorder *r, Tensor t) {
    return r->decoder->trainable ? tape_variable(r->tape, t) : tape_constant(r->tape, t);
}

static Node *record_conv(const Recorder *r, int index, Node *x) {
    static const Conv2d conv = {.pad = 1, .mode = PAD_REFLECT};
    const RowWeights *w = &r->decoder->row[index];
    const bool relu = !rows[index].linear;
    Node *weight = leaf(r, w->weight);
    if (!r->hidden) {
        Node *bias = leaf(r, w->shift_bias);
        return relu ? ag_conv2d_relu(x, weight, bias, conv)
                    : ag_conv2d(x, weight, bias, conv);
    }
    Node *scale = ag_linear(r->hidden, leaf(r, w->scale), leaf(r, w->scale_bias));
    Node *shift = ag_linear(r->hidden, leaf(r, w->shift), leaf(r, w->shift_bias));
    x = ag_conv2d(x, weight, NULL, conv);
    x = ag_scale_shift(x, ag_shift(scale, (Shift){1}), shift);
    return relu ? ag_relu(x) : x;
}

static Node *record_row(const Recorder *r, int index, Node *x, Node *features) {
    switch (rows[index].kind) {
    case ROW_CONV:
        return record_conv(r, index, x);
    case ROW_POOL:
        return ag_avg_pool(x, (Pool2d){.kernel = 2});
    case ROW_UPSAMPLE:
        return ag_upsample(x, (Upsample){.factor = 2});
    case ROW_ADD:
        return ag_add(x, features);
    }
    return x;
}

static Node *record_hidden(const Decoder *d, Tape *tape, Node *code) {
    const Recorder r = {d, tape, NULL};
    return ag_relu(ag_linear(code, leaf(&r, d->code), leaf(&r, d->code_bias)));
}

/* Numbers (n,c,h,w), one for each feature, as large as the picture. */
static Node *enlarge(Node *x) {
    return ag_upsample_bilinear(x, (Upsample){.factor = DECODER_LIGHT});
}

/* z + light l (1, 1, 1) */
static Node *record_light(const Decoder *d, Node *z, Node *l) {
    if (!l) return z;
    l = ag_scale(enlarge(l), (Scale){d->light});
    return ag_add(z, ag_broadcast(l, (Broadcast){z->shape}));
}

/* root z + mean: both as products of matrices, with z as rows of pixels. */
static Node *record_colours(Node *z, Node *palette) {
    const Shape s = z->shape;
    Node *root = ag_slice(palette, (Slice){.axis = 3, .start = 0, .count = 3});
    Node *mean = ag_slice(palette, (Slice){.axis = 3, .start = 3, .count = 1});
    z = ag_matmul(root, ag_reshape(z, (Reshape){{s.n, 1, 3, s.h * s.w}}), (Matmul){0});
    mean = ag_reshape(mean, (Reshape){{s.n, 3, 1, 1}});
    return ag_add(ag_reshape(z, (Reshape){s}), ag_broadcast(mean, (Broadcast){s}));
}

static Node *record_rows(const Recorder *r, Node *features) {
    const Shape s = features->shape;
    CHECK(s.c == DECODER_READS && s.h >= 4 && s.w >= 4 && s.h % 2 == 0 && s.w % 2 == 0,
          "decoder: features %s", SHAPE(s));
    Node *x = features;
    for (int i = 0; i < ROWS; i++)
        x = record_row(r, i, x, features);
    return x;
}

Node *decoder_record(const Decoder *d, Tape *tape, Node *features, Node *l, Node *code,
                     Node *palette) {
    CHECK((l != NULL) == (d->light > 0), "decoder: a light of %g %s l", d->light,
          l ? "with" : "without");
    const Recorder r = {d, tape, record_hidden(d, tape, code)};
    return record_colours(record_light(d, record_rows(&r, features), l), palette);
}

Node *decoder_record_folded(const Decoder *painter, Tape *tape, Node *features, Node *l) {
    const Recorder r = {painter, tape, NULL};
    Node *y = record_rows(&r, features);
    if (l) {
        Node *lit = ag_conv2d(l, tape_constant(tape, painter->lit), NULL, (Conv2d){0});
        y = ag_add(y, enlarge(lit));
    }
    return ag_clamp(y, (Clamp){0, 1});
}

/* ---- The decoder of one code ---- */

/* y[o] = bias[o] + sum over k of w[o,k] z[k] */
static double linear(Tensor weight, Tensor bias, int o, const double *z) {
    const int k = weight.shape.w;
    double sum = (double)bias.data[o];
    for (int i = 0; i < k; i++)
        sum += (double)weight.data[(size_t)o * (size_t)k + (size_t)i] * z[i];
    return sum;
}

static void fold_row(const RowWeights *to, const RowWeights *from, const double *z) {
    const size_t window = 9 * (size_t)from->weight.shape.c;
    for (int o = 0; o < from->weight.shape.n; o++) {
        const double scale = 1 + linear(from->scale, from->scale_bias, o, z);
        const real *w = from->weight.data + (size_t)o * window;
        real *folded = to->weight.data + (size_t)o * window;
        for (size_t i = 0; i < window; i++)
            folded[i] = (real)(scale * (double)w[i]);
        to->shift_bias.data[o] = (real)linear(from->shift, from->shift_bias, o, z);
    }
}

/* The palette is a convolution of 1 x 1 pixels after the last one. */
static void fold_palette(const RowWeights *last, const real *palette) {
    const size_t size = shape_size(last->weight.shape) / 3;
    real *w = last->weight.data, *b = last->shift_bias.data;
    const real *rgb[3] = {palette, palette + 4, palette + 8};
    for (size_t k = 0; k <= size; k++) {
        real *at[3];
        for (size_t c = 0; c < 3; c++)
            at[c] = k < size ? w + c * size + k : b + c;
        const double z[3] = {(double)*at[0], (double)*at[1], (double)*at[2]};
        for (int c = 0; c < 3; c++) {
            const real *root = rgb[c];
            *at[c] = (real)((double)root[0] * z[0] + (double)root[1] * z[1] +
                            (double)root[2] * z[2] + (k < size ? 0 : (double)root[3]));
        }
    }
}

/* root (light l (1, 1, 1)): the sums of the rows of root. */
static void fold_light(Decoder *painter, double light, const real *palette) {
    painter->light = light;
    for (int c = 0; c < 3; c++) {
        const real *root = palette + 4 * c;
        painter->lit.data[c] =
            (real)(light * ((double)root[0] + (double)root[1] + (double)root[2]));
    }
}

void decoder_fold(Decoder *painter, const Decoder *decoder, const real *code,
                  const real *palette) {
    double given[DECODER_CODE], z[HIDDEN];
    for (int i = 0; i < DECODER_CODE; i++)
        given[i] = (double)code[i];
    for (int i = 0; i < HIDDEN; i++)
        z[i] = fmax(linear(decoder->code, decoder->code_bias, i, given), 0);
    for (int i = 0; i < ROWS; i++)
        if (rows[i].kind == ROW_CONV) fold_row(&painter->row[i], &decoder->row[i], z);
    fold_palette(&painter->row[ROWS - 1], palette);
    fold_light(painter, decoder->light, palette);
}
