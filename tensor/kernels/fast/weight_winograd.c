/* The weight gradient of 3x3 convolutions by Winograd's algorithm, read backwards. With
 * the matrices of simd/winograd.inc, forward is
 *
 *     y = A^T [ (G w G^T) (B^T x B) ] A          for each tile of 4x4 outputs
 *
 * and its derivative, with the same input tile of 6x6,
 *
 *     dw = G^T [ sum over tiles of (B^T x B) (A dy A^T) ] G
 *
 * so that a tile takes 36 products for a pair of channels in place of 144. A unit is a
 * rectangle of tiles of one picture; some units together make a chunk of at most 32
 * tiles:
 *
 *     pictures  (c / lanes, positions, lanes)   a unit turned, channels side by side
 *     V, D      [36][c / lanes][tile][lanes]    B^T x B, and A dy A^T alike for o
 *     M         [36](o / 2 lanes, c, 2, lanes)  36 sums over the tiles of all chunks
 *
 * and at the end the 36 sums of a pair of channels become 9 weights. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/weight_block.h"

#define TILES 32
#define POINTS 36
#define TAPS 9

/* Units of rows x columns tiles, numbered through a picture and all pictures. */
typedef struct Units {
    ptrdiff_t down, across;  /* tiles in a picture */
    ptrdiff_t rows, columns; /* of a unit, in tiles */
    ptrdiff_t units_across, in_picture;
    ptrdiff_t in_chunk;
} Units;

/* Whole pictures if possible, else whole rows of tiles, else pieces of a row. */
static Units cut(const ConvDims *d) {
    Units u = {.down = divide_up(d->oh, 4), .across = divide_up(d->ow, 4)};
    u.columns = smaller(u.across, TILES);
    u.rows = smaller(u.down, u.columns < u.across ? 1 : TILES / u.columns);
    u.units_across = divide_up(u.across, u.columns);
    u.in_picture = divide_up(u.down, u.rows) * u.units_across;
    u.in_chunk = TILES / (u.rows * u.columns);
    return u;
}

static ptrdiff_t units(const ConvDims *d) {
    return d->n * cut(d).in_picture;
}

/* The memory of one task. V and D are a line longer than needed from point to point: the
 * 36 points of a tile would otherwise compete for the same cache lines. */
typedef struct Memory {
    ptrdiff_t picture, v_point, d_point, m_point; /* numbers */
    real *turned, *v, *d, *m;
} Memory;

static Memory sizes_of(const ConvDims *d, ptrdiff_t lanes) {
    const Units u = cut(d);
    const ptrdiff_t channels = round_up(smaller(d->c, WEIGHT_BLOCK), FMA_MOST_LANES);
    const ptrdiff_t outs = round_up(smaller(d->o, WEIGHT_BLOCK), FMA_MOST_LANES);
    const ptrdiff_t most = channels > outs ? channels : outs;
    return (Memory){.picture = most * (4 * u.rows + 2) * (4 * u.columns + 2),
                    .v_point = channels * TILES + lanes,
                    .d_point = outs * TILES + lanes,
                    .m_point = channels * outs + lanes};
}

static ptrdiff_t scratch_of(const ConvDims *d, ptrdiff_t lanes) {
    const Memory s = sizes_of(d, lanes);
    return s.picture + POINTS * (s.v_point + s.d_point + s.m_point);
}

static Memory share(const ConvDims *d, ptrdiff_t lanes, real *scratch) {
    Memory s = sizes_of(d, lanes);
    s.turned = scratch;
    s.v = s.turned + s.picture;
    s.d = s.v + POINTS * s.v_point;
    s.m = s.d + POINTS * s.d_point;
    return s;
}

/* A rectangle of a picture (channels, h, w), of which only what lies inside is kept. */
typedef struct Window {
    ptrdiff_t h, w;
    ptrdiff_t top, left, bottom, right; /* inside the picture */
    ptrdiff_t width;                    /* right - left */
    ptrdiff_t panel;                    /* from one vector of channels to the next */
} Window;

static Window window_of(ptrdiff_t h, ptrdiff_t w, ptrdiff_t top, ptrdiff_t left,
                        ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lanes) {
    Window s = {h,
                w,
                top < 0 ? 0 : top,
                left < 0 ? 0 : left,
                smaller(h, top + rows),
                smaller(w, left + columns),
                0,
                0};
    if (s.bottom < s.top) s.bottom = s.top;
    if (s.right < s.left) s.right = s.left;
    s.width = s.right - s.left;
    s.panel = (s.bottom - s.top) * s.width * lanes;
    return s;
}

/* Channels side by side: turned[(c / lanes) panel + ((i - top) width + j - left) lanes +
 * c % lanes]. Rows of full width lie one after the other and are turned in one piece. */
static void turn(const WeightBlock *b, const Window *s, const real *x, ptrdiff_t channels,
                 real *turned) {
    const ptrdiff_t lanes = b->tile->lanes, rows = s->bottom - s->top;
    const ptrdiff_t steps = s->width == s->w ? 1 : rows,
                    count = rows / (steps ? steps : 1);
    for (ptrdiff_t i = 0; i < steps; i++)
        b->fma->pack(x + (s->top + i) * s->w + s->left, s->h * s->w, 1, channels, lanes,
                     count * s->width, turned + i * s->width * lanes, s->panel);
}

