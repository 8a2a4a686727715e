/* The product of kernels_fast on one thread. */
#include "tensor/arena.h"
#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/fast/gemm.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/workspace.h"

/* With this depth a panel of A and the panels of B of one tile take 28 KiB with vectors
 * of 32 bytes and 40 KiB with those of 64, so they stay in the first-level cache. KC
 * decides the order of sums and is the same on every machine. MC and NC do not: see
 * cache.h. */
#define KC 256

/* A block of A and a block of B, packed, for one part of k. */
typedef struct PackedPanels {
    const FmaKernel *fma;
    ptrdiff_t depth;
    const real *bias; /* one more column of A, times a row of ones in B; or NULL */
    bool add;         /* to what C holds already */
    bool upper;       /* only tiles with elements on or above the diagonal */
    ptrdiff_t mc, nc; /* rows of A and columns of B that fit into a and b */
    real *a, *b;      /* packed panels, in the workspace after this struct */
} PackedPanels;

/* Elements from one panel to the next. They include the bias, present or not: otherwise
 * panels of B would often be a power of two apart and compete for the same cache
 * lines. */
static ptrdiff_t vector_size(const PackedPanels *s) {
    return s->fma->lanes * (s->depth + 1);
}

static ptrdiff_t rows_size(const PackedPanels *s) {
    return s->fma->rows * (s->depth + 1);
}

/* A tile that reaches beyond the edge of C is computed in a buffer. */
static void tile_at_edge(const PackedPanels *s, const real *a, const real *b,
                         ptrdiff_t rows, ptrdiff_t columns, real *c, ptrdiff_t ldc) {
    real whole[FMA_MAX_ROWS * FMA_MAX_LANES * FMA_MAX_VECS];
    const ptrdiff_t lanes = s->fma->lanes, vecs = (columns + lanes - 1) / lanes;
    const ptrdiff_t step = vecs * lanes;
    s->fma->product(s->depth + (s->bias != NULL), a, b, vector_size(s), vecs, whole, step,
                    false);
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < columns; j++)
            c[i * ldc + j] = (s->add ? c[i * ldc + j] : 0) + whole[i * step + j];
}

/* MR rows of C: one panel of A times all panels of B. */
static void multiply_rows(const PackedPanels *s, const Product *p, ptrdiff_t i) {
    const ptrdiff_t rows = min_of(s->fma->rows, p->m - i), lanes = s->fma->lanes;
    const real *a = s->a + i * (s->depth + 1);
    real *c = p->c + i * p->ldc;
    ptrdiff_t first = s->upper ? i / lanes * lanes : 0;
    for (ptrdiff_t j = first, columns; j < p->n; j += columns) {
        columns = min_of(lanes * s->fma->vecs, p->n - j);
        const real *b = s->b + j / lanes * vector_size(s);
        if (rows < s->fma->rows || columns % lanes) {
            tile_at_edge(s, a, b, rows, columns, c + j, p->ldc);
            continue;
        }
        for (ptrdiff_t r = 0; s->add && r < rows; r++)
            __builtin_prefetch(c + j + r * p->ldc, 1);
        s->fma->product(s->depth + (s->bias != NULL), a, b, vector_size(s),
                        columns / lanes, c + j, p->ldc, s->add);
    }
}

static void multiply_panels(const PackedPanels *s, const Product *p) {
    for (ptrdiff_t i = 0; i < p->m; i += s->fma->rows)
        multiply_rows(s, p, i);
}

static void pack_b(PackedPanels *s, const Product *p, ptrdiff_t k) {
    const ptrdiff_t lanes = s->fma->lanes;
    s->fma->pack(operand_at(p->b, k, 0).data, p->b.column, p->b.row, p->n, lanes,
                 s->depth, s->b, vector_size(s));
    for (ptrdiff_t j = 0; s->bias && j < p->n; j += lanes)
        for (ptrdiff_t i = 0; i < lanes; i++)
            s->b[(j / lanes + 1) * vector_size(s) - lanes + i] = 1;
}

