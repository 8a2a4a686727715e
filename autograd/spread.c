#include "autograd/spread.h"

#include <string.h>

static bool side_fits(int small, int large) {
    return small == 1 || small == large;
}

bool spread_fits(Shape small, Shape large) {
    return side_fits(small.n, large.n) && side_fits(small.c, large.c) &&
           side_fits(small.h, large.h) && side_fits(small.w, large.w);
}

static size_t rows_of(Shape s) {
    return shape_size(s) / (size_t)s.w;
}

/* Where the row of `small` begins that row number `row` of `large` is a copy of. A side is
 * equal or 1, so the remainder by it is the coordinate or 0. */
static size_t row_start(Shape small, Shape large, size_t row) {
    const size_t h = (size_t)large.h, c = (size_t)large.c;
    const size_t at_h = row % h % (size_t)small.h, at_c = row / h % c % (size_t)small.c,
                 at_n = row / h / c % (size_t)small.n;
    return ((at_n * (size_t)small.c + at_c) * (size_t)small.h + at_h) * (size_t)small.w;
}

void spread_copy(Shape small, const real *from, Shape large, real *to) {
    const size_t rows = rows_of(large), w = (size_t)large.w;
    for (size_t row = 0; row < rows; row++, to += w) {
        const real *copied = from + row_start(small, large, row);
        if (small.w == large.w)
            memcpy(to, copied, w * sizeof(real));
        else
            for (size_t j = 0; j < w; j++)
                to[j] = *copied;
    }
}

void spread_add(Shape small, const real *from, real factor, Shape large, real *to) {
    const size_t rows = rows_of(large), w = (size_t)large.w;
    for (size_t row = 0; row < rows; row++, to += w) {
        const real *added = from + row_start(small, large, row);
        if (small.w == large.w)
            for (size_t j = 0; j < w; j++)
                to[j] += factor * added[j];
        else
            for (size_t j = 0; j < w; j++)
                to[j] += factor * *added;
    }
}

void spread_sum(Shape large, const real *from, Shape small, double *sums) {
    const size_t rows = rows_of(large), w = (size_t)large.w;
    memset(sums, 0, shape_size(small) * sizeof *sums);
    for (size_t row = 0; row < rows; row++, from += w) {
        double *sum = sums + row_start(small, large, row);
        if (small.w == large.w)
            for (size_t j = 0; j < w; j++)
                sum[j] += (double)from[j];
        else
            for (size_t j = 0; j < w; j++)
                *sum += (double)from[j];
    }
}
