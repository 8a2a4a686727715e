#include "nn/lattice.h"

#include "nn/border.h"
#include "tensor/threads.h"

size_t lattice_size(const Lattice *l, int planes) {
    return (size_t)planes * (size_t)l->rows * (size_t)l->columns;
}

/* Row k of the lattice, and its column, in the image; -1: a zero outside of it. */
static int row_of(const Lattice *l, int k) {
    return border_source(l->mode, l->top + k * l->step, l->h);
}

static int column_of(const Lattice *l, int k) {
    return border_source(l->mode, l->left + k * l->step, l->w);
}

void lattice_take(const Lattice *l, int planes, const real *image, real *taken) {
    const ptrdiff_t size = (ptrdiff_t)l->h * l->w;
    const ptrdiff_t taken_size = (ptrdiff_t)l->rows * l->columns;
#pragma omp parallel for num_threads(threads_over(lattice_size(l, planes)))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (int i = 0; i < l->rows; i++) {
            const int row = row_of(l, i);
            const real *from = image + p * size + (ptrdiff_t)row * l->w;
            real *to = taken + p * taken_size + (ptrdiff_t)i * l->columns;
            for (int j = 0; j < l->columns; j++) {
                const int column = column_of(l, j);
                to[j] = row >= 0 && column >= 0 ? from[column] : 0;
            }
        }
}

/* lattice_take was: taken[i, j] = image[row_of(i), column_of(j)] */
void lattice_add(const Lattice *l, int planes, const real *taken, real *image) {
    const ptrdiff_t size = (ptrdiff_t)l->h * l->w;
    const ptrdiff_t taken_size = (ptrdiff_t)l->rows * l->columns;
#pragma omp parallel for num_threads(threads_over(lattice_size(l, planes)))
    for (ptrdiff_t p = 0; p < planes; p++)
        for (int i = 0; i < l->rows; i++) {
            const int row = row_of(l, i);
            real *to = image + p * size + (ptrdiff_t)row * l->w;
            const real *from = taken + p * taken_size + (ptrdiff_t)i * l->columns;
            for (int j = 0; j < l->columns && row >= 0; j++) {
                const int column = column_of(l, j);
                if (column >= 0) to[column] += from[j];
            }
        }
}
