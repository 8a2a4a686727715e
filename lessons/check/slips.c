#include "lessons/check/slips.h"

#include <math.h>

enum {
    TWICE,
    HALF,
    FOUR_TIMES,
    WRONG_SIGN,
    ROOT,
    TOO_LARGE,
    TOO_SMALL,
    UPSIDE_DOWN,
    KINDS
};
_Static_assert((int)KINDS == (int)SLIPS, "slips.h says how many");

static const char *const whys[SLIPS] = {
    [TWICE] = "is twice what it should be",
    [HALF] = "is half of what it should be",
    [FOUR_TIMES] = "is four times what it should be",
    [WRONG_SIGN] = "has the wrong sign",
    [ROOT] = "is the root of what it should be",
    [TOO_LARGE] = "is 1 too large",
    [TOO_SMALL] = "is 1 too small",
    [UPSIDE_DOWN] = "is upside down: 1 divided by what it should be",
};

const char *slip_why(int kind) {
    return whys[kind];
}

double slip(int mistake, int value, double x) {
    const int at = mistake - FIRST_SLIP;
    if (at < 0 || at / SLIPS != value) return x;
    switch (at % SLIPS) {
    case TWICE:
        return 2 * x;
    case HALF:
        return x / 2;
    case FOUR_TIMES:
        return 4 * x;
    case WRONG_SIGN:
        return -x;
    case ROOT:
        return sqrt(x);
    case TOO_LARGE:
        return x + 1;
    case TOO_SMALL:
        return x - 1;
    default: /* UPSIDE_DOWN */
        return 1 / x;
    }
}
