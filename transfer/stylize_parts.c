#include <math.h>

#include "autograd/tape_plan.h"
#include "io/interrupt.h"
#include "nn/generator.h"
#include "tensor/check.h"
#include "transfer/colors.h"
#include "transfer/stylize.h"
#include "transfer/stylize_struct.h"
#include "transfer/stylize_windows.h"

#define SAMPLE_SIDE 128
#define PICTURE "picture"

/* What is painted, and how. */
typedef struct PartsRun {
    Stylizer *stylizer;
    Network *folded;
    const ImageRgb *photo, *picture;
    const StylizeParts *settings;
} PartsRun;

/* ---- One window ---- */

static void read_window(const ImageRgb *photo, const Window *window, Tensor to) {
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < window->y.count; i++) {
            const size_t row = (size_t)(window->y.first + i) * (size_t)photo->w;
            const uint8_t *from =
                photo->rgb + 3 * (row + (size_t)window->x.first) + (size_t)c;
            real *at = tensor_at(to, 0, c, i, 0);
            for (int j = 0; j < window->x.count; j++)
                at[j] = (real)((double)from[3 * j] / UINT8_MAX);
        }
}

/* Whether the tape computes this layer for windows of this size. */
static bool fits(const Stylizer *s, const Window *window, const char *layer) {
    return s->tape && s->layer == layer && s->photo.shape.h == window->y.count &&
           s->photo.shape.w == window->x.count;
}

static bool record(PartsRun *p, const Window *window, const char *layer, Error *err) {
    Stylizer *s = p->stylizer;
    stylizer_drop(s);
    s->layer = layer;
    s->own = arena_new();
    s->photo = tensor_alloc(s->own, (Shape){1, 3, window->y.count, window->x.count});
    s->tape = tape_new_planned();
    Node *photo =
        ag_normalize(tape_constant(s->tape, s->photo), network_normalize(p->folded));
    if (network_record(p->folded, s->tape, photo, &layer, 1, &s->out, err)) return true;
    stylizer_drop(s);
    return false;
}

/* Computes a layer of the folded network for a window. */
static bool compute(PartsRun *p, const Window *window, const char *layer, Error *err) {
    Stylizer *s = p->stylizer;
    const bool again = fits(s, window, layer);
    if (interrupt_signal()) return error_set(err, "ended by a signal");
    if (!again && !record(p, window, layer, err)) return false;
    read_window(p->photo, window, s->photo);
    if (again)
        tape_forward(s->tape);
    else
        tape_plan(s->tape, NULL, 1, &s->out);
    return true;
}

/* ---- Statistics ---- */

typedef struct ChannelMoments {
    double count, *sum, *square; /* of each channel */
} ChannelMoments;

/* The features of a layer, every `step` pixels, that belong to the inner part of a span of
 * a side: from .. to - 1. The last span has all that follow. */
static void inner(const WindowSide *span, int side, int step, int features, int *from,
                  int *to) {
    *from = (span->from - span->first) / step;
    *to = span->to == side ? features : (span->to - span->first) / step;
}

static void add_moments(const PartsRun *p, const Window *window, int step,
                        ChannelMoments *m) {
    const Node *out = p->stylizer->out;
    int top, bottom, left, right;
    inner(&window->y, p->photo->h, step, out->shape.h, &top, &bottom);
    inner(&window->x, p->photo->w, step, out->shape.w, &left, &right);
    m->count += (double)(bottom - top) * (right - left);
#pragma omp parallel for
    for (int c = 0; c < out->shape.c; c++)
        for (int i = top; i < bottom; i++) {
            const real *row =
                out->value +
                ((size_t)c * (size_t)out->shape.h + (size_t)i) * (size_t)out->shape.w;
            double sum = 0, square = 0;
            for (int j = left; j < right; j++) {
                const double x = (double)row[j];
                sum += x;
                square += x * x;
            }
            m->sum[c] += sum;
            m->square[c] += square;
        }
}

