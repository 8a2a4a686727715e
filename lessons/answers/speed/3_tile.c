/* Answer to the exercise for speed, steps 3 and 4: a tile of y in the registers, on all
 * threads.
 *
 * Step 2 loads and stores a number of y for each product. Here 6 channels times 16 columns
 * of y stay in vector registers until they are done, and each vector of x that is loaded
 * serves 6 channels.
 *
 * Step 4 is the line with omp. Each thread computes other channels of y. Nothing else is
 * written by two threads, so that nothing has to be locked, and every sum has the same
 * order on any number of threads. */
#include <stdlib.h>
#include <string.h>

#include "lessons/exercises/exercise.h"

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);

enum {
    OUTPUTS = 6, /* channels of y in a tile */
    VECTORS = 2, /* vectors of a row of y in a tile */
    LANES = 8    /* numbers in a vector */
};
enum { WIDTH = VECTORS * LANES };

typedef real Vector __attribute__((vector_size(LANES * sizeof(real))));
typedef real Loose
    __attribute__((vector_size(LANES * sizeof(real)), aligned(sizeof(real)), may_alias));

static int next_multiple(int n, int of) {
    return (n + of - 1) / of * of;
}

/* x with p zeros on each side, and rows of `row` numbers. */
static real *frame(const Sizes *d, int p, int row, const real *x) {
    const size_t rows = (size_t)(d->c * (d->h + 2 * p));
    real *framed = calloc(rows * (size_t)row, sizeof *framed);
    for (int c = 0; framed && c < d->c; c++)
        for (int i = 0; i < d->h; i++)
            memcpy(framed + (c * (d->h + 2 * p) + i + p) * row + p,
                   x + (c * d->h + i) * d->w, (size_t)d->w * sizeof *x);
    return framed;
}

/* weight as [o / OUTPUTS][c, u, v][OUTPUTS]: in the order in which a tile reads it. */
static real *pack(const Sizes *d, const real *weight) {
    const int taps = d->c * d->k * d->k;
    real *packed = calloc((size_t)(next_multiple(d->o, OUTPUTS) * taps), sizeof *packed);
    for (int o = 0; packed && o < d->o; o++)
        for (int t = 0; t < taps; t++)
            packed[(o / OUTPUTS * taps + t) * OUTPUTS + o % OUTPUTS] =
                weight[o * taps + t];
    return packed;
}

/* The sums of a tile, from the corner of x that its first number sees. */
static void add_tile(const Sizes *d, int row, int plane, const real *x,
                     const real *weight, Vector sum[OUTPUTS][VECTORS]) {
    Vector s[OUTPUTS][VECTORS] = {{{0}}};
    for (int c = 0; c < d->c; c++)
        for (int u = 0; u < d->k; u++)
            for (int v = 0; v < d->k; v++, weight += OUTPUTS) {
                const Loose *from = (const Loose *)(x + c * plane + u * row + v);
                for (int a = 0; a < OUTPUTS; a++)
                    for (int b = 0; b < VECTORS; b++)
                        s[a][b] += weight[a] * from[b];
            }
    memcpy(sum, s, sizeof s);
}

/* The channels of y from o on, as many as a tile has and as there are. */
static void put_tile(const Sizes *d, int o, int i, int j, Vector sum[OUTPUTS][VECTORS],
                     const real *bias, real *y) {
    for (int a = 0; a < OUTPUTS && o + a < d->o; a++)
        for (int b = 0; b < WIDTH && j + b < d->w; b++)
            y[((o + a) * d->h + i) * d->w + j + b] =
                bias[o + a] + sum[a][b / LANES][b % LANES];
}

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias,
            real *y) {
    const int p = (d->k - 1) / 2, row = next_multiple(d->w, WIDTH) + 2 * p,
              plane = (d->h + 2 * p) * row, taps = d->c * d->k * d->k;
    real *framed = frame(d, p, row, x), *packed = pack(d, weight);
    const int outputs = framed && packed ? d->o : 0;
#pragma omp parallel for schedule(static)
    for (int o = 0; o < outputs; o += OUTPUTS)
        for (int i = 0; i < d->h; i++)
            for (int j = 0; j < d->w; j += WIDTH) {
                Vector sum[OUTPUTS][VECTORS];
                add_tile(d, row, plane, framed + i * row + j, packed + o * taps, sum);
                put_tile(d, o, i, j, sum, bias, y);
            }
    free(framed);
    free(packed);
}
