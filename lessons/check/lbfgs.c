#include "lessons/check/lbfgs.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

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
    "s_i . s_i stands where s_i . d belongs",
    "y_i . s_i stands where y_i . d belongs",
    "d is lost in the first loop: d = d - a_i y_i",
    "d is lost in the second loop: d = d + (a_i - b) s_i",
    "h is (s . y) divided by (y . y), not multiplied",
    "the first loop reads s_i from y",
    "the second loop reads s_i from y",
    "the first loop divides by y_i: it takes off a_i y_i",
    "the second loop divides by s_i: it adds (a_i - b) s_i",
    "the first loop takes s_i from row 0: row i begins at s[i n]",
    "the first loop takes y_i from row 0: row i begins at y[i n]",
    "h takes s from row 0: row i begins at s[i n]",
    "h takes y from row 0: row i begins at y[i n]",
    "the second loop takes s_i from row 0: row i begins at s[i n]",
    "the second loop takes y_i from row 0: row i begins at y[i n]",
    "the first loop takes s_i from s[i pairs]: a row has n numbers",
    "the first loop takes y_i from y[i pairs]: a row has n numbers",
    "h takes s from s[(pairs - 1) pairs]: a row has n numbers",
    "h takes y from y[(pairs - 1) pairs]: a row has n numbers",
    "the second loop takes s_i from s[i pairs]: a row has n numbers",
    "the second loop takes y_i from y[i pairs]: a row has n numbers",
    "s_i . d in a_i is a sum of `pairs` products: vectors have n numbers",
    "s_i . y_i in a_i is a sum of `pairs` products: vectors have n numbers",
    "s . y in h is a sum of `pairs` products: vectors have n numbers",
    "y . y in h is a sum of `pairs` products: vectors have n numbers",
    "y_i . d in b is a sum of `pairs` products: vectors have n numbers",
    "s_i . y_i in b is a sum of `pairs` products: vectors have n numbers",
    "d = d - a_i y_i leaves out the first number: k begins at 0",
    "d = h d leaves out the first number: k begins at 0",
    "d = d + (a_i - b) s_i leaves out the first number: k begins at 0",
    "d = d - a_i y_i changes `pairs` numbers only: k < n",
    "d = h d changes `pairs` numbers only: k < n",
    "d = d + (a_i - b) s_i changes `pairs` numbers only: k < n",
    "d = d - a_i y_i takes off number i of y_i everywhere: k counts the numbers",
    "d = d + (a_i - b) s_i adds number i of s_i everywhere: k counts the numbers",
    "d = d - a_i y_i changes number i only: k counts the numbers",
    "d = d + (a_i - b) s_i changes number i only: k counts the numbers",
    "s . s_0 stands where s . y of the newest pair belongs, in h",
    NULL};

const char *const lbfgs_values[] = {"a_i", "a_i in d = d - a_i y_i", "h", "b", NULL};
enum { A, A_TAKEN_OFF, H, B };

/* The numbers of whole groups of mistakes: for each row, product and loop below. */
enum {
    FROM_ROW_0 = 47,
    ROWS_OF_PAIRS = 53,
    SHORT_PRODUCT = 59,
    NOT_FIRST = 65,
    ONLY_PAIRS = 68
};

/* Where a row begins, for one of S_1 ... Y_2. */
enum { S_1, Y_1, S_H, Y_H, S_2, Y_2 };
static int row_of(const LbfgsPairs *p, int mistake, int which, int i) {
    if (mistake == 30 || mistake == FROM_ROW_0 + which) return 0;
    return i * (mistake == ROWS_OF_PAIRS + which ? p->pairs : p->n);
}

/* How many numbers a product has: one of those in a_i, h and b. */
enum { A_TOP, A_UNDER, H_TOP, H_UNDER, B_TOP, B_UNDER };
static int terms_of(const LbfgsPairs *p, int mistake, int which) {
    return mistake == SHORT_PRODUCT + which ? p->pairs : p->n;
}

/* The numbers that are changed: by one of the three lines that change d. */
enum { TAKEN_OFF, SCALED, ADDED };
static bool changed(const LbfgsPairs *p, int mistake, int which, int k) {
    return !(mistake == NOT_FIRST + which && k == 0) &&
           !(mistake == ONLY_PAIRS + which && k >= p->pairs);
}

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
    const int newest = mistake == 6 ? 0 : p->pairs - 1;
    const real *s = p->s + row_of(p, mistake, S_H, newest),
               *y = p->y + row_of(p, mistake, Y_H, newest);
    const double sy = products(terms_of(p, mistake, H_TOP), s, mistake == 75 ? p->s : y),
                 yy = products(terms_of(p, mistake, H_UNDER), y, y),
                 ss = products(p->n, s, s);
    switch (mistake) {
    case 4:
        return 1;
    case 5:
    case 27:
        return yy / sy;
    case 7:
        return ss / sy;
    case 8:
        return sy / ss;
    case 37:
        return 1 / yy;
    case 42:
        return sy * yy;
    default:
        return slip(mistake, H, sy / yy);
    }
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

