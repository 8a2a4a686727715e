#include "transfer/stylize_windows.h"

#include <math.h>
#include <stdlib.h>

#include "tensor/check.h"

/* Of a style: 4 pixels are between the features of its coarsest layers. */
static const WindowRule style_rule = {4, STYLIZE_HALO};

static int parts_of(int side, int tile) {
    return (side + tile - 1) / tile;
}

/* Part i of a side. */
static WindowSide span_of(WindowRule rule, int side, int tile, int i) {
    const int whole = tile + 2 * rule.halo;
    const int length = whole < side ? whole : side;
    WindowSide s = {.from = i * tile, .to = (i + 1) * tile, .count = length};
    if (s.to > side) s.to = side;
    s.first = s.from - rule.halo;
    if (s.first < 0) s.first = 0;
    if (s.first + length <= side) return s;
    s.first = (side - length) / rule.unit * rule.unit;
    s.count = side - s.first;
    return s;
}

static int by_size(const void *a, const void *b) {
    const Window *p = a, *q = b;
    if (p->y.count != q->y.count) return p->y.count < q->y.count ? 1 : -1;
    if (p->x.count != q->x.count) return p->x.count < q->x.count ? 1 : -1;
    if (p->y.from != q->y.from) return p->y.from < q->y.from ? -1 : 1;
    return (p->x.from > q->x.from) - (p->x.from < q->x.from);
}

/* Part i of `picked` parts spread over `parts`. */
static int spread(int i, int picked, int parts) {
    return (int)(((long long)2 * i + 1) * parts / (2 * (long long)picked));
}

static Windows cut(Arena *arena, WindowRule rule, int h, int w, int tile, int rows,
                   int columns) {
    CHECK(tile > 0 && tile % rule.unit == 0 && rule.halo % rule.unit == 0,
          "a tile of %d pixels", tile);
    Windows all = {0, ARENA_NEW(arena, Window, (size_t)rows * (size_t)columns)};
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            all.window[all.count++] =
                (Window){span_of(rule, h, tile, spread(i, rows, parts_of(h, tile))),
                         span_of(rule, w, tile, spread(j, columns, parts_of(w, tile)))};
    qsort(all.window, (size_t)all.count, sizeof *all.window, by_size);
    return all;
}

Windows windows_cut_by(Arena *arena, WindowRule rule, int h, int w, int tile) {
    return cut(arena, rule, h, w, tile, parts_of(h, tile), parts_of(w, tile));
}

Windows windows_cut(Arena *arena, int h, int w, int tile) {
    return windows_cut_by(arena, style_rule, h, w, tile);
}

/* Rows and columns in the proportion of the picture. */
Windows windows_sample(Arena *arena, int h, int w, int tile, int most) {
    int rows = parts_of(h, tile), columns = parts_of(w, tile);
    while ((long long)rows * columns > most) {
        if ((long long)rows * w >= (long long)columns * h && rows > 1)
            rows--;
        else
            columns--;
    }
    return cut(arena, style_rule, h, w, tile, rows, columns);
}

void window_inner(const WindowSide *span, int side, int step, int features, int *from,
                  int *to) {
    *from = (span->from - span->first) / step;
    *to = span->to == side ? features : (span->to - span->first) / step;
}

void window_read(const ImageRgb *photo, const Window *window, Tensor to) {
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

void window_write(const Window *window, Tensor picture, const ImageRgb *out) {
    for (int c = 0; c < 3; c++)
        for (int y = window->y.from; y < window->y.to; y++) {
            const real *from = tensor_at(picture, 0, c, y - window->y.first,
                                         window->x.from - window->x.first);
            const size_t row = (size_t)y * (size_t)out->w;
            uint8_t *to = out->rgb + 3 * (row + (size_t)window->x.from) + (size_t)c;
            for (int j = 0; j < window->x.to - window->x.from; j++) {
                const double v = fmin(fmax((double)from[j], 0), 1);
                to[3 * j] = (uint8_t)(255 * v + 0.5);
            }
        }
}
