#include "losses/manner.h"

#include <math.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/ops.h"
#include "losses/matrix_root.h"
#include "losses/ops.h"
#include "losses/transport.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/luminance.h"
#include "tensor/workspace.h"

const char *const manner_layers[MANNER_LAYERS] = {
    "relu1_1", "relu1_2", "relu2_1", "relu2_2", MANNER_PLACE, "relu3_3", "relu4_1"};

static const int channels[MANNER_LAYERS] = {32, 32, 64, 64, MANNER_CHANNELS, 128, 192};

int manner_channels(int layer) {
    return channels[layer];
}

bool manner_record(Network *network, Tape *tape, Node *images, MannerNodes *out,
                   Error *err) {
    Node *f[MANNER_LAYERS], *x = ag_normalize(images, network_normalize(network));
    if (!network_record(network, tape, x, manner_layers, MANNER_LAYERS, f, err))
        return false;
    for (int l = 0; l < MANNER_LAYERS; l++) {
        const double positions = (double)f[l]->shape.h * f[l]->shape.w;
        CHECK(f[l]->shape.c == channels[l], "manner: %s of %s is %s", manner_layers[l],
              network_name(network), SHAPE(f[l]->shape));
        out->gram[l] = ag_gram(f[l], (Gram){.divisor = positions});
        out->mean[l] = ag_mean_axis(f[l], (Axes){.h = true, .w = true});
    }
    const Shape s = images->shape;
    out->colour_gram = ag_gram(images, (Gram){.divisor = (double)s.h * s.w});
    out->colour_mean = ag_mean_axis(images, (Axes){.h = true, .w = true});
    out->features = f[MANNER_AT];
    return true;
}

void manner_kept(const MannerNodes *nodes, Node **out) {
    out[0] = nodes->features;
    out[1] = nodes->colour_gram;
    out[2] = nodes->colour_mean;
    memcpy(out + 3, nodes->gram, sizeof nodes->gram);
    memcpy(out + 3 + MANNER_LAYERS, nodes->mean, sizeof nodes->mean);
}

/* Image i of a node. */
static Tensor image_of(const Node *node, int i) {
    Tensor t = node_tensor(node);
    t.shape.n = 1;
    t.data += (size_t)i * shape_size(t.shape);
    return t;
}

Manner manner_of(const MannerNodes *nodes, int i) {
    Manner m = {.colour_gram = image_of(nodes->colour_gram, i),
                .colour_mean = image_of(nodes->colour_mean, i)};
    for (int l = 0; l < MANNER_LAYERS; l++) {
        m.gram[l] = image_of(nodes->gram[l], i);
        m.mean[l] = image_of(nodes->mean[l], i);
    }
    return m;
}

Manner manner_new(Arena *arena) {
    Manner m = {.colour_gram = tensor_alloc(arena, (Shape){1, 1, 3, 3}),
                .colour_mean = tensor_alloc(arena, (Shape){1, 3, 1, 1})};
    for (int l = 0; l < MANNER_LAYERS; l++) {
        m.gram[l] = tensor_alloc(arena, (Shape){1, 1, channels[l], channels[l]});
        m.mean[l] = tensor_alloc(arena, (Shape){1, channels[l], 1, 1});
    }
    return m;
}

static void add(Tensor to, Tensor from, double share, bool first) {
    CHECK(shape_equal(to.shape, from.shape), "manner: %s and %s", SHAPE(to.shape),
          SHAPE(from.shape));
    const size_t size = shape_size(to.shape);
    for (size_t i = 0; i < size; i++)
        to.data[i] =
            (real)((first ? 0 : (double)to.data[i]) + share * (double)from.data[i]);
}

void manner_mix(Manner to, int count, const Manner *from, const double *share) {
    for (int i = 0; i < count; i++) {
        add(to.colour_gram, from[i].colour_gram, share[i], i == 0);
        add(to.colour_mean, from[i].colour_mean, share[i], i == 0);
        for (int l = 0; l < MANNER_LAYERS; l++) {
            add(to.gram[l], from[i].gram[l], share[i], i == 0);
            add(to.mean[l], from[i].mean[l], share[i], i == 0);
        }
    }
}

void manner_code(const Manner *m, real *code) {
    for (int l = 0; l < MANNER_LAYERS; l++) {
        const int n = channels[l];
        for (int c = 0; c < n; c++) {
            const double mean = (double)m->mean[l].data[c],
                         square = (double)*tensor_at(m->gram[l], 0, 0, c, c);
            code[c] = (real)log1p(fmax(mean, 0));
            code[n + c] = (real)log1p(sqrt(fmax(square - mean * mean, 0)));
        }
        code += 2 * n;
    }
}