/* Measures a convolution, and folds its normalisation into it. */
static bool measure(PartsRun *p, const Windows *windows, const char *convolution,
                    Error *err) {
    int index;
    if (!network_layer_find(p->folded, convolution, &index, err)) return false;
    const Layer *layer = network_layer(p->folded, index);
    const size_t channels = (size_t)layer->channels;
    Arena *arena = arena_new();
    ChannelMoments m = {0, ARENA_NEW(arena, double, channels),
                        ARENA_NEW(arena, double, channels)};
    bool good = true;
    for (int i = 0; good && i < windows->count; i++) {
        good = compute(p, &windows->window[i], convolution, err);
        if (good) add_moments(p, &windows->window[i], layer->step, &m);
    }
    for (size_t c = 0; good && c < channels; c++) {
        m.sum[c] /= m.count;
        m.square[c] = fmax(m.square[c] / m.count - m.sum[c] * m.sum[c], 0);
    }
    if (good) generator_fold(p->folded, p->stylizer->style, convolution, m.sum, m.square);
    arena_free(arena);
    return good;
}

static bool measure_all(PartsRun *p, Arena *arena, Error *err) {
    const int most = p->settings->samples, h = p->photo->h, w = p->photo->w;
    const Windows windows = most ? windows_sample(arena, h, w, SAMPLE_SIDE, most)
                                 : windows_cut(arena, h, w, p->settings->tile);
    for (int i = 0; generator_normalised(i); i++)
        if (!measure(p, &windows, generator_normalised(i), err)) return false;
    return true;
}

/* ---- Painting ---- */

static void write_inner(const PartsRun *p, const Window *window, Tensor picture) {
    for (int c = 0; c < 3; c++)
        for (int y = window->y.from; y < window->y.to; y++) {
            const real *from = tensor_at(picture, 0, c, y - window->y.first,
                                         window->x.from - window->x.first);
            const size_t row = (size_t)y * (size_t)p->picture->w;
            uint8_t *to =
                p->picture->rgb + 3 * (row + (size_t)window->x.from) + (size_t)c;
            for (int j = 0; j < window->x.to - window->x.from; j++) {
                const double v = fmin(fmax((double)from[j], 0), 1);
                to[3 * j] = (uint8_t)(255 * v + 0.5);
            }
        }
}

static bool paint_all(PartsRun *p, Arena *arena, Error *err) {
    const Windows windows =
        windows_cut(arena, p->photo->h, p->photo->w, p->settings->tile);
    for (int i = 0; i < windows.count; i++) {
        if (!compute(p, &windows.window[i], PICTURE, err)) return false;
        Arena *own = arena_new();
        Tensor picture = node_tensor(p->stylizer->out);
        if (p->settings->keep_colors)
            picture = colors_recombine(own, picture, p->stylizer->photo);
        write_inner(p, &windows.window[i], picture);
        arena_free(own);
    }
    return true;
}

/* The tape of the style takes more than that of its folded network. */
size_t stylizer_part_bytes(Stylizer *stylizer, int tile) {
    const int side = (tile > SAMPLE_SIDE ? tile : SAMPLE_SIDE) + 2 * STYLIZE_HALO + 3;
    return stylizer_bytes(stylizer, side, side);
}

bool stylizer_paint_parts(Stylizer *stylizer, const ImageRgb *photo,
                          const ImageRgb *picture, const StylizeParts *parts,
                          Error *err) {
    CHECK(photo->h == picture->h && photo->w == picture->w, "a picture of another size");
    if (photo->h < GENERATOR_LEAST || photo->w < GENERATOR_LEAST)
        return generator_refuse(photo->h, photo->w, err);
    Arena *arena = arena_new();
    PartsRun p = {.stylizer = stylizer,
                  .folded = generator_folded_new(arena, stylizer->style),
                  .photo = photo,
                  .picture = picture,
                  .settings = parts};
    const bool good = measure_all(&p, arena, err) && paint_all(&p, arena, err);
    stylizer_drop(stylizer); /* it reads weights of this arena */
    arena_free(arena);
    return good;
}