static void pack_bias(PackedPanels *s, ptrdiff_t m) {
    const ptrdiff_t rows = s->fma->rows;
    for (ptrdiff_t i = 0; i < m; i += rows)
        for (ptrdiff_t r = 0; r < rows; r++)
            s->a[(i / rows + 1) * rows_size(s) - rows + r] =
                i + r < m ? s->bias[i + r] : 0;
}

/* A, when B is its transpose, from the packed B: its panels are split into panels of
 * fewer rows. */
static void pack_a_from_b(PackedPanels *s, const Product *p) {
    const ptrdiff_t rows = s->fma->rows, lanes = s->fma->lanes;
    for (ptrdiff_t i = 0; i < p->m; i += lanes)
        s->fma->pack(s->b + i / lanes * vector_size(s), 1, lanes, lanes, rows, s->depth,
                     s->a + i * (s->depth + 1), rows_size(s));
}

/* A, from k on. */
static void pack_a(PackedPanels *s, const Product *p, ptrdiff_t k) {
    s->fma->pack(operand_at(p->a, 0, k).data, p->a.row, p->a.column, p->m, s->fma->rows,
                 s->depth, s->a, rows_size(s));
}

static ptrdiff_t depth_of(ptrdiff_t k) {
    const ptrdiff_t parts = k > KC ? ceil_div(k, KC) : 1;
    return ceil_div(k, parts);
}

/* A product of at most MC rows. */
static void multiply_block(PackedPanels *s, const Product *p) {
    const ptrdiff_t depth = depth_of(p->k);
    for (ptrdiff_t k = 0; k == 0 || k < p->k; k += depth) {
        s->depth = min_of(depth, p->k - k);
        s->add = p->add || k > 0;
        s->bias = s->add ? NULL : p->bias;
        pack_a(s, p, k);
        if (s->bias) pack_bias(s, p->m);
        for (ptrdiff_t j = 0; j < p->n; j += s->nc) {
            Product group = product_part(p, 0, p->m, j, s->nc);
            pack_b(s, &group, k);
            multiply_panels(s, &group);
        }
    }
}

static PackedPanels *panels_take(bool upper) {
    const ptrdiff_t mc = cache_blocks()->mc, nc = cache_blocks()->nc;
    const ptrdiff_t a_size = ceil_to((KC + 1) * (mc + FMA_MAX_ROWS), FMA_MAX_LANES);
    const ptrdiff_t b_size = (KC + 1) * (nc + FMA_MAX_LANES);
    const ptrdiff_t head = ceil_to((ptrdiff_t)sizeof(PackedPanels), ARENA_ALIGNMENT);
    char *start = workspace_take((size_t)head + (size_t)(a_size + b_size) * sizeof(real));
    PackedPanels *s = (PackedPanels *)(void *)start;
    s->mc = mc;
    s->nc = nc;
    s->a = (real *)(void *)(start + head);
    s->b = s->a + a_size;
    s->fma = simd_best()->fma;
    s->upper = upper;
    s->bias = NULL;
    return s;
}

void fast_gemm_symmetric(const Product *p) {
    Product both = *p;
    both.b = (Operand){p->a.data, p->a.column, p->a.row};
    PackedPanels *s = panels_take(true);
    const ptrdiff_t depth = depth_of(p->k);
    for (ptrdiff_t k = 0; k == 0 || k < p->k; k += depth) {
        s->depth = min_of(depth, p->k - k);
        s->add = p->add || k > 0;
        pack_b(s, &both, k);
        if (s->fma->lanes % s->fma->rows == 0)
            pack_a_from_b(s, &both);
        else
            pack_a(s, &both, k);
        multiply_panels(s, &both);
    }
    workspace_give(s);
}

void fast_gemm_block(const Product *p) {
    PackedPanels *s = panels_take(false);
    for (ptrdiff_t i = 0; i < p->m; i += s->mc) {
        Product block = product_part(p, i, s->mc, 0, p->n);
        multiply_block(s, &block);
    }
    workspace_give(s);
}