/* C = G - m m^T + rest I */
static void covariance(Tensor gram, Tensor mean, double rest, double *cov) {
    const int n = gram.shape.w;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            cov[i * n + j] = (double)gram.data[i * n + j] -
                             (double)mean.data[i] * (double)mean.data[j] +
                             (i == j ? rest : 0);
}

void manner_palette(const Manner *m, real *palette) {
    double cov[9], root[9];
    double *room = workspace_take(matrix_root_workspace(3) * sizeof(double));
    covariance(m->colour_gram, m->colour_mean, MANNER_GREY, cov);
    matrix_root(3, cov, root, room);
    workspace_give(room);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            palette[4 * i + j] = (real)root[3 * i + j];
        palette[4 * i + 3] = m->colour_mean.data[i];
    }
}

/* y = T (x - mean of from) + mean of to */
static void shift_of(const Manner *from, const Manner *to, MannerMap *out) {
    const real *mean = from->mean[MANNER_AT].data, *target = to->mean[MANNER_AT].data;
    for (int i = 0; i < MANNER_CHANNELS; i++) {
        double moved = 0;
        for (int j = 0; j < MANNER_CHANNELS; j++)
            moved += (double)out->map[i * MANNER_CHANNELS + j] * (double)mean[j];
        out->shift[i] = (real)((double)target[i] - moved);
    }
}

void manner_map(const Manner *from, const Manner *to, MannerMap *out) {
    enum { N = MANNER_CHANNELS, SIZE = N * N };
    double *start = workspace_take((4 * SIZE + transport_workspace(N)) * sizeof(double));
    double *map = start + 3 * SIZE, *room = map + SIZE;
    Transport t = {N, start, start + SIZE, start + 2 * SIZE};
    covariance(from->gram[MANNER_AT], from->mean[MANNER_AT], MANNER_REST, t.a);
    covariance(to->gram[MANNER_AT], to->mean[MANNER_AT], MANNER_REST, t.b);
    transport_trace(&t, MANNER_REST, room);
    transport_map(&t, map, room);
    for (int i = 0; i < SIZE; i++)
        out->map[i] = (real)map[i];
    workspace_give(start);
    shift_of(from, to, out);
}

void manner_apply(const MannerMap *map, Tensor features, Tensor out) {
    const Shape s = features.shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    CHECK(s.n == 1 && s.c == MANNER_CHANNELS && shape_equal(s, out.shape),
          "manner: features %s to %s", SHAPE(s), SHAPE(out.shape));
    for (size_t c = 0; c < MANNER_CHANNELS; c++)
        for (size_t i = 0; i < plane; i++)
            out.data[c * plane + i] = map->shift[c];
    kernels->gemm(&(GemmDims){.accumulate = true,
                              .m = s.c,
                              .n = (int)plane,
                              .k = s.c,
                              .lda = s.c,
                              .ldb = (int)plane,
                              .ldc = (int)plane},
                  map->map, features.data, out.data);
}

static const double luminance[3] = {LUMINANCE_RED, LUMINANCE_GREEN, LUMINANCE_BLUE};

/* The sum of a square of f x f pixels in one colour. */
static double square_sum(Tensor x, int c, int top, int left, int f) {
    double sum = 0;
    for (int i = 0; i < f; i++) {
        const real *row = tensor_at(x, 0, c, top + i, left);
        for (int j = 0; j < f; j++)
            sum += (double)row[j];
    }
    return sum;
}

/* Y is linear in the colours, so their mean and covariance say its mean and variance. */
void manner_light(const Manner *photo, Tensor pixels, Tensor out) {
    const Shape s = out.shape;
    const int f = pixels.shape.h / s.h;
    double cov[9], mean = 0, variance = 0;
    CHECK(shape_equal(pixels.shape, (Shape){1, 3, f * s.h, f * s.w}) && s.c == 1,
          "manner: the light of %s to %s", SHAPE(pixels.shape), SHAPE(s));
    covariance(photo->colour_gram, photo->colour_mean, 0, cov);
    for (int i = 0; i < 3; i++) {
        mean += luminance[i] * (double)photo->colour_mean.data[i];
        for (int j = 0; j < 3; j++)
            variance += luminance[i] * cov[3 * i + j] * luminance[j];
    }
    const double scale = 1 / fmax(sqrt(fmax(variance, 0)), MANNER_LIGHT_LEAST);
    for (int i = 0; i < s.h; i++)
        for (int j = 0; j < s.w; j++) {
            double y = 0;
            for (int c = 0; c < 3; c++)
                y += luminance[c] * square_sum(pixels, c, f * i, f * j, f) / (f * f);
            *tensor_at(out, 0, 0, i, j) = (real)(scale * (y - mean));
        }
}
