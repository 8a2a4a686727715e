/* The weight gradient of 3x3 convolutions by Winograd's algorithm (A. Lavin and S. Gray,
 * "Fast Algorithms for Convolutional Neural Networks", CVPR 2016), transposed. With
 * the matrices of simd/winograd_lines.inc, forward is
 *
 *     y = A^T [ (G w G^T) (B^T x B) ] A          for each tile of 4x4 outputs
 *
 * and its derivative, with the same input tile of 6x6,
 *
 *     dw = G^T [ sum over tiles of (B^T x B) (A dy A^T) ] G
 *
 * so that a tile takes 36 multiplications for a pair of channels in place of 144. A unit
 * is a rectangle of tiles of one image. Units are multiplied in batches of at most 64
 * tiles:
 *
 *     packed  (c / lanes, positions, lanes)   a unit, channels side by side
 *     V, D    [36][c / lanes][tile][lanes]    B^T x B for c, and A dy A^T likewise for o
 *     M       [36](o / 2 lanes, c, 2, lanes)  36 sums over the tiles of all batches
 *
 * and at the end the 36 sums of a pair of channels become 9 weights. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/weight_block.h"
#include "tensor/mirror.h"

#define TILES 64
#define POINTS 36
#define TAPS 9

/* Units of rows x columns tiles, numbered through an image and all images. */
typedef struct Units {
    ptrdiff_t down, across;  /* tiles in an image */
    ptrdiff_t rows, columns; /* of a unit, in tiles */
    ptrdiff_t units_across, in_image;
    ptrdiff_t in_batch;
} Units;

/* Whole images if possible, otherwise whole rows of tiles, otherwise parts of a row. */
static Units cut(const ConvDims *d) {
    Units u = {.down = ceil_div(d->oh, 4), .across = ceil_div(d->ow, 4)};
    u.columns = min_of(u.across, TILES);
    u.rows = min_of(u.down, u.columns < u.across ? 1 : TILES / u.columns);
    u.units_across = ceil_div(u.across, u.columns);
    u.in_image = ceil_div(u.down, u.rows) * u.units_across;
    u.in_batch = TILES / (u.rows * u.columns);
    return u;
}

static ptrdiff_t units(const ConvDims *d) {
    return d->n * cut(d).in_image;
}

/* The workspace of one task. From point to point there is one vector more than needed:
 * otherwise the 36 points of a tile would compete for the same cache lines. */
typedef struct UnitWorkspace {
    ptrdiff_t image, v_point, d_point, m_point; /* elements */
    real *packed, *v, *d, *m;
} UnitWorkspace;

static UnitWorkspace sizes_of(const ConvDims *d, ptrdiff_t lanes) {
    const Units u = cut(d);
    const ptrdiff_t channels = ceil_to(min_of(d->c, WEIGHT_BLOCK), FMA_MAX_LANES);
    const ptrdiff_t outs = ceil_to(min_of(d->o, WEIGHT_BLOCK), FMA_MAX_LANES);
    const ptrdiff_t most = channels > outs ? channels : outs;
    return (UnitWorkspace){.image = most * (4 * u.rows + 2) * (4 * u.columns + 2),
                           .v_point = channels * TILES + lanes,
                           .d_point = outs * TILES + lanes,
                           .m_point = channels * outs + lanes};
}

static ptrdiff_t workspace_of(const ConvDims *d, ptrdiff_t lanes) {
    const UnitWorkspace s = sizes_of(d, lanes);
    return s.image + POINTS * (s.v_point + s.d_point + s.m_point);
}

static UnitWorkspace share(const ConvDims *d, ptrdiff_t lanes, real *workspace) {
    UnitWorkspace s = sizes_of(d, lanes);
    s.packed = workspace;
    s.v = s.packed + s.image;
    s.d = s.v + POINTS * s.v_point;
    s.m = s.d + POINTS * s.d_point;
    return s;
}

/* The part of a rectangle that is inside an image (channels, h, w). */
typedef struct ImagePart {
    ptrdiff_t h, w;
    ptrdiff_t top, left, bottom, right; /* inside the image */
    ptrdiff_t width;                    /* right - left */
    ptrdiff_t panel;                    /* from one vector of channels to the next */
} ImagePart;

static ImagePart image_part(ptrdiff_t h, ptrdiff_t w, ptrdiff_t top, ptrdiff_t left,
                            ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lanes) {
    ImagePart s = {h,
                   w,
                   top < 0 ? 0 : top,
                   left < 0 ? 0 : left,
                   min_of(h, top + rows),
                   min_of(w, left + columns),
                   0,
                   0};
    if (s.bottom < s.top) s.bottom = s.top;
    if (s.right < s.left) s.right = s.left;
    s.width = s.right - s.left;
    s.panel = (s.bottom - s.top) * s.width * lanes;
    return s;
}