/* The tile side x side at (i, j): where it begins, and what of it lies inside. */
static WeightPart tile_at(const Window *s, ptrdiff_t lanes, ptrdiff_t i, ptrdiff_t j,
                          ptrdiff_t side) {
    const ptrdiff_t row = s->width * lanes;
    return (WeightPart){.first = (i - s->top) * row + (j - s->left) * lanes,
                        .row = row,
                        .top = i < s->top ? s->top - i : 0,
                        .left = j < s->left ? s->left - j : 0,
                        .bottom = smaller(side, s->bottom - i),
                        .right = smaller(side, s->right - j)};
}

/* One picture and its place among units: tiles r .. r + rows, q .. q + columns. */
typedef struct Place {
    ptrdiff_t n, r, rows, q, columns;
} Place;

static Place place_of(const Units *u, ptrdiff_t unit) {
    const ptrdiff_t in = unit % u->in_picture;
    Place p = {.n = unit / u->in_picture,
               .r = in / u->units_across * u->rows,
               .q = in % u->units_across * u->columns};
    p.rows = smaller(u->rows, u->down - p.r);
    p.columns = smaller(u->columns, u->across - p.q);
    return p;
}

/* The tiles of a unit into V, from number `first` on: side 6, shifted by the padding, for
 * x, and into D: side 4 for dy. */
static void transform(const WeightBlock *b, const Place *p, const Window *s,
                      ptrdiff_t side, ptrdiff_t shift, ptrdiff_t channels,
                      ptrdiff_t first, const real *turned, real *v, ptrdiff_t point) {
    const ptrdiff_t lanes = b->tile->lanes;
    void (*const points)(const real *, const WeightPart *, real *, ptrdiff_t) =
        side == 6 ? b->tile->input : b->tile->gradient;
    for (ptrdiff_t c = 0; c < divide_up(channels, lanes); c++)
        for (ptrdiff_t t = 0; t < p->rows * p->columns; t++) {
            const WeightPart part = tile_at(s, lanes, 4 * (p->r + t / p->columns) - shift,
                                            4 * (p->q + t % p->columns) - shift, side);
            points(turned + c * s->panel, &part, v + (c * TILES + first + t) * lanes,
                   point);
        }
}

/* V and D of one unit. Returns its number of tiles. */
static ptrdiff_t prepare(const WeightBlock *b, const Units *u, const Memory *s,
                         ptrdiff_t unit, ptrdiff_t first) {
    const ConvDims *d = b->d;
    const ptrdiff_t lanes = b->tile->lanes, pad = d->pad;
    const Place p = place_of(u, unit);
    const Window x = window_of(d->h, d->w, 4 * p.r - pad, 4 * p.q - pad, 4 * p.rows + 2,
                               4 * p.columns + 2, lanes);
    turn(b, &x, b->x + (p.n * d->c + b->c) * d->h * d->w, b->channels, s->turned);
    transform(b, &p, &x, 6, pad, b->channels, first, s->turned, s->v, s->v_point);
    const Window dy =
        window_of(d->oh, d->ow, 4 * p.r, 4 * p.q, 4 * p.rows, 4 * p.columns, lanes);
    turn(b, &dy, b->dy + (p.n * d->o + b->o) * d->oh * d->ow, b->outs, s->turned);
    transform(b, &p, &dy, 4, 0, b->outs, first, s->turned, s->d, s->d_point);
    return p.rows * p.columns;
}

/* M += V^T D at one point, for so many tiles. */
static void multiply_point(const WeightBlock *b, ptrdiff_t tiles, const real *v,
                           const real *d, real *m) {
    const ptrdiff_t lanes = b->tile->lanes, rows = b->tile->rows;
    const ptrdiff_t most = round_up(b->channels, rows);
    const WeightPath path = {1, tiles, lanes, 0};
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = smaller(WEIGHT_VECS, divide_up(b->outs - o, lanes));
        for (ptrdiff_t c = 0; c < b->channels; c += rows) {
            const real *at[FMA_MOST_ROWS];
            for (ptrdiff_t r = 0; r < rows; r++) {
                const ptrdiff_t k = smaller(c + r, b->channels - 1);
                at[r] = v + k / lanes * TILES * lanes + k % lanes;
            }
            b->tile->product(&path, at, d + o * TILES, TILES * lanes, vecs,
                             m + o * most + c * vecs * lanes);
        }
    }
}

/* 36 sums of every pair of channels into 9. */
static void finish(const WeightBlock *b, const Memory *s, real *sums) {
    const ptrdiff_t lanes = b->tile->lanes, most = round_up(b->channels, b->tile->rows);
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = smaller(WEIGHT_VECS, divide_up(b->outs - o, lanes));
        for (ptrdiff_t c = 0; c < b->channels; c++)
            for (ptrdiff_t i = 0; i < vecs; i++)
                b->tile->taps(s->m + o * most + (c * vecs + i) * lanes, s->m_point,
                              sums + o * b->weights + (c * TAPS * vecs + i) * lanes,
                              vecs * lanes);
    }
}

static void run(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *scratch,
                real *sums) {
    const Units u = cut(b->d);
    const Memory s = share(b->d, b->tile->lanes, scratch);
    memset(s.m, 0, (size_t)(POINTS * s.m_point) * sizeof(real));
    for (ptrdiff_t unit = first; unit < end; unit += u.in_chunk) {
        ptrdiff_t tiles = 0;
        for (ptrdiff_t k = unit; k < smaller(unit + u.in_chunk, end); k++)
            tiles += prepare(b, &u, &s, k, tiles);
        for (int p = 0; p < POINTS; p++)
            multiply_point(b, tiles, s.v + p * s.v_point, s.d + p * s.d_point,
                           s.m + p * s.m_point);
    }
    finish(b, &s, sums);
}

const WeightWay weight_winograd = {units, scratch_of, run};
