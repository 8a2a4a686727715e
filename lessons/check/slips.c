#include "lessons/check/slips.h"

#include <math.h>

static const char *const whys[SLIPS] = {
    "is twice what it should be",
    "is half of what it should be",
    "is four times what it should be",
    "has the wrong sign",
    "is the root of what it should be",
    "is 1 too large",
    "is 1 too small",
    "is upside down: 1 divided by what it should be",
};

const char *slip_why(int kind) {
    return whys[kind];
}

double slip(int mistake, int value, double x) {
    const int at = mistake - FIRST_SLIP;
    if (at < 0 || at / SLIPS != value) return x;
    const double with[SLIPS] = {2 * x, x / 2, 4 * x, -x, sqrt(x), x + 1, x - 1, 1 / x};
    return with[at % SLIPS];
}
