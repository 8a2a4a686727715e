#include "lessons/check/lbfgs.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

/* Rows of s and y that are read: in the first loop, in h, and in the second loop. */
enum { S_1, Y_1, S_H, Y_H, S_2, Y_2, ROWS };

/* Products over and under the line of a_i, h and b. */
enum { A_TOP, A_UNDER, H_TOP, H_UNDER, B_TOP, B_UNDER, PRODUCTS };

/* Lines that change d: d = d - a_i y_i, d = h d, d = d + (a_i - b) s_i. */
enum { TAKEN_OFF, SCALED, ADDED, CHANGES };

/* Some mistakes are groups: FROM_ROW_0 + S_1, FROM_ROW_0 + Y_1, and so on. */
enum {
    RIGHT,
    LOOPS_EXCHANGED,
    FIRST_LOOP_TURNED,
    SECOND_LOOP_TURNED,
    NO_H,
    H_UPSIDE_DOWN,
    H_OF_OLDEST,
    H_SS_OVER_SY,
    H_SY_OVER_SS,
    BEGINS_UPHILL,
    A_FROM_Y,
    B_FROM_S,
    TAKES_OFF_S,
    ADDS_Y,
    NO_B,
    NO_A,
    A_PLUS_B,
    B_MINUS_A,
    A_ADDED,
    A_OVER_YY,
    B_OVER_YY,
    NO_SECOND_LOOP,
    NO_FIRST_LOOP,
    FIRST_WITHOUT_OLDEST,
    FIRST_WITHOUT_NEWEST,
    SECOND_WITHOUT_OLDEST,
    SECOND_WITHOUT_NEWEST,
    OVER_H,
    A_OVER_SS,
    B_OVER_SS,
    ALL_FROM_ROW_0,
    H_ADDED,
    A_NOT_DIVIDED,
    B_NOT_DIVIDED,
    A_FROM_G,
    A_TIMES_SY,
    B_TIMES_SY,
    H_WITHOUT_S,
    A_FROM_SS,
    B_FROM_YS,
    FIRST_LOSES_D,
    SECOND_LOSES_D,
    H_TIMES_YY,
    FIRST_READS_Y,
    SECOND_READS_Y,
    FIRST_OVER_Y,
    SECOND_OVER_S,
    FROM_ROW_0,
    ROWS_OF_PAIRS = FROM_ROW_0 + ROWS,
    SHORT_PRODUCT = ROWS_OF_PAIRS + ROWS,
    NOT_FIRST = SHORT_PRODUCT + PRODUCTS,
    ONLY_PAIRS = NOT_FIRST + CHANGES,
    FIRST_READS_I = ONLY_PAIRS + CHANGES,
    SECOND_READS_I,
    FIRST_CHANGES_I,
    SECOND_CHANGES_I,
    H_FROM_S_0
};

