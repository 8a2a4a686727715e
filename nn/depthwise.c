#include "nn/depthwise.h"

#include "tensor/threads.h"

/* Sizes of the planes, and which outputs read which inputs. */
typedef struct Depthwise {
    ptrdiff_t in, out, window; /* elements of a plane of x, of y, of w */
    int each;                  /* outputs for each input: m */
    int dilation, threads;
} Depthwise;

static Depthwise sizes_of(const ConvDims *d, int dilation) {
    const double work = (double)d->n * d->o * d->oh * d->ow * d->kh * d->kw;
    return (Depthwise){.in = (ptrdiff_t)d->h * d->w,
                       .out = (ptrdiff_t)d->oh * d->ow,
                       .window = (ptrdiff_t)d->kh * d->kw,
                       .each = d->o / d->c,
                       .dilation = dilation,
                       .threads = threads_for(work)};
}

/* The outputs first .. end of a row or column that read inside the image, `shift` pixels
 * from their stride. */
typedef struct Inside {
    int first, end;
} Inside;

static Inside inside(int side, int outputs, int stride, int shift) {
    Inside r = {.first = shift < 0 ? (stride - 1 - shift) / stride : 0};
    r.end = shift < side ? (side - 1 - shift) / stride + 1 : 0;
    if (r.end > outputs) r.end = outputs;
    if (r.first > r.end) r.first = r.end;
    return r;
}

/* What tap (u, v) of a window adds to: rows `down`, and in them columns `across`. */
typedef struct Tap {
    int top, left; /* shift of the pixel that is read */
    Inside down, across;
} Tap;

static Tap tap_of(const ConvDims *d, int dilation, int u, int v) {
    Tap t = {.top = u * dilation - d->pad, .left = v * dilation - d->pad};
    t.down = inside(d->h, d->oh, d->stride, t.top);
    t.across = inside(d->w, d->ow, d->stride, t.left);
    return t;
}

/* Where the first output of row i reads. */
static ptrdiff_t start_of(const ConvDims *d, const Tap *t, int i) {
    return (ptrdiff_t)(i * d->stride + t->top) * d->w + t->across.first * d->stride +
           t->left;
}

static void add_from(int n, real w, const real *x, int step, real *y) {
    if (step == 1)
        for (int j = 0; j < n; j++)
            y[j] += w * x[j];
    else
        for (int j = 0; j < n; j++)
            y[j] += w * x[(ptrdiff_t)j * step];
}

static void add_to(int n, real w, const real *dy, real *dx, int step) {
    if (step == 1)
        for (int j = 0; j < n; j++)
            dx[j] += w * dy[j];
    else
        for (int j = 0; j < n; j++)
            dx[(ptrdiff_t)j * step] += w * dy[j];
}

#define LANES 8

/* Lanes of products, each added in its order. */
static real row_product(int n, const real *x, int step, const real *dy) {
    real lanes[LANES] = {0}, sum = 0;
    int j = 0;
    if (step == 1)
        for (; j + LANES <= n; j += LANES)
            for (int l = 0; l < LANES; l++)
                lanes[l] += x[j + l] * dy[j + l];
    for (; j < n; j++)
        lanes[j % LANES] += x[(ptrdiff_t)j * step] * dy[j];
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
    return sum;
}

static void forward_row(const ConvDims *d, int dilation, const real *x, const real *w,
                        int i, real *row) {
    for (int u = 0; u < d->kh; u++)
        for (int v = 0; v < d->kw; v++) {
            const Tap t = tap_of(d, dilation, u, v);
            if (i < t.down.first || i >= t.down.end) continue;
            add_from(t.across.end - t.across.first, w[u * d->kw + v],
                     x + start_of(d, &t, i), d->stride, row + t.across.first);
        }
}

void depthwise_forward(const ConvDims *d, int dilation, const real *x, const real *w,
                       const real *b, real *y) {
    const Depthwise s = sizes_of(d, dilation);
#pragma omp parallel for schedule(static) num_threads(s.threads)
    for (ptrdiff_t p = 0; p < (ptrdiff_t)d->n * d->o; p++) {
        const ptrdiff_t k = p % d->o;
        for (int i = 0; i < d->oh; i++) {
            real *row = y + p * s.out + (ptrdiff_t)i * d->ow;
            for (int j = 0; j < d->ow; j++)
                row[j] = b ? b[k] : 0;
            forward_row(d, dilation, x + p / s.each * s.in, w + k * s.window, i, row);
        }
    }
}

/* forward was: y[i, j] += w[u, v] x[i s + u e - p, j s + v e - p] */
static void backward_row(const ConvDims *d, int dilation, const real *row, const real *w,
                         int i, real *dx) {
    for (int u = 0; u < d->kh; u++)
        for (int v = 0; v < d->kw; v++) {
            const Tap t = tap_of(d, dilation, u, v);
            if (i < t.down.first || i >= t.down.end) continue;
            add_to(t.across.end - t.across.first, w[u * d->kw + v], row + t.across.first,
                   dx + start_of(d, &t, i), d->stride);
        }
}

void depthwise_backward_data(const ConvDims *d, int dilation, const real *dy,
                             const real *w, real *dx, bool add) {
    const Depthwise s = sizes_of(d, dilation);
#pragma omp parallel for schedule(static) num_threads(s.threads)
    for (ptrdiff_t c = 0; c < (ptrdiff_t)d->n * d->c; c++) {
        if (!add)
            for (ptrdiff_t k = c * s.in; k < (c + 1) * s.in; k++)
                dx[k] = 0;
        for (ptrdiff_t p = c * s.each; p < (c + 1) * s.each; p++)
            for (int i = 0; i < d->oh; i++)
                backward_row(d, dilation, dy + p * s.out + (ptrdiff_t)i * d->ow,
                             w + p % d->o * s.window, i, dx + c * s.in);
    }
}

/* Rows are added in double. */
static double weight_sum(const ConvDims *d, const Tap *t, const real *x, const real *dy) {
    double sum = 0;
    for (int i = t->down.first; i < t->down.end; i++)
        sum +=
            (double)row_product(t->across.end - t->across.first, x + start_of(d, t, i),
                                d->stride, dy + (ptrdiff_t)i * d->ow + t->across.first);
    return sum;
}

void depthwise_backward_weight(const ConvDims *d, int dilation, const real *x,
                               const real *dy, real *dw) {
    const Depthwise s = sizes_of(d, dilation);
#pragma omp parallel for schedule(static) num_threads(s.threads)
    for (ptrdiff_t k = 0; k < d->o; k++)
        for (int u = 0; u < d->kh; u++)
            for (int v = 0; v < d->kw; v++) {
                const Tap t = tap_of(d, dilation, u, v);
                double sum = 0;
                for (ptrdiff_t p = k; p < (ptrdiff_t)d->n * d->o; p += d->o)
                    sum += weight_sum(d, &t, x + p / s.each * s.in, dy + p * s.out);
                dw[k * s.window + u * d->kw + v] += (real)sum;
            }
}
