#include "lessons/check/cosine.h"

#include <math.h>
#include <stddef.h>

enum {
    RIGHT,
    NO_ROOT,
    NOT_DIVIDED,
    SIGN_LOST,
    OVER_UU,
    OVER_VV,
    OF_DIFFERENCE,
    OF_UU,
    OF_VV,
    FIRST_OUT,
    LAST_OUT,
    LAST_ONLY,
    OVER_SQUARES_ADDED,
    OVER_LENGTHS_ADDED,
    TURNED,
    OVER_U,
    OVER_V,
    TIMES_LENGTHS,
    LAST_OF_U,
    LAST_OF_V,
    U_OVER_V,
    SQUARES_DIVIDED
};

const char *const cosine_whys[] = {
    [RIGHT] = "",
    [NO_ROOT] = "the root in the lengths is missing",
    [NOT_DIVIDED] = "not divided by the lengths",
    [SIGN_LOST] = "the sign is lost: it says whether two gradients pull against each "
                  "other, so no fabs",
    [OVER_UU] = "divided by |u|^2 only",
    [OVER_VV] = "divided by |v|^2 only",
    [OF_DIFFERENCE] = "u - v is in it: the cosine has the product of u and v",
    [OF_UU] = "u.u is divided: u.v is wanted",
    [OF_VV] = "v.v is divided: u.v is wanted",
    [FIRST_OUT] = "the first number is left out: i begins at 0",
    [LAST_OUT] = "the last number is left out: i < n",
    [LAST_ONLY] = "only the last number counts: += is missing in u.v",
    [OVER_SQUARES_ADDED] = "divided by |u|^2 + |v|^2: by the product of both lengths",
    [OVER_LENGTHS_ADDED] = "divided by |u| + |v|: by the product of both lengths",
    [TURNED] = "the sign is turned",
    [OVER_U] = "divided by |u| only",
    [OVER_V] = "divided by |v| only",
    [TIMES_LENGTHS] = "multiplied with the lengths: divide",
    [LAST_OF_U] =
        "u.v is over the square of only the last number of u: += is missing in u.u",
    [LAST_OF_V] =
        "u.v is over the square of only the last number of v: += is missing in v.v",
    [U_OVER_V] = "|u| is divided by |v|: u.v is divided by both",
    [SQUARES_DIVIDED] = "the square lengths are divided, not multiplied, under the root",
    NULL};

/* What is summed up over both vectors. */
typedef struct Sums {
    double uv, uu, vv;
    double off; /* of the squares of u - v */
} Sums;

static Sums sums_of(int mistake, const real *u, const real *v) {
    const int end = COSINE_N - (mistake == LAST_OUT);
    Sums s = {0, 0, 0, 0};
    for (int i = mistake == FIRST_OUT; i < end; i++) {
        const double a = (double)u[i], b = (double)v[i];
        if (mistake == LAST_ONLY) s.uv = 0;
        if (mistake == LAST_OF_U) s.uu = 0;
        if (mistake == LAST_OF_V) s.vv = 0;
        s.uv += a * b;
        s.uu += a * a;
        s.vv += b * b;
        s.off += (a - b) * (a - b);
    }
    return s;
}

static double cosine_of(int mistake, const real *u, const real *v) {
    const Sums s = sums_of(mistake, u, v);
    const double lengths = sqrt(s.uu * s.vv);
    if (mistake == NOT_DIVIDED) return s.uv;
    if (mistake == TIMES_LENGTHS) return s.uv * lengths;
    if (!(s.uu > 0 && s.vv > 0)) return 0;
    switch (mistake) {
    case NO_ROOT:
        return s.uv / (s.uu * s.vv);
    case SIGN_LOST:
        return fabs(s.uv) / lengths;
    case OVER_UU:
        return s.uv / s.uu;
    case OVER_VV:
        return s.uv / s.vv;
    case OF_DIFFERENCE:
        return s.off / lengths;
    case OF_UU:
        return s.uu / lengths;
    case OF_VV:
        return s.vv / lengths;
    case OVER_SQUARES_ADDED:
        return s.uv / (s.uu + s.vv);
    case OVER_LENGTHS_ADDED:
        return s.uv / (sqrt(s.uu) + sqrt(s.vv));
    case TURNED:
        return -s.uv / lengths;
    case OVER_U:
        return s.uv / sqrt(s.uu);
    case OVER_V:
        return s.uv / sqrt(s.vv);
    case U_OVER_V:
        return sqrt(s.uu) / sqrt(s.vv);
    case SQUARES_DIVIDED:
        return s.uv / sqrt(s.uu / s.vv);
    default:
        return s.uv / lengths;
    }
}

void cosine_formula(const void *context, int mistake, real *out) {
    const CosinePairs *p = context;
    for (int k = 0; k < p->count; k++)
        out[k] = (real)cosine_of(mistake, p->pair[k][0], p->pair[k][1]);
}
