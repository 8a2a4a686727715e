/* Gram matrices as symmetric products.
 *
 *     forward    G = F F^T / divisor       only tiles on or above the diagonal, mirrored
 *     backward   dF = or += S F           S = (dG + dG^T) / divisor, made first
 *
 * Forward, G is cut into squares of SIDE. Where c is small, m is large and is cut into
 * segments, so that there is a task for every thread and F is read once:
 *
 *            segments                 squares
 *     F  c | 0 | 1 | ... |       G  00 01        task 0: square 00, segment 0
 *                m                     11             1: square 00, segment 1, ...
 *
 * The number of segments depends on c and m only, and they are added in order, so the
 * number of threads does not change a bit. */
#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/fast.h"
#include "tensor/kernels/fast/gemm.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"

#define SIDE ((ptrdiff_t)FAST_SYMMETRIC)
/* A float sum loses about one bit for each doubling of its length. Sums of 2048 terms, in
 * 8 parts of KC = 256, lose at most (256 + 8) epsilon / 2; they are added in double. */
#define PIECE 2048
#define SUMS (1 << 17) /* totals of all segments of a square, at most */
#define WRITE_SIDE 16  /* a mirrored part of G stays in a few cache lines */

typedef struct GramProduct {
    ptrdiff_t c, m, squares, segments;
    double divisor;
    const real *f;
    real *g;
} GramProduct;

/* The rows and columns of G in one square. */
typedef struct Square {
    ptrdiff_t top, left, rows, columns;
} Square;

/* Squares are numbered down the columns to the diagonal: 00, 01, 11, 02, 12, ... */
static Square square_at(const GramProduct *s, ptrdiff_t i) {
    ptrdiff_t column = 0;
    for (; i > column; column++)
        i -= column + 1;
    Square q = {i * SIDE, column * SIDE, 0, 0};
    q.rows = min_of(SIDE, s->c - q.top), q.columns = min_of(SIDE, s->c - q.left);
    return q;
}

/* sum (SIDE x SIDE) = the sum over the positions start .. end, at most PIECE. */
static void sum_piece(const GramProduct *s, Square q, ptrdiff_t start, ptrdiff_t end,
                      real *sum) {
    Product p = {.m = q.rows, .n = q.columns, .k = end - start, .c = sum, .ldc = SIDE};
    p.a = (Operand){s->f + q.top * s->m + start, s->m, 1};
    p.b = (Operand){s->f + q.left * s->m + start, 1, s->m};
    if (q.top == q.left)
        fast_gemm_symmetric(&p);
    else
        fast_gemm_block(&p);
}

#define SUM_BYTES (SIDE * SIDE * sizeof(real))

/* What sum_square takes: see workspace.h. */
static void reserve_sum(void) {
    void *sum = workspace_take(SUM_BYTES);
    product_reserve(fast_gemm_block);
    workspace_give(sum);
}

/* The same for any number of positions, with the sums of PIECE added in double. */
static void sum_square(const GramProduct *s, Square q, ptrdiff_t start, ptrdiff_t end,
                       double *total) {
    real *sum = workspace_take(SUM_BYTES);
    for (ptrdiff_t k = start; k < end; k += PIECE) {
        sum_piece(s, q, k, min_of(k + PIECE, end), sum);
        for (ptrdiff_t i = 0; i < q.rows; i++)
            for (ptrdiff_t j = q.top == q.left ? i : 0; j < q.columns; j++) {
                double before = k > start ? total[i * SIDE + j] : 0;
                total[i * SIDE + j] = before + (double)sum[i * SIDE + j];
            }
    }
    workspace_give(sum);
}

/* WRITE_SIDE x WRITE_SIDE elements of a square, from (top, left) on: the sum of `count`
 * totals, divided, to G and to its mirror image. */
static void write_piece(const GramProduct *s, Square q, const double *totals,
                        ptrdiff_t count, ptrdiff_t top, ptrdiff_t left) {
    const ptrdiff_t bottom = min_of(top + WRITE_SIDE, q.rows);
    const ptrdiff_t right = min_of(left + WRITE_SIDE, q.columns);
    for (ptrdiff_t i = top; i < bottom; i++)
        for (ptrdiff_t j = q.top == q.left && left < i ? i : left; j < right; j++) {
            double sum = 0;
            for (ptrdiff_t t = 0; t < count; t++)
                sum += totals[(t * q.rows + i) * SIDE + j];
            real value = (real)(sum / s->divisor);
            s->g[(q.top + i) * s->c + q.left + j] = value;
            s->g[(q.left + j) * s->c + q.top + i] = value;
        }
}

