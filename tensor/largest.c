#include "tensor/largest.h"

#include <math.h>

double largest_difference(size_t n, const real *x, const real *y) {
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        const double size = fabs((double)(y ? x[i] - y[i] : x[i]));
        if (size > most) most = size;
    }
    return most;
}
