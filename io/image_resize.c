#include <math.h>
#include <stdint.h>

#include "io/image.h"
#include "tensor/check.h"

/* The old positions that contribute to one new position. */
typedef struct ResizeWindow {
    int first, count;
    double *weights; /* sum 1 */
} ResizeWindow;

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* k[j] = max(0, 1 - |j + 1/2 - center| / radius), over the j inside the image */
static ResizeWindow make_window(Arena *scratch, double center, double radius, int side) {
    double low = floor(center - radius + 0.5), high = floor(center + radius + 0.5);
    ResizeWindow window = {.first = low > 0 ? smaller((int)low, side - 1) : 0};
    window.count = smaller((int)high, side) - window.first;
    window.weights = ARENA_NEW(scratch, double, (size_t)window.count);
    double total = 0;
    for (int k = 0; k < window.count; k++) {
        double distance = fabs(window.first + k + 0.5 - center) / radius;
        window.weights[k] = fmax(0, 1 - distance);
        total += window.weights[k];
    }
    for (int k = 0; k < window.count; k++)
        window.weights[k] /= total;
    return window;
}

static ResizeWindow *make_windows(Arena *scratch, int old_side, int new_side) {
    ResizeWindow *windows = ARENA_NEW(scratch, ResizeWindow, (size_t)new_side);
    double s = (double)old_side / new_side, radius = fmax(s, 1);
    for (int i = 0; i < new_side; i++)
        windows[i] = make_window(scratch, (i + 0.5) * s, radius, old_side);
    return windows;
}

/* One row, (old w) -> (new w). */
static void shrink_row(const real *x, const ResizeWindow *columns, int w, double *y) {
    for (int i = 0; i < w; i++) {
        const real *from = x + columns[i].first;
        double sum = 0;
        for (int k = 0; k < columns[i].count; k++)
            sum += columns[i].weights[k] * (double)from[k];
        y[i] = sum;
    }
}

/* One row of the result, from rows that already have their new width. */
static void mix_rows(const double *rows, const ResizeWindow *window, int w, double *sums,
                     real *y) {
    for (int i = 0; i < w; i++)
        sums[i] = 0;
    for (int k = 0; k < window->count; k++) {
        const double *row = rows + (size_t)(window->first + k) * (size_t)w;
        for (int i = 0; i < w; i++)
            sums[i] += window->weights[k] * row[i];
    }
    for (int i = 0; i < w; i++)
        y[i] = (real)sums[i];
}

Tensor image_resize(Arena *arena, Tensor image, int h, int w) {
    Shape from = image.shape, to = {from.n, from.c, h, w};
    CHECK(h > 0 && w > 0, "image_resize of %s to %s", SHAPE(from), SHAPE(to));
    Tensor out = tensor_alloc(arena, to);
    Arena *scratch = arena_new();
    ResizeWindow *columns = make_windows(scratch, from.w, w);
    ResizeWindow *rows = make_windows(scratch, from.h, h);
    double *narrow = ARENA_NEW(scratch, double, (size_t)from.h *(size_t)w);
    double *sums = ARENA_NEW(scratch, double, (size_t)w);
    const real *x = image.data;
    real *y = out.data;
    for (int plane = 0; plane < from.n * from.c; plane++) {
        for (int i = 0; i < from.h; i++, x += from.w)
            shrink_row(x, columns, w, narrow + (size_t)i * (size_t)w);
        for (int i = 0; i < h; i++, y += w)
            mix_rows(narrow, &rows[i], w, sums, y);
    }
    arena_free(scratch);
    return out;
}

int image_longest(Shape shape) {
    return shape.h > shape.w ? shape.h : shape.w;
}

Shape image_fit(Shape shape, int longest) {
    CHECK(longest > 0, "image_fit to %d pixels", longest);
    int64_t side = image_longest(shape);
    int h = (int)((2 * (int64_t)shape.h * longest + side) / (2 * side));
    int w = (int)((2 * (int64_t)shape.w * longest + side) / (2 * side));
    return (Shape){shape.n, shape.c, h > 1 ? h : 1, w > 1 ? w : 1};
}