/* The tile side x side at (i, j): where it begins, and which part of it is inside. */
static WeightPart tile_at(const ImagePart *s, ptrdiff_t lanes, ptrdiff_t i, ptrdiff_t j,
                          ptrdiff_t side) {
    const ptrdiff_t row = s->width * lanes;
    return (WeightPart){.first = (i - s->top) * row + (j - s->left) * lanes,
                        .row = row,
                        .top = i < s->top ? s->top - i : 0,
                        .left = j < s->left ? s->left - j : 0,
                        .bottom = min_of(side, s->bottom - i),
                        .right = min_of(side, s->right - j)};
}

/* The tiles of one unit: image n, tiles r .. r + rows, q .. q + columns. */
typedef struct UnitTiles {
    ptrdiff_t n, r, rows, q, columns;
} UnitTiles;

static UnitTiles unit_tiles(const Units *u, ptrdiff_t unit) {
    const ptrdiff_t in = unit % u->in_image;
    UnitTiles p = {.n = unit / u->in_image,
                   .r = in / u->units_across * u->rows,
                   .q = in % u->units_across * u->columns};
    p.rows = min_of(u->rows, u->down - p.r);
    p.columns = min_of(u->columns, u->across - p.q);
    return p;
}

/* One of the two images of a unit: x, whose tiles become V, or dy, whose tiles become
 * D. */
typedef struct Image {
    const real *data; /* from the first channel of the block on */
    ptrdiff_t channels;
    ptrdiff_t mirror; /* border of the part that is not stored: ConvDims.mirror */
    ImagePart part;
    ptrdiff_t side,
        pad; /* of a tile; rows and columns that its first one is shifted by */
    void (*transform)(const real *, const WeightPart *, real *, ptrdiff_t);
    real *points; /* V or D */
    ptrdiff_t point;
} Image;

static Image input_of(const WeightBlock *b, const UnitWorkspace *s, const UnitTiles *p) {
    const ConvDims *d = b->d;
    const ptrdiff_t top = 4 * p->r - d->pad, left = 4 * p->q - d->pad;
    const ptrdiff_t plane = (ptrdiff_t)(d->h - 2 * d->mirror) * (d->w - 2 * d->mirror);
    return (Image){.data = b->x + (p->n * d->c + b->c) * plane,
                   .channels = b->channels,
                   .mirror = d->mirror,
                   .part = image_part(d->h, d->w, top, left, 4 * p->rows + 2,
                                      4 * p->columns + 2, b->kernel->lanes),
                   .side = 6,
                   .pad = d->pad,
                   .transform = b->kernel->input,
                   .points = s->v,
                   .point = s->v_point};
}

static Image gradient_of(const WeightBlock *b, const UnitWorkspace *s,
                         const UnitTiles *p) {
    const ConvDims *d = b->d;
    return (Image){.data = b->dy + (p->n * d->o + b->o) * d->oh * d->ow,
                   .channels = b->outs,
                   .part = image_part(d->oh, d->ow, 4 * p->r, 4 * p->q, 4 * p->rows,
                                      4 * p->columns, b->kernel->lanes),
                   .side = 4,
                   .pad = 0,
                   .transform = b->kernel->gradient,
                   .points = s->d,
                   .point = s->d_point};
}

/* Row i of an image with a mirrored border: what is stored by one call, and the border
 * pixel by pixel. */
static void pack_mirrored(const WeightBlock *b, const Image *image, ptrdiff_t i,
                          real *packed) {
    const ImagePart *s = &image->part;
    const ptrdiff_t m = image->mirror, h = s->h - 2 * m, w = s->w - 2 * m;
    const ptrdiff_t lanes = b->kernel->lanes;
    const real *row = image->data + mirror_source(i - m, h, m) * w;
    for (ptrdiff_t j = s->left, count; j < s->right; j += count) {
        const bool stored = j >= m && j < m + w;
        count = stored ? min_of(s->right, m + w) - j : 1;
        b->fma->pack(row + mirror_source(j - m, w, m), h * w, 1, image->channels, lanes,
                     count, packed + (j - s->left) * lanes, s->panel);
    }
}

/* Channels side by side: packed[(c / lanes) panel + ((i - top) width + j - left) lanes +
 * c % lanes]. Rows of full width are contiguous and are packed by one call. */