const char *const lbfgs_whys[] = {
    [RIGHT] = "",
    [LOOPS_EXCHANGED] =
        "the two loops are exchanged: the first begins with the newest pair",
    [FIRST_LOOP_TURNED] = "the first loop goes from the newest pair to the oldest",
    [SECOND_LOOP_TURNED] = "the second loop goes from the oldest pair to the newest",
    [NO_H] = "the scale h is missing between the loops",
    [H_UPSIDE_DOWN] = "h is upside down: it is (s . y) / (y . y)",
    [H_OF_OLDEST] = "this is h of the oldest pair; row pairs - 1 is the newest",
    [H_SS_OVER_SY] = "h is (s . y) / (y . y); this is (s . s) / (s . y)",
    [H_SY_OVER_SS] = "h is (s . y) / (y . y); this is (s . y) / (s . s)",
    [BEGINS_UPHILL] = "the sign is turned: d begins with -g",
    [A_FROM_Y] = "a_i is (s_i . d) / (s_i . y_i): s, not y, is multiplied with d",
    [B_FROM_S] = "b is (y_i . d) / (s_i . y_i): y, not s, is multiplied with d",
    [TAKES_OFF_S] = "the first loop takes off a_i y_i, not a_i s_i",
    [ADDS_Y] = "the second loop adds (a_i - b) s_i, not (a_i - b) y_i",
    [NO_B] = "b is missing in the second loop: (a_i - b) s_i",
    [NO_A] = "a_i is missing in the second loop: (a_i - b) s_i",
    [A_PLUS_B] = "a_i + b stands where a_i - b belongs",
    [B_MINUS_A] = "b - a_i stands where a_i - b belongs",
    [A_ADDED] = "the first loop adds a_i y_i: take it off",
    [A_OVER_YY] = "a_i is (s_i . d) / (s_i . y_i); it is divided by y_i . y_i",
    [B_OVER_YY] = "b is (y_i . d) / (s_i . y_i); it is divided by y_i . y_i",
    [NO_SECOND_LOOP] = "the second loop is missing",
    [NO_FIRST_LOOP] = "the first loop is missing",
    [FIRST_WITHOUT_OLDEST] = "the oldest pair is left out in the first loop: i >= 0",
    [FIRST_WITHOUT_NEWEST] =
        "the newest pair is left out in the first loop: it is pairs - 1",
    [SECOND_WITHOUT_OLDEST] =
        "the oldest pair is left out in the second loop: i begins at 0",
    [SECOND_WITHOUT_NEWEST] = "the newest pair is left out in the second loop: i < pairs",
    [OVER_H] = "d is divided by h: d = h d",
    [A_OVER_SS] = "a_i is (s_i . d) / (s_i . y_i); it is divided by s_i . s_i",
    [B_OVER_SS] = "b is (y_i . d) / (s_i . y_i); it is divided by s_i . s_i",
    [ALL_FROM_ROW_0] = "every pair is the oldest: row i of s begins at s[i n]",
    [H_ADDED] = "h is added to d: d = h d",
    [A_NOT_DIVIDED] = "a_i is s_i . d: it is not divided by s_i . y_i",
    [B_NOT_DIVIDED] = "b is y_i . d: it is not divided by s_i . y_i",
    [A_FROM_G] = "s_i . g stands where s_i . d belongs: d has changed since",
    [A_TIMES_SY] = "a_i is multiplied with s_i . y_i: divide",
    [B_TIMES_SY] = "b is multiplied with s_i . y_i: divide",
    [H_WITHOUT_S] = "h is missing its s: it is 1 / (y . y)",
    [A_FROM_SS] = "s_i . s_i stands where s_i . d belongs",
    [B_FROM_YS] = "y_i . s_i stands where y_i . d belongs",
    [FIRST_LOSES_D] = "d is lost in the first loop: d = d - a_i y_i",
    [SECOND_LOSES_D] = "d is lost in the second loop: d = d + (a_i - b) s_i",
    [H_TIMES_YY] = "h is (s . y) divided by (y . y), not multiplied",
    [FIRST_READS_Y] = "the first loop reads s_i from y",
    [SECOND_READS_Y] = "the second loop reads s_i from y",
    [FIRST_OVER_Y] = "the first loop divides by y_i: it takes off a_i y_i",
    [SECOND_OVER_S] = "the second loop divides by s_i: it adds (a_i - b) s_i",
    [FROM_ROW_0 + S_1] = "the first loop takes s_i from row 0: row i begins at s[i n]",
    [FROM_ROW_0 + Y_1] = "the first loop takes y_i from row 0: row i begins at y[i n]",
    [FROM_ROW_0 + S_H] = "h takes s from row 0: row i begins at s[i n]",
    [FROM_ROW_0 + Y_H] = "h takes y from row 0: row i begins at y[i n]",
    [FROM_ROW_0 + S_2] = "the second loop takes s_i from row 0: row i begins at s[i n]",
    [FROM_ROW_0 + Y_2] = "the second loop takes y_i from row 0: row i begins at y[i n]",
    [ROWS_OF_PAIRS + S_1] =
        "the first loop takes s_i from s[i pairs]: a row has n numbers",
    [ROWS_OF_PAIRS + Y_1] =
        "the first loop takes y_i from y[i pairs]: a row has n numbers",
    [ROWS_OF_PAIRS + S_H] = "h takes s from s[(pairs - 1) pairs]: a row has n numbers",
    [ROWS_OF_PAIRS + Y_H] = "h takes y from y[(pairs - 1) pairs]: a row has n numbers",
    [ROWS_OF_PAIRS + S_2] =
        "the second loop takes s_i from s[i pairs]: a row has n numbers",
    [ROWS_OF_PAIRS + Y_2] =
        "the second loop takes y_i from y[i pairs]: a row has n numbers",
    [SHORT_PRODUCT + A_TOP] =
        "s_i . d in a_i is a sum of `pairs` products: vectors have n numbers",
    [SHORT_PRODUCT + A_UNDER] =
        "s_i . y_i in a_i is a sum of `pairs` products: vectors have n numbers",
    [SHORT_PRODUCT + H_TOP] =
        "s . y in h is a sum of `pairs` products: vectors have n numbers",
    [SHORT_PRODUCT + H_UNDER] =
        "y . y in h is a sum of `pairs` products: vectors have n numbers",
    [SHORT_PRODUCT + B_TOP] =
        "y_i . d in b is a sum of `pairs` products: vectors have n numbers",
    [SHORT_PRODUCT + B_UNDER] =
        "s_i . y_i in b is a sum of `pairs` products: vectors have n numbers",
    [NOT_FIRST + TAKEN_OFF] =
        "d = d - a_i y_i leaves out the first number: k begins at 0",
    [NOT_FIRST + SCALED] = "d = h d leaves out the first number: k begins at 0",
    [NOT_FIRST + ADDED] =
        "d = d + (a_i - b) s_i leaves out the first number: k begins at 0",
    [ONLY_PAIRS + TAKEN_OFF] = "d = d - a_i y_i changes `pairs` numbers only: k < n",
    [ONLY_PAIRS + SCALED] = "d = h d changes `pairs` numbers only: k < n",
    [ONLY_PAIRS + ADDED] = "d = d + (a_i - b) s_i changes `pairs` numbers only: k < n",
    [FIRST_READS_I] =
        "d = d - a_i y_i takes off number i of y_i everywhere: k counts the numbers",
    [SECOND_READS_I] =
        "d = d + (a_i - b) s_i adds number i of s_i everywhere: k counts the numbers",
    [FIRST_CHANGES_I] = "d = d - a_i y_i changes number i only: k counts the numbers",
    [SECOND_CHANGES_I] =
        "d = d + (a_i - b) s_i changes number i only: k counts the numbers",
    [H_FROM_S_0] = "s . s_0 stands where s . y of the newest pair belongs, in h",
    NULL};

