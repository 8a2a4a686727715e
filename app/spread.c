#include "app/spread.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

Spread spread_of(double *seconds, int rounds) {
    qsort(seconds, (size_t)rounds, sizeof *seconds, ascending);
    int middle = rounds / 2;
    double median = seconds[middle];
    if (rounds % 2 == 0) median = (median + seconds[middle - 1]) / 2;
    return (Spread){median, seconds[0], seconds[rounds - 1]};
}
