#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/gemm/block.h"
#include "tensor/kernels/gemm/gemm.h"
#include "tensor/kernels/ref/ref.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"

#define BLOCK_ROWS (16 * TILE_ROWS)

typedef struct Sums {
    double total[BLOCK_ROWS * TILE_COLUMNS];
    real part[BLOCK_ROWS * TILE_COLUMNS];
} Sums;

/* Rows top .. top + rows of G in the columns left .. left + columns, and their mirror
 * images. Every GRAM_CHUNK positions are one product in `real`, and these are added in
 * double, as in ref_gram_forward. */
static void gram_block(int c, ptrdiff_t m, double divisor, const real *f, real *g,
                       ptrdiff_t top, ptrdiff_t rows, ptrdiff_t left, ptrdiff_t columns,
                       Sums *sums) {
    memset(sums->total, 0, sizeof sums->total);
    for (ptrdiff_t start = 0; start < m; start += GRAM_CHUNK) {
        memset(sums->part, 0, sizeof sums->part);
        Operand a = {f + top * m + start, m, 1}, b = {f + left * m + start, 1, m};
        gemm_block(rows, columns, min_of(GRAM_CHUNK, m - start), a, b, sums->part,
                   TILE_COLUMNS);
        for (ptrdiff_t i = 0; i < rows * TILE_COLUMNS; i++)
            sums->total[i] += (double)sums->part[i];
    }
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < columns; j++) {
            real value = (real)(sums->total[i * TILE_COLUMNS + j] / divisor);
            g[(top + i) * c + left + j] = value;
            g[(left + j) * c + top + i] = value;
        }
}

/* One task is NR columns of one image's G from the top to the diagonal. The longest come
 * first, so that threads finish together. */
void gemm_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g) {
    const ptrdiff_t panels = (c + TILE_COLUMNS - 1) / TILE_COLUMNS;
    const int threads = threads_for((double)n * c * c * (double)m);
#pragma omp parallel num_threads(threads)
    {
        Sums *sums = workspace_take(sizeof *sums);
        gemm_block_reserve();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < n * panels; task++) {
            ptrdiff_t image = task % n, left = (panels - 1 - task / n) * TILE_COLUMNS;
            ptrdiff_t columns = min_of(TILE_COLUMNS, c - left), bottom = left + columns;
            for (ptrdiff_t top = 0; top < bottom; top += BLOCK_ROWS)
                gram_block(c, (ptrdiff_t)m, divisor, f + image * c * (ptrdiff_t)m,
                           g + image * c * c, top, min_of(BLOCK_ROWS, bottom - top), left,
                           columns, sums);
        }
        workspace_give(sums);
    }
}

#define TASK_POSITIONS 1024

/* df (rows x positions) = or += S F, S = (dG + dG^T) / divisor, in parts of GEMM_DEPTH. */
static void gram_backward_block(int c, ptrdiff_t m, double divisor, const real *f,
                                const real *dg, real *df, ptrdiff_t top, ptrdiff_t start,
                                bool add, real *s) {
    ptrdiff_t rows = min_of(BLOCK_ROWS, c - top);
    ptrdiff_t positions = min_of(TASK_POSITIONS, m - start);
    for (ptrdiff_t i = 0; !add && i < rows; i++)
        memset(df + (top + i) * m + start, 0, (size_t)positions * sizeof *df);
    for (ptrdiff_t k = 0; k < c; k += GEMM_DEPTH) {
        ptrdiff_t depth = min_of(GEMM_DEPTH, c - k);
        for (ptrdiff_t i = 0; i < rows; i++)
            for (ptrdiff_t j = 0; j < depth; j++)
                s[i * GEMM_DEPTH + j] = gram_symmetric(dg, c, top + i, k + j, divisor);
        gemm_block(rows, positions, depth, (Operand){s, GEMM_DEPTH, 1},
                   (Operand){f + k * m + start, m, 1}, df + top * m + start, m);
    }
}

void gemm_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                        const real *dg, real *df, bool add) {
    const ptrdiff_t size = (ptrdiff_t)m, down = (c + BLOCK_ROWS - 1) / BLOCK_ROWS;
    const ptrdiff_t across = (size + TASK_POSITIONS - 1) / TASK_POSITIONS;
    const int threads = threads_for((double)n * c * c * (double)m);
#pragma omp parallel num_threads(threads)
    {
        real *s = workspace_take(BLOCK_ROWS * GEMM_DEPTH * sizeof *s);
        gemm_block_reserve();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < n * down * across; task++) {
            ptrdiff_t image = task / (down * across), block = task % (down * across);
            ptrdiff_t features = image * c * size;
            gram_backward_block(c, size, divisor, f + features, dg + image * c * c,
                                df + features, block % down * BLOCK_ROWS,
                                block / down * TASK_POSITIONS, add, s);
        }
        workspace_give(s);
    }
}