/* a_i, which the first loop takes off. */
static double first_of(const LbfgsPairs *p, int mistake, int i, const double *d) {
    const real *y = p->y + row_of(p, mistake, Y_1, i),
               *s = mistake == 43 ? y : p->s + row_of(p, mistake, S_1, i);
    const int top = terms_of(p, mistake, A_TOP), under = terms_of(p, mistake, A_UNDER);
    const double sd =
        mistake == 38 ? products(top, s, s) : with(top, mistake == 10 ? y : s, d);
    return slip(mistake, A,
                sd / divisor(under, s, y, mistake == 19, mistake == 28, mistake == 32,
                             mistake == 35));
}

/* a_i - b, with which the second loop adds s_i. */
static double second_of(const LbfgsPairs *p, int mistake, int i, double a,
                        const double *d) {
    const real *y = p->y + row_of(p, mistake, Y_2, i),
               *s = mistake == 44 ? y : p->s + row_of(p, mistake, S_2, i);
    const int top = terms_of(p, mistake, B_TOP), under = terms_of(p, mistake, B_UNDER);
    const double yd =
        mistake == 39 ? products(top, y, s) : with(top, mistake == 11 ? s : y, d);
    const double b = slip(mistake, B,
                          yd / divisor(under, s, y, mistake == 20, mistake == 29,
                                       mistake == 33, mistake == 36));
    return mistake == 14   ? a
           : mistake == 15 ? -b
           : mistake == 16 ? a + b
           : mistake == 17 ? b - a
                           : a - b;
}

static void first_loop(const LbfgsPairs *p, int mistake, double *a, double *d) {
    double begun[LBFGS_N];
    memcpy(begun, d, sizeof begun);
    for (int k = 0; k < p->pairs && mistake != 22; k++) {
        const int i = mistake == 1 || mistake == 2 ? k : p->pairs - 1 - k;
        if ((mistake == 23 && i == 0) || (mistake == 24 && i == p->pairs - 1)) continue;
        a[i] = first_of(p, mistake, i, mistake == 34 ? begun : d);
        const real *by =
            mistake == 12 ? p->s + i * p->n : p->y + row_of(p, mistake, Y_1, i);
        const double off = slip(mistake, A_TAKEN_OFF, mistake == 18 ? -a[i] : a[i]);
        for (int e = 0; e < p->n; e++) {
            const double y = (double)by[mistake == 71 ? i : e];
            if (!changed(p, mistake, TAKEN_OFF, e)) continue;
            if (mistake == 40)
                d[e] = off * y;
            else
                d[mistake == 73 ? i : e] -= mistake == 45 ? off / y : off * y;
        }
    }
}

static void second_loop(const LbfgsPairs *p, int mistake, const double *a, double *d) {
    for (int k = 0; k < p->pairs && mistake != 21; k++) {
        const int i = mistake == 1 || mistake == 3 ? p->pairs - 1 - k : k;
        if ((mistake == 25 && i == 0) || (mistake == 26 && i == p->pairs - 1)) continue;
        const double factor = second_of(p, mistake, i, a[i], d);
        const real *by = mistake == 13 || mistake == 44
                             ? p->y + i * p->n
                             : p->s + row_of(p, mistake, S_2, i);
        for (int e = 0; e < p->n; e++) {
            const double s = (double)by[mistake == 72 ? i : e];
            const double step = mistake == 46 ? factor / s : factor * s;
            if (!changed(p, mistake, ADDED, e)) continue;
            if (mistake == 41)
                d[e] = step;
            else
                d[mistake == 74 ? i : e] += step;
        }
    }
}

void lbfgs_formula(const void *context, int mistake, real *out) {
    const LbfgsPairs *p = context;
    double d[LBFGS_N] = {0}, a[LBFGS_PAIRS] = {0};
    for (int k = 0; k < p->n; k++)
        d[k] = mistake == 9 ? (double)p->g[k] : -(double)p->g[k];
    first_loop(p, mistake, a, d);
    for (int e = 0; e < p->n && p->pairs; e++)
        if (mistake == 31)
            d[e] += scale_of(p, 0);
        else if (changed(p, mistake, SCALED, e))
            d[e] *= scale_of(p, mistake);
    second_loop(p, mistake, a, d);
    for (int e = 0; e < p->n; e++)
        out[e] = (real)d[e];
}
