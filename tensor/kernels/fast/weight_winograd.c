/* The weight gradient of 3x3 convolutions by Winograd's algorithm, read backwards. With
 * the matrices of simd/winograd_lines.inc, forward is
 *
 *     y = A^T [ (G w G^T) (B^T x B) ] A          for each tile of 4x4 outputs
 *
 * and its derivative, with the same input tile of 6x6,
 *
 *     dw = G^T [ sum over tiles of (B^T x B) (A dy A^T) ] G
 *
 * so that a tile takes 36 products for a pair of channels in place of 144. A unit is a
 * rectangle of tiles of one image; some units together make a chunk of at most 32 tiles:
 *
 *     packed  (c / lanes, positions, lanes)   a unit, channels side by side
 *     V, D    [36][c / lanes][tile][lanes]    B^T x B for c, and A dy A^T likewise for o
 *     M       [36](o / 2 lanes, c, 2, lanes)  36 sums over the tiles of all chunks
 *
 * and at the end the 36 sums of a pair of channels become 9 weights. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/weight_block.h"

#define TILES 32
#define POINTS 36
#define TAPS 9

/* Units of rows x columns tiles, numbered through an image and all images. */
typedef struct Units {
    ptrdiff_t down, across;  /* tiles in an image */
    ptrdiff_t rows, columns; /* of a unit, in tiles */
    ptrdiff_t units_across, in_image;
    ptrdiff_t in_chunk;
} Units;

/* Whole images if possible, otherwise whole rows of tiles, otherwise pieces of a row. */
static Units cut(const ConvDims *d) {
    Units u = {.down = divide_up(d->oh, 4), .across = divide_up(d->ow, 4)};
    u.columns = smaller(u.across, TILES);
    u.rows = smaller(u.down, u.columns < u.across ? 1 : TILES / u.columns);
    u.units_across = divide_up(u.across, u.columns);
    u.in_image = divide_up(u.down, u.rows) * u.units_across;
    u.in_chunk = TILES / (u.rows * u.columns);
    return u;
}

static ptrdiff_t units(const ConvDims *d) {
    return d->n * cut(d).in_image;
}

/* The memory of one task. V and D are a line longer than needed from point to point: the
 * 36 points of a tile would otherwise compete for the same cache lines. */
typedef struct Memory {
    ptrdiff_t image, v_point, d_point, m_point; /* elements */
    real *packed, *v, *d, *m;
} Memory;

static Memory sizes_of(const ConvDims *d, ptrdiff_t lanes) {
    const Units u = cut(d);
    const ptrdiff_t channels = round_up(smaller(d->c, WEIGHT_BLOCK), FMA_MOST_LANES);
    const ptrdiff_t outs = round_up(smaller(d->o, WEIGHT_BLOCK), FMA_MOST_LANES);
    const ptrdiff_t most = channels > outs ? channels : outs;
    return (Memory){.image = most * (4 * u.rows + 2) * (4 * u.columns + 2),
                    .v_point = channels * TILES + lanes,
                    .d_point = outs * TILES + lanes,
                    .m_point = channels * outs + lanes};
}

static ptrdiff_t scratch_of(const ConvDims *d, ptrdiff_t lanes) {
    const Memory s = sizes_of(d, lanes);
    return s.image + POINTS * (s.v_point + s.d_point + s.m_point);
}

static Memory share(const ConvDims *d, ptrdiff_t lanes, real *scratch) {
    Memory s = sizes_of(d, lanes);
    s.packed = scratch;
    s.v = s.packed + s.image;
    s.d = s.v + POINTS * s.v_point;
    s.m = s.d + POINTS * s.d_point;
    return s;
}

