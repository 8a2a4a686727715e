#include "transfer/stylize_windows.h"

#include <math.h>
#include <stdlib.h>

#include "tensor/check.h"

#define UNIT 4 /* pixels between the features of the coarsest layers */

static int parts_of(int side, int tile) {
    return (side + tile - 1) / tile;
}

/* Part i of a side. */
static WindowSide span_of(int side, int tile, int i) {
    const int whole = tile + 2 * STYLIZE_HALO;
    const int length = whole < side ? whole : side;
    WindowSide s = {.from = i * tile, .to = (i + 1) * tile, .count = length};
    if (s.to > side) s.to = side;
    s.first = s.from - STYLIZE_HALO;
    if (s.first < 0) s.first = 0;
    if (s.first + length <= side) return s;
    s.first = (side - length) / UNIT * UNIT;
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

static Windows cut(Arena *arena, int h, int w, int tile, int rows, int columns) {
    CHECK(tile > 0 && tile % UNIT == 0, "a tile of %d pixels", tile);
    Windows all = {0, ARENA_NEW(arena, Window, (size_t)rows * (size_t)columns)};
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            all.window[all.count++] =
                (Window){span_of(h, tile, spread(i, rows, parts_of(h, tile))),
                         span_of(w, tile, spread(j, columns, parts_of(w, tile)))};
    qsort(all.window, (size_t)all.count, sizeof *all.window, by_size);
    return all;
}

Windows windows_cut(Arena *arena, int h, int w, int tile) {
    return cut(arena, h, w, tile, parts_of(h, tile), parts_of(w, tile));
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
    return cut(arena, h, w, tile, rows, columns);
}
