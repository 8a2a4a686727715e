#include "lessons/check/lbfgs.h"

#include <stdbool.h>
#include <stddef.h>

const char *const lbfgs_whys[] = {
    "",
    "the two loops are exchanged: the first begins with the newest pair",
    "the first loop goes from the newest pair to the oldest",
    "the second loop goes from the oldest pair to the newest",
    "the scale h is missing between the loops",
    "h is upside down: it is (s . y) / (y . y)",
    "this is h of the oldest pair; row pairs - 1 is the newest",
    "h is (s . y) / (y . y); this is (s . s) / (s . y)",
    "h is (s . y) / (y . y); this is (s . y) / (s . s)",
    "the sign is turned: d begins with -g",
    "a_i is (s_i . d) / (s_i . y_i): s, not y, is multiplied with d",
    "b is (y_i . d) / (s_i . y_i): y, not s, is multiplied with d",
    "the first loop takes off a_i y_i, not a_i s_i",
    "the second loop adds (a_i - b) s_i, not (a_i - b) y_i",
    "b is missing in the second loop: (a_i - b) s_i",
    "a_i is missing in the second loop: (a_i - b) s_i",
    "a_i + b stands where a_i - b belongs",
    "b - a_i stands where a_i - b belongs",
    "the first loop adds a_i y_i: take it off",
    "a_i is (s_i . d) / (s_i . y_i); it is divided by y_i . y_i",
    "b is (y_i . d) / (s_i . y_i); it is divided by y_i . y_i",
    "the second loop is missing",
    "the first loop is missing",
    "the oldest pair is left out in the first loop: i >= 0",
    "the newest pair is left out in the first loop: it is pairs - 1",
    "the oldest pair is left out in the second loop: i begins at 0",
    "the newest pair is left out in the second loop: i < pairs",
    "d is divided by h: d = h d",
    "a_i is (s_i . d) / (s_i . y_i); it is divided by s_i . s_i",
    "b is (y_i . d) / (s_i . y_i); it is divided by s_i . s_i",
    "every pair is the oldest: row i of s begins at s[i n]",
    "h is added to d: d = h d",
    "a_i is s_i . d: it is not divided by s_i . y_i",
    "b is y_i . d: it is not divided by s_i . y_i",
    "s_i . g stands where s_i . d belongs: d has changed since",
    "a_i is multiplied with s_i . y_i: divide",
    "b is multiplied with s_i . y_i: divide",
    "h is missing its s: it is 1 / (y . y)",
    NULL};

static double with(int n, const real *a, const double *b) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

static double products(int n, const real *a, const real *b) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static double scale_of(const LbfgsPairs *p, int mistake) {
    const int row = (mistake == 6 || mistake == 30 ? 0 : p->pairs - 1) * p->n;
    const real *s = p->s + row, *y = p->y + row;
    const double sy = products(p->n, s, y), yy = products(p->n, y, y),
                 ss = products(p->n, s, s);
    return mistake == 4                    ? 1
           : mistake == 5 || mistake == 27 ? yy / sy
           : mistake == 7                  ? ss / sy
           : mistake == 8                  ? sy / ss
           : mistake == 37                 ? 1 / yy
                                           : sy / yy;
}

/* s_i . y_i, or what is divided by instead. */
static double divisor(int n, const real *s, const real *y, bool by_y, bool by_s,
                      bool none, bool times) {
    const double sy = products(n, s, y);
    return by_y    ? products(n, y, y)
           : by_s  ? products(n, s, s)
           : none  ? 1
           : times ? 1 / sy
                   : sy;
}

void lbfgs_formula(const void *context, int mistake, real *out) {
    const LbfgsPairs *p = context;
    const int n = p->n, pairs = p->pairs;
    double d[LBFGS_N], a[LBFGS_PAIRS] = {0}, minus_g[LBFGS_N];
    for (int k = 0; k < n; k++)
        d[k] = minus_g[k] = mistake == 9 ? (double)p->g[k] : -(double)p->g[k];
    for (int k = 0; k < pairs && mistake != 22; k++) {
        const int i = mistake == 1 || mistake == 2 ? k : pairs - 1 - k;
        if ((mistake == 23 && i == 0) || (mistake == 24 && i == pairs - 1)) continue;
        const int row = mistake == 30 ? 0 : i * n;
        const real *s = p->s + row, *y = p->y + row;
        a[i] =
            with(n, mistake == 10 ? y : s, mistake == 34 ? minus_g : d) /
            divisor(n, s, y, mistake == 19, mistake == 28, mistake == 32, mistake == 35);
        for (int e = 0; e < n; e++)
            d[e] -= (mistake == 18 ? -a[i] : a[i]) * (double)(mistake == 12 ? s : y)[e];
    }
    for (int e = 0; e < n && pairs; e++)
        d[e] = mistake == 31 ? d[e] + scale_of(p, 0) : d[e] * scale_of(p, mistake);
    for (int k = 0; k < pairs && mistake != 21; k++) {
        const int i = mistake == 1 || mistake == 3 ? pairs - 1 - k : k;
        if ((mistake == 25 && i == 0) || (mistake == 26 && i == pairs - 1)) continue;
        const int row = mistake == 30 ? 0 : i * n;
        const real *s = p->s + row, *y = p->y + row;
        const double b =
            with(n, mistake == 11 ? s : y, d) /
            divisor(n, s, y, mistake == 20, mistake == 29, mistake == 33, mistake == 36);
        const double factor = mistake == 14   ? a[i]
                              : mistake == 15 ? -b
                              : mistake == 16 ? a[i] + b
                              : mistake == 17 ? b - a[i]
                                              : a[i] - b;
        for (int e = 0; e < n; e++)
            d[e] += factor * (double)(mistake == 13 ? y : s)[e];
    }
    for (int e = 0; e < n; e++)
        out[e] = (real)d[e];
}
