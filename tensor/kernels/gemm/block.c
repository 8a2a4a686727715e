#include "tensor/kernels/gemm/block.h"
#include "tensor/kernels/blocks.h"

#include <string.h>

#include "tensor/threads.h"
#include "tensor/workspace.h"

/* Rows and columns of C in one task. */
#define TASK_ROWS (32 * TILE_ROWS)
#define TASK_COLUMNS (4 * TILE_COLUMNS)

/* The product over one panels of k: what its tiles share. */
typedef struct BlockPanels {
    GemmKernel tile;
    ptrdiff_t m, depth;
    Operand a;
    /* The last rows of A, if fewer than MR, padded with zeros. */
    real last_rows[TILE_ROWS * GEMM_DEPTH];
    /* NR columns of B, padded with zeros where B ends. */
    real panel[GEMM_DEPTH * TILE_COLUMNS];
} BlockPanels;

static void pack_last_rows(BlockPanels *s) {
    ptrdiff_t rows = s->m % TILE_ROWS, first = s->m - rows;
    for (ptrdiff_t i = 0; i < TILE_ROWS; i++)
        for (ptrdiff_t k = 0; k < s->depth; k++)
            s->last_rows[i * GEMM_DEPTH + k] =
                i < rows ? *operand_at(s->a, first + i, k).data : 0;
}

static void pack_panel(BlockPanels *s, Operand b, ptrdiff_t columns) {
    if (columns < TILE_COLUMNS) memset(s->panel, 0, sizeof s->panel);
    if (b.column == 1 && columns == TILE_COLUMNS)
        for (ptrdiff_t k = 0; k < s->depth; k++)
            memcpy(s->panel + k * TILE_COLUMNS, b.data + k * b.row,
                   sizeof(real) * TILE_COLUMNS);
    else
        for (ptrdiff_t k = 0; k < s->depth; k++)
            for (ptrdiff_t j = 0; j < columns; j++)
                s->panel[k * TILE_COLUMNS + j] = b.data[k * b.row + j * b.column];
}

/* A tile that reaches beyond the edge of C is computed in a buffer. */
static void tile_at_edge(const BlockPanels *s, Operand a, ptrdiff_t rows,
                         ptrdiff_t columns, real *c, ptrdiff_t ldc) {
    real copy[TILE_ROWS * TILE_COLUMNS] = {0};
    size_t bytes = (size_t)columns * sizeof(real);
    for (ptrdiff_t i = 0; i < rows; i++)
        memcpy(copy + i * TILE_COLUMNS, c + i * ldc, bytes);
    s->tile(s->depth, a, s->panel, copy, TILE_COLUMNS);
    for (ptrdiff_t i = 0; i < rows; i++)
        memcpy(c + i * ldc, copy + i * TILE_COLUMNS, bytes);
}

/* All rows of the columns of C that belong to the panel. */
static void multiply_panel(const BlockPanels *s, ptrdiff_t columns, real *c,
                           ptrdiff_t ldc) {
    for (ptrdiff_t i = 0; i < s->m; i += TILE_ROWS) {
        ptrdiff_t rows = min_of(TILE_ROWS, s->m - i);
        Operand a = operand_at(s->a, i, 0);
        if (rows < TILE_ROWS) a = (Operand){s->last_rows, GEMM_DEPTH, 1};
        if (rows == TILE_ROWS && columns == TILE_COLUMNS)
            s->tile(s->depth, a, s->panel, c + i * ldc, ldc);
        else
            tile_at_edge(s, a, rows, columns, c + i * ldc, ldc);
    }
}

void gemm_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, Operand a, Operand b, real *c,
                ptrdiff_t ldc) {
    BlockPanels *panels = workspace_take(sizeof *panels);
    panels->tile = gemm_tile_best();
    panels->m = m;
    for (ptrdiff_t start = 0; start < k; start += GEMM_DEPTH) {
        panels->depth = min_of(GEMM_DEPTH, k - start);
        panels->a = operand_at(a, 0, start);
        if (m % TILE_ROWS) pack_last_rows(panels);
        for (ptrdiff_t j = 0; j < n; j += TILE_COLUMNS) {
            ptrdiff_t columns = min_of(TILE_COLUMNS, n - j);
            pack_panel(panels, operand_at(b, start, j), columns);
            multiply_panel(panels, columns, c + j, ldc);
        }
    }
    workspace_give(panels);
}

void gemm_block_reserve(void) {
    workspace_reserve(sizeof(BlockPanels));
}

void gemm_parallel(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, Operand a, Operand b, real *c,
                   ptrdiff_t ldc) {
    ptrdiff_t down = (m + TASK_ROWS - 1) / TASK_ROWS;
    ptrdiff_t across = (n + TASK_COLUMNS - 1) / TASK_COLUMNS;
    const int threads = threads_for((double)m * (double)n * (double)k);
#pragma omp parallel num_threads(threads)
    {
        gemm_block_reserve();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < down * across; task++) {
            ptrdiff_t i = task % down * TASK_ROWS, j = task / down * TASK_COLUMNS;
            gemm_block(min_of(TASK_ROWS, m - i), min_of(TASK_COLUMNS, n - j), k,
                       operand_at(a, i, 0), operand_at(b, 0, j), c + i * ldc + j, ldc);
        }
    }
}