static void pack_channels(const WeightBlock *b, const Image *image, real *packed) {
    const ImagePart *s = &image->part;
    const ptrdiff_t lanes = b->kernel->lanes, rows = s->bottom - s->top;
    const ptrdiff_t steps = s->width == s->w ? 1 : rows;
    const ptrdiff_t count = rows / (steps ? steps : 1);
    for (ptrdiff_t i = s->top; image->mirror && i < s->bottom; i++)
        pack_mirrored(b, image, i, packed + (i - s->top) * s->width * lanes);
    for (ptrdiff_t i = 0; !image->mirror && i < steps; i++)
        b->fma->pack(image->data + (s->top + i) * s->w + s->left, s->h * s->w, 1,
                     image->channels, lanes, count * s->width,
                     packed + i * s->width * lanes, s->panel);
}

/* Transforms the tiles of a unit into V or D, from tile `first` on. */
static void transform_tiles(const WeightBlock *b, const UnitTiles *p, const Image *image,
                            ptrdiff_t first, real *packed) {
    const ptrdiff_t lanes = b->kernel->lanes;
    pack_channels(b, image, packed);
    for (ptrdiff_t c = 0; c < ceil_div(image->channels, lanes); c++)
        for (ptrdiff_t t = 0; t < p->rows * p->columns; t++) {
            const ptrdiff_t i = 4 * (p->r + t / p->columns) - image->pad;
            const ptrdiff_t j = 4 * (p->q + t % p->columns) - image->pad;
            const WeightPart part = tile_at(&image->part, lanes, i, j, image->side);
            image->transform(packed + c * image->part.panel, &part,
                             image->points + (c * TILES + first + t) * lanes,
                             image->point);
        }
}

/* Computes V and D of one unit and returns its number of tiles. */
static ptrdiff_t prepare(const WeightBlock *b, const Units *u, const UnitWorkspace *s,
                         ptrdiff_t unit, ptrdiff_t first) {
    const UnitTiles p = unit_tiles(u, unit);
    const Image x = input_of(b, s, &p), dy = gradient_of(b, s, &p);
    transform_tiles(b, &p, &x, first, s->packed);
    transform_tiles(b, &p, &dy, first, s->packed);
    return p.rows * p.columns;
}

/* M += V^T D at one point, for `tiles` tiles. */
static void multiply_point(const WeightBlock *b, ptrdiff_t tiles, const real *v,
                           const real *d, real *m) {
    const ptrdiff_t lanes = b->kernel->lanes, rows = b->kernel->rows;
    const ptrdiff_t most = ceil_to(b->channels, rows);
    const WeightPath path = {1, tiles, lanes, 0};
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = min_of(WEIGHT_VECS, ceil_div(b->outs - o, lanes));
        for (ptrdiff_t c = 0; c < b->channels; c += rows) {
            const real *at[FMA_MAX_ROWS];
            for (ptrdiff_t r = 0; r < rows; r++) {
                const ptrdiff_t k = min_of(c + r, b->channels - 1);
                at[r] = v + k / lanes * TILES * lanes + k % lanes;
            }
            b->kernel->product(&path, at, d + o * TILES, TILES * lanes, vecs,
                               m + o * most + c * vecs * lanes);
        }
    }
}

/* The 36 sums of every pair of channels become 9 weights. */
static void finish(const WeightBlock *b, const UnitWorkspace *s, real *sums) {
    const ptrdiff_t lanes = b->kernel->lanes,
                    most = ceil_to(b->channels, b->kernel->rows);
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = min_of(WEIGHT_VECS, ceil_div(b->outs - o, lanes));
        for (ptrdiff_t c = 0; c < b->channels; c++)
            for (ptrdiff_t i = 0; i < vecs; i++)
                b->kernel->taps(s->m + o * most + (c * vecs + i) * lanes, s->m_point,
                                sums + o * b->weights + (c * TAPS * vecs + i) * lanes,
                                vecs * lanes);
    }
}

static void run(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *workspace,
                real *sums) {
    const Units u = cut(b->d);
    const UnitWorkspace s = share(b->d, b->kernel->lanes, workspace);
    memset(s.m, 0, (size_t)(POINTS * s.m_point) * sizeof(real));
    for (ptrdiff_t unit = first; unit < end; unit += u.in_batch) {
        ptrdiff_t tiles = 0;
        for (ptrdiff_t k = unit; k < min_of(unit + u.in_batch, end); k++)
            tiles += prepare(b, &u, &s, k, tiles);
        for (int p = 0; p < POINTS; p++)
            multiply_point(b, tiles, s.v + p * s.v_point, s.d + p * s.d_point,
                           s.m + p * s.m_point);
    }
    finish(b, &s, sums);
}

const WeightMethod weight_winograd = {units, workspace_of, run};