enum { A, A_TAKEN_OFF, H, B };
const char *const lbfgs_values[] = {
    [A] = "a_i", [A_TAKEN_OFF] = "a_i in d = d - a_i y_i", [H] = "h", [B] = "b", NULL};

/* Where row i of s or y begins. */
static int row_of(const LbfgsPairs *p, int mistake, int row, int i) {
    if (mistake == ALL_FROM_ROW_0 || mistake == FROM_ROW_0 + row) return 0;
    return i * (mistake == ROWS_OF_PAIRS + row ? p->pairs : p->n);
}

/* How many numbers a product has. */
static int terms_of(const LbfgsPairs *p, int mistake, int product) {
    return mistake == SHORT_PRODUCT + product ? p->pairs : p->n;
}

/* Whether a change of d changes number e. */
static bool changed(const LbfgsPairs *p, int mistake, int change, int e) {
    if (mistake == NOT_FIRST + change) return e > 0;
    if (mistake == ONLY_PAIRS + change) return e < p->pairs;
    return true;
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

/* h */
static double scale_of(const LbfgsPairs *p, int mistake) {
    const int newest = mistake == H_OF_OLDEST ? 0 : p->pairs - 1;
    const real *s = p->s + row_of(p, mistake, S_H, newest);
    const real *y = p->y + row_of(p, mistake, Y_H, newest);
    const real *other = mistake == H_FROM_S_0 ? p->s : y;
    const double sy = products(terms_of(p, mistake, H_TOP), s, other);
    const double yy = products(terms_of(p, mistake, H_UNDER), y, y);
    const double ss = products(p->n, s, s);
    switch (mistake) {
    case NO_H:
        return 1;
    case H_UPSIDE_DOWN:
    case OVER_H:
        return yy / sy;
    case H_SS_OVER_SY:
        return ss / sy;
    case H_SY_OVER_SS:
        return sy / ss;
    case H_WITHOUT_S:
        return 1 / yy;
    case H_TIMES_YY:
        return sy * yy;
    default:
        return slip(mistake, H, sy / yy);
    }
}

/* a_i = (s_i . d) / (s_i . y_i) */
static double a_of(const LbfgsPairs *p, int mistake, int i, const double *d) {
    const real *y = p->y + row_of(p, mistake, Y_1, i);
    const real *s = mistake == FIRST_READS_Y ? y : p->s + row_of(p, mistake, S_1, i);
    const int top = terms_of(p, mistake, A_TOP);
    const int under = terms_of(p, mistake, A_UNDER);
    const double sy = products(under, s, y);
    const double sd = with(top, s, d);
    switch (mistake) {
    case A_FROM_Y:
        return with(top, y, d) / sy;
    case A_FROM_SS:
        return products(top, s, s) / sy;
    case A_OVER_YY:
        return sd / products(under, y, y);
    case A_OVER_SS:
        return sd / products(under, s, s);
    case A_NOT_DIVIDED:
        return sd;
    case A_TIMES_SY:
        return sd / (1 / sy);
    default:
        return slip(mistake, A, sd / sy);
    }
}

/* b = (y_i . d) / (s_i . y_i) */
static double b_of(const LbfgsPairs *p, int mistake, int i, const double *d) {
    const real *y = p->y + row_of(p, mistake, Y_2, i);
    const real *s = mistake == SECOND_READS_Y ? y : p->s + row_of(p, mistake, S_2, i);
    const int top = terms_of(p, mistake, B_TOP);
    const int under = terms_of(p, mistake, B_UNDER);
    const double sy = products(under, s, y);
    const double yd = with(top, y, d);
    switch (mistake) {
    case B_FROM_S:
        return with(top, s, d) / sy;
    case B_FROM_YS:
        return products(top, y, s) / sy;
    case B_OVER_YY:
        return yd / products(under, y, y);
    case B_OVER_SS:
        return yd / products(under, s, s);
    case B_NOT_DIVIDED:
        return yd;
    case B_TIMES_SY:
        return yd / (1 / sy);
    default:
        return slip(mistake, B, yd / sy);
    }
}

/* a_i - b */
static double a_minus_b(int mistake, double a, double b) {
    switch (mistake) {
    case NO_B:
        return a;
    case NO_A:
        return -b;
    case A_PLUS_B:
        return a + b;
    case B_MINUS_A:
        return b - a;
    default:
        return a - b;
    }
}

/* d = d - a_i y_i */
static void take_off(const LbfgsPairs *p, int mistake, int i, double a, double *d) {
    const real *y = p->y + row_of(p, mistake, Y_1, i);
    if (mistake == TAKES_OFF_S) y = p->s + i * p->n;
    for (int e = 0; e < p->n; e++) {
        const double y_e = (double)y[mistake == FIRST_READS_I ? i : e];
        const double step = mistake == FIRST_OVER_Y ? a / y_e : a * y_e;
        const int to = mistake == FIRST_CHANGES_I ? i : e;
        if (!changed(p, mistake, TAKEN_OFF, e)) continue;
        d[to] = mistake == FIRST_LOSES_D ? step : d[to] - step;
    }
}

/* d = d + (a_i - b) s_i */
static void add(const LbfgsPairs *p, int mistake, int i, double factor, double *d) {
    const real *s = p->s + row_of(p, mistake, S_2, i);
    if (mistake == ADDS_Y || mistake == SECOND_READS_Y) s = p->y + i * p->n;
    for (int e = 0; e < p->n; e++) {
        const double s_e = (double)s[mistake == SECOND_READS_I ? i : e];
        const double step = mistake == SECOND_OVER_S ? factor / s_e : factor * s_e;
        const int to = mistake == SECOND_CHANGES_I ? i : e;
        if (!changed(p, mistake, ADDED, e)) continue;
        d[to] = mistake == SECOND_LOSES_D ? step : d[to] + step;
    }
}

/* From the newest pair to the oldest. */
static void first_loop(const LbfgsPairs *p, int mistake, double *a, double *d) {
    const bool turned = mistake == LOOPS_EXCHANGED || mistake == FIRST_LOOP_TURNED;
    const int newest = p->pairs - 1;
    double begun[LBFGS_N];
    memcpy(begun, d, sizeof begun);
    if (mistake == NO_FIRST_LOOP) return;
    for (int k = 0; k < p->pairs; k++) {
        const int i = turned ? k : newest - k;
        if (mistake == FIRST_WITHOUT_OLDEST && i == 0) continue;
        if (mistake == FIRST_WITHOUT_NEWEST && i == newest) continue;
        a[i] = a_of(p, mistake, i, mistake == A_FROM_G ? begun : d);
        const double off = mistake == A_ADDED ? -a[i] : a[i];
        take_off(p, mistake, i, slip(mistake, A_TAKEN_OFF, off), d);
    }
}

/* d = h d */
static void scale(const LbfgsPairs *p, int mistake, double *d) {
    if (!p->pairs) return;
    const double h = scale_of(p, mistake);
    for (int e = 0; e < p->n; e++) {
        if (!changed(p, mistake, SCALED, e)) continue;
        d[e] = mistake == H_ADDED ? d[e] + h : d[e] * h;
    }
}

/* From the oldest pair to the newest. */
static void second_loop(const LbfgsPairs *p, int mistake, const double *a, double *d) {
    const bool turned = mistake == LOOPS_EXCHANGED || mistake == SECOND_LOOP_TURNED;
    const int newest = p->pairs - 1;
    if (mistake == NO_SECOND_LOOP) return;
    for (int k = 0; k < p->pairs; k++) {
        const int i = turned ? newest - k : k;
        if (mistake == SECOND_WITHOUT_OLDEST && i == 0) continue;
        if (mistake == SECOND_WITHOUT_NEWEST && i == newest) continue;
        const double b = b_of(p, mistake, i, d);
        add(p, mistake, i, a_minus_b(mistake, a[i], b), d);
    }
}

void lbfgs_formula(const void *context, int mistake, real *out) {
    const LbfgsPairs *p = context;
    double d[LBFGS_N] = {0}, a[LBFGS_PAIRS] = {0};
    for (int e = 0; e < p->n; e++)
        d[e] = mistake == BEGINS_UPHILL ? (double)p->g[e] : -(double)p->g[e];
    first_loop(p, mistake, a, d);
    scale(p, mistake, d);
    second_loop(p, mistake, a, d);
    for (int e = 0; e < p->n; e++)
        out[e] = (real)d[e];
}