/* The part of a rectangle that is inside an image (channels, h, w). */
typedef struct Window {
    ptrdiff_t h, w;
    ptrdiff_t top, left, bottom, right; /* inside the image */
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

/* One image and its place among units: tiles r .. r + rows, q .. q + columns. */
typedef struct Place {
    ptrdiff_t n, r, rows, q, columns;
} Place;

static Place place_of(const Units *u, ptrdiff_t unit) {
    const ptrdiff_t in = unit % u->in_image;
    Place p = {.n = unit / u->in_image,
               .r = in / u->units_across * u->rows,
               .q = in % u->units_across * u->columns};
    p.rows = smaller(u->rows, u->down - p.r);
    p.columns = smaller(u->columns, u->across - p.q);
    return p;
}

/* One of the two images of a unit: x, whose tiles become V, or dy, whose tiles become D. */
typedef struct Image {
    const real *data; /* from the first channel of the block on */
    ptrdiff_t channels;
    Window window;
    ptrdiff_t side,
        pad; /* of a tile; rows and columns that its first one is shifted by */
    void (*transform)(const real *, const WeightPart *, real *, ptrdiff_t);
    real *points; /* V or D */
    ptrdiff_t point;
} Image;

static Image input_of(const WeightBlock *b, const Memory *s, const Place *p) {
    const ConvDims *d = b->d;
    const ptrdiff_t top = 4 * p->r - d->pad, left = 4 * p->q - d->pad;
    return (Image){.data = b->x + (p->n * d->c + b->c) * d->h * d->w,
                   .channels = b->channels,
                   .window = window_of(d->h, d->w, top, left, 4 * p->rows + 2,
                                       4 * p->columns + 2, b->tile->lanes),
                   .side = 6,
                   .pad = d->pad,
                   .transform = b->tile->input,
                   .points = s->v,
                   .point = s->v_point};
}

static Image gradient_of(const WeightBlock *b, const Memory *s, const Place *p) {
    const ConvDims *d = b->d;
    return (Image){.data = b->dy + (p->n * d->o + b->o) * d->oh * d->ow,
                   .channels = b->outs,
                   .window = window_of(d->oh, d->ow, 4 * p->r, 4 * p->q, 4 * p->rows,
                                       4 * p->columns, b->tile->lanes),
                   .side = 4,
                   .pad = 0,
                   .transform = b->tile->gradient,
                   .points = s->d,
                   .point = s->d_point};
}

/* Channels side by side: packed[(c / lanes) panel + ((i - top) width + j - left) lanes +
 * c % lanes]. Rows of full width follow each other and are packed in one piece. */
static void pack_channels(const WeightBlock *b, const Image *image, real *packed) {
    const Window *s = &image->window;
    const ptrdiff_t lanes = b->tile->lanes, rows = s->bottom - s->top;
    const ptrdiff_t steps = s->width == s->w ? 1 : rows;
    const ptrdiff_t count = rows / (steps ? steps : 1);
    for (ptrdiff_t i = 0; i < steps; i++)
        b->fma->pack(image->data + (s->top + i) * s->w + s->left, s->h * s->w, 1,
                     image->channels, lanes, count * s->width,
                     packed + i * s->width * lanes, s->panel);
}

/* The tiles of a unit into V or D, from number `first` on. */
static void transform_tiles(const WeightBlock *b, const Place *p, const Image *image,
                            ptrdiff_t first, real *packed) {
    const ptrdiff_t lanes = b->tile->lanes;
    pack_channels(b, image, packed);
    for (ptrdiff_t c = 0; c < divide_up(image->channels, lanes); c++)
        for (ptrdiff_t t = 0; t < p->rows * p->columns; t++) {
            const ptrdiff_t i = 4 * (p->r + t / p->columns) - image->pad;
            const ptrdiff_t j = 4 * (p->q + t % p->columns) - image->pad;
            const WeightPart part = tile_at(&image->window, lanes, i, j, image->side);
            image->transform(packed + c * image->window.panel, &part,
                             image->points + (c * TILES + first + t) * lanes,
                             image->point);
        }
}

/* V and D of one unit. Returns its number of tiles. */
static ptrdiff_t prepare(const WeightBlock *b, const Units *u, const Memory *s,
                         ptrdiff_t unit, ptrdiff_t first) {
    const Place p = place_of(u, unit);
    const Image x = input_of(b, s, &p), dy = gradient_of(b, s, &p);
    transform_tiles(b, &p, &x, first, s->packed);
    transform_tiles(b, &p, &dy, first, s->packed);
    return p.rows * p.columns;
}

/* M += V^T D at one point, for `tiles` tiles. */
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