static void write_rows(const GramProduct *s, Square q, const double *totals,
                       ptrdiff_t count, ptrdiff_t top) {
    for (ptrdiff_t j = q.top == q.left ? top : 0; j < q.columns; j += WRITE_SIDE)
        write_piece(s, q, totals, count, top, j);
}

/* Enough squares: each is one task. */
static void split_squares(const GramProduct *s, int threads) {
#pragma omp parallel num_threads(threads)
    {
        double *total = workspace_take(SIDE * SIDE * sizeof *total);
        reserve_sum();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < s->squares; task++) {
            Square q = square_at(s, task);
            sum_square(s, q, 0, s->m, total);
            for (ptrdiff_t i = 0; i < q.rows; i += WRITE_SIDE)
                write_rows(s, q, total, 1, i);
        }
        workspace_give(total);
    }
}

/* One square: a task is one segment, then WRITE_SIDE rows of the sum of all segments. */
static void split_positions(const GramProduct *s, int threads) {
    const Square all = square_at(s, 0);
    double *totals =
        workspace_take((size_t)(s->segments * all.rows * SIDE) * sizeof *totals);
    const ptrdiff_t length = (s->m + s->segments - 1) / s->segments;
#pragma omp parallel num_threads(threads)
    {
        reserve_sum();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t t = 0; t < s->segments; t++)
            sum_square(s, all, t * length, min_of(s->m, (t + 1) * length),
                       totals + t * all.rows * SIDE);
#pragma omp for schedule(static)
        for (ptrdiff_t i = 0; i < all.rows; i += WRITE_SIDE)
            write_rows(s, all, totals, s->segments, i);
    }
    workspace_give(totals);
}

void fast_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g) {
    const ptrdiff_t sides = (c + SIDE - 1) / SIDE;
    GramProduct s = {.c = c, .m = (ptrdiff_t)m, .divisor = divisor};
    s.squares = sides * (sides + 1) / 2;
    s.segments = min_of(SUMS / (c * SIDE), (s.m + PIECE - 1) / PIECE);
    const int threads = threads_for((double)c * c * (double)m);
    for (ptrdiff_t i = 0; i < n; i++) {
        s.f = f + i * c * s.m, s.g = g + i * c * c;
        if (s.squares > 1)
            split_squares(&s, threads);
        else
            split_positions(&s, threads);
    }
}

/* S for one image, by squares: an element and its mirror image are the same. */
static void make_s(ptrdiff_t c, double divisor, const real *dg, real *s) {
    const real scale = (real)(1 / divisor);
    const int threads = threads_over((size_t)(c * c));
#pragma omp parallel for schedule(static, 1) num_threads(threads)
    for (ptrdiff_t top = 0; top < c; top += WRITE_SIDE)
        for (ptrdiff_t left = top; left < c; left += WRITE_SIDE)
            for (ptrdiff_t i = top; i < min_of(top + WRITE_SIDE, c); i++)
                for (ptrdiff_t j = left; j < min_of(left + WRITE_SIDE, c); j++)
                    s[j * c + i] = s[i * c + j] = scale * (dg[i * c + j] + dg[j * c + i]);
}

/* S is its own transpose, and is packed faster as such. */
void fast_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                        const real *dg, real *df, bool add) {
    const ptrdiff_t size = (ptrdiff_t)m, numbers = (ptrdiff_t)c * c;
    real *s = workspace_take((size_t)(n * numbers) * sizeof *s);
    for (ptrdiff_t i = 0; i < n; i++)
        make_s(c, divisor, dg + i * numbers, s + i * numbers);
    fast_gemm_batch(&(Product){.m = c,
                               .n = size,
                               .k = c,
                               .a = {s, 1, c},
                               .b = {f, size, 1},
                               .c = df,
                               .ldc = size,
                               .add = add},
                    n, numbers, c * size, c * size);
    workspace_give(s);
}
