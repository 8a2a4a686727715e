#include "tensor/kernels/fast/narrow_lines.h"
#include "tensor/kernels/blocks.h"

#include <stdbool.h>
#include <string.h>

#include "tensor/threads.h"

NarrowBands narrow_bands(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t positions,
                         ptrdiff_t least) {
    ptrdiff_t height = positions / width < least ? least : positions / width;
    const ptrdiff_t threads = threads_count();
    const ptrdiff_t count = ceil_div(ceil_div(rows, height), threads) * threads;
    height = ceil_div(ceil_div(rows, count), 2) * 2;
    return (NarrowBands){rows, height, ceil_div(rows, height)};
}

/* Positions begin .. end of a row of the line are inside the plane. */
static void read_row(const real *row, ptrdiff_t left, ptrdiff_t stride, ptrdiff_t begin,
                     ptrdiff_t end, ptrdiff_t width, real *line) {
    for (ptrdiff_t j = 0; j < begin; j++)
        line[j] = 0;
    if (stride == 1)
        memcpy(line + begin, row + left + begin, (size_t)(end - begin) * sizeof(real));
    else
        for (ptrdiff_t j = begin; j < end; j++)
            line[j] = row[left + 2 * j];
    for (ptrdiff_t j = end; j < width; j++)
        line[j] = 0;
}

void narrow_line(const real *plane, ptrdiff_t h, ptrdiff_t w, ptrdiff_t top,
                 ptrdiff_t left, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t width,
                 real *line) {
    const ptrdiff_t right = left < w ? min_of(width, ceil_div(w - left, stride)) : 0;
    const ptrdiff_t begin = left < 0 ? min_of(right, ceil_div(-left, stride)) : 0;
    for (ptrdiff_t t = 0; t < rows; t++, line += width) {
        const ptrdiff_t i = top + stride * t;
        const bool inside = i >= 0 && i < h;
        read_row(inside ? plane + i * w : plane, left, stride, inside ? begin : 0,
                 inside ? right : 0, width, line);
    }
}
