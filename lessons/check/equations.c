#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/flows.h"
#include "lessons/check/slips.h"

enum { VALUE_A, VALUE_B, VALUE_UNLIKE, VALUE_SUM };
const char *const equation_values[] = {"a", "b", "a u + b v + c",
                                       "the sum over the neighbours", NULL};

const char *const equation_term_names[EQUATION_TERMS] = {
    "the product with a u + b v + c", "the difference to the neighbour above",
    "the difference to the neighbour below", "the difference to the left neighbour",
    "the difference to the right neighbour"};

enum {
    RIGHT,
    ENERGY,
    NO_FACTOR,
    OTHER_FACTOR,
    BOTH_FACTORS,
    SQUARED,
    NO_A_U,
    NO_B_V,
    NO_C,
    MINUS_B_V,
    MINUS_C,
    UV_EXCHANGED,
    AB_EXCHANGED,
    UNDER_A,
    OVER_B,
    A_PLUS_U,
    B_PLUS_V,
    TIMES_C,
    OTHER_FLOW,
    NO_SMOOTHNESS,
    OVER_SMOOTHNESS,
    SMOOTHNESS_ADDED,
    SMOOTHNESS_TAKEN,
    SMOOTHNESS_ONCE,
    MEAN,
    MEAN_OF_FOUR,
    NOT_SUBTRACTED,
    SUMS,
    OUTSIDE_ZERO,
    ROUND,
    DIAGONAL,
    EIGHT,
    NO_BORDER,
    NO_UP,
    NO_DOWN,
    NO_LEFT,
    NO_RIGHT,
    LAST_ONLY,
    SUM_OF_BOTH,
    EXCHANGED
};

const char *const equation_whys[] = {
    [RIGHT] = "",
    [ENERGY] = "a u + b v + c is squared: this is the energy, not its gradient",
    [NO_FACTOR] = "a u + b v + c is not multiplied: by a for u, by b for v",
    [OTHER_FACTOR] = "a and b are exchanged: a for u, b for v",
    [BOTH_FACTORS] = "it is multiplied by a and by b: by a for u, by b for v",
    [SQUARED] = "the factor is squared: a for u, b for v",
    [NO_A_U] = "a u is missing",
    [NO_B_V] = "b v is missing",
    [NO_C] = "c is missing",
    [MINUS_B_V] = "b v is subtracted: a u + b v + c",
    [MINUS_C] = "c is subtracted: a u + b v + c",
    [UV_EXCHANGED] = "u and v are exchanged in a u + b v + c",
    [AB_EXCHANGED] = "a and b are exchanged in a u + b v + c",
    [UNDER_A] = "a is divided by u: a u + b v + c",
    [OVER_B] = "b is divided by v: a u + b v + c",
    [A_PLUS_U] = "a and u are added: a u + b v + c",
    [B_PLUS_V] = "b and v are added: a u + b v + c",
    [TIMES_C] = "c is multiplied: a u + b v + c",
    [OTHER_FLOW] = "the neighbours are those of the other of u and v",
    [NO_SMOOTHNESS] = "smoothness is missing",
    [OVER_SMOOTHNESS] = "the sum is divided by smoothness: multiply",
    [SMOOTHNESS_ADDED] = "smoothness is added to the sum: multiply",
    [SMOOTHNESS_TAKEN] = "smoothness is subtracted from the sum: multiply",
    [SMOOTHNESS_ONCE] = "smoothness multiplies everything: only the sum",
    [MEAN] = "the mean of the differences: their sum",
    [MEAN_OF_FOUR] = "the sum is divided by 4, also at the edge: the sum itself",
    [NOT_SUBTRACTED] = "the pixel itself is not subtracted: u_q - u",
    [SUMS] = "the pixel itself is added: u_q - u",
    [OUTSIDE_ZERO] = "neighbours outside are taken for 0: there is no difference to them",
    [ROUND] = "the image is closed to a ring: the last pixel has no right neighbour",
    [DIAGONAL] = "the neighbours are the diagonal ones: above, below, left and right",
    [EIGHT] = "there are eight neighbours: only above, below, left and right",
    [NO_BORDER] = "a pixel at the edge has no sum: take the neighbours that there are",
    [NO_UP] = "the neighbour above is missing",
    [NO_DOWN] = "the neighbour below is missing",
    [NO_LEFT] = "the left neighbour is missing",
    [NO_RIGHT] = "the right neighbour is missing",
    [LAST_ONLY] = "only the last neighbour counts: += is missing in the sum",
    [SUM_OF_BOTH] = "the differences of u and of v are in both: u for u, v for v",
    [EXCHANGED] = "left_u and left_v are exchanged",
    NULL};

/* ---- The sum over the neighbours ---- */

enum { UP, DOWN, LEFT, ON_RIGHT, STRAIGHT, NEIGHBOURS = 8 };
static const int down_by[NEIGHBOURS] = {-1, 1, 0, 0, -1, -1, 1, 1};
static const int right_by[NEIGHBOURS] = {0, 0, -1, 1, -1, 1, -1, 1};

static bool left_out(int mistake, int q) {
    const bool straight = q < STRAIGHT;
    return (mistake == NO_UP && q == UP) || (mistake == NO_DOWN && q == DOWN) ||
           (mistake == NO_LEFT && q == LEFT) || (mistake == NO_RIGHT && q == ON_RIGHT) ||
           (mistake == DIAGONAL ? straight : !straight && mistake != EIGHT);
}

/* x_q - x; whether there is one. */
static bool difference_to(const FlowEquations *t, int mistake, const real *x, int k,
                          int q, double *d) {
    int i = k / t->w + down_by[q], j = k % t->w + right_by[q];
    const bool outside = i < 0 || i >= t->h || j < 0 || j >= t->w;
    if (outside && mistake != OUTSIDE_ZERO && mistake != ROUND) return false;
    i = (i + t->h) % t->h, j = (j + t->w) % t->w;
    const double there = outside && mistake == OUTSIDE_ZERO ? 0 : (double)x[i * t->w + j];
    const double here = (double)x[k];
    *d = mistake == NOT_SUBTRACTED ? there
         : mistake == SUMS         ? there + here
                                   : there - here;
    return true;
}

static double sum_of(const FlowEquations *t, int mistake, const real *x, int k) {
    double sum = 0, last = 0;
    int count = 0;
    for (int q = 0; q < NEIGHBOURS; q++) {
        double d;
        if (left_out(mistake, q) || !difference_to(t, mistake, x, k, q, &d)) continue;
        last = d;
        sum += d;
        count++;
    }
    if (mistake == LAST_ONLY) return last;
    if (mistake == MEAN) return count ? sum / count : 0;
    if (mistake == MEAN_OF_FOUR) return sum / 4;
    if (mistake == NO_BORDER && count < 4) return 0;
    return slip(mistake, VALUE_SUM, sum);
}

/* ---- a u + b v + c ---- */

static double unlike(const FlowEquations *t, int mistake, int k) {
    double a = (double)t->a[k], b = (double)t->b[k], c = (double)t->c[k];
    double u = (double)t->u[k], v = (double)t->v[k];
    if (mistake == UV_EXCHANGED) u = (double)t->v[k], v = (double)t->u[k];
    if (mistake == AB_EXCHANGED) a = (double)t->b[k], b = (double)t->a[k];
    double a_u = a * u, b_v = b * v;
    switch (mistake) {
    case NO_A_U:
        return b_v + c;
    case NO_B_V:
        return a_u + c;
    case NO_C:
        return a_u + b_v;
    case MINUS_B_V:
        return a_u - b_v + c;
    case MINUS_C:
        return a_u + b_v - c;
    case UNDER_A:
        return a / u + b_v + c;
    case OVER_B:
        return a_u + b / v + c;
    case A_PLUS_U:
        return a + u + b_v + c;
    case B_PLUS_V:
        return a_u + b + v + c;
    case TIMES_C:
        return a_u + b_v * c;
    default:
        return slip(mistake, VALUE_UNLIKE, a_u + b_v + c);
    }
}

static double factor(const FlowEquations *t, int mistake, bool of_v, int k) {
    const double a = slip(mistake, VALUE_A, (double)t->a[k]);
    const double b = slip(mistake, VALUE_B, (double)t->b[k]);
    const double own = of_v ? b : a;
    switch (mistake) {
    case NO_FACTOR:
        return 1;
    case OTHER_FACTOR:
        return of_v ? a : b;
    case BOTH_FACTORS:
        return a * b;
    case SQUARED:
        return own * own;
    default:
        return own;
    }
}

static double equation(const FlowEquations *t, int mistake, bool of_v, int k) {
    const bool other = mistake == OTHER_FLOW;
    const double e = unlike(t, mistake, k), s = t->smoothness;
    double sum = sum_of(t, mistake, of_v != other ? t->v : t->u, k);
    double product = factor(t, mistake, of_v, k) * e;
    if (mistake == ENERGY) product = e * e;
    if (mistake == SUM_OF_BOTH)
        sum = sum_of(t, mistake, t->u, k) + sum_of(t, mistake, t->v, k);
    switch (mistake) {
    case NO_SMOOTHNESS:
        return product - sum;
    case OVER_SMOOTHNESS:
        return product - sum / s;
    case SMOOTHNESS_ADDED:
        return product - (s + sum);
    case SMOOTHNESS_TAKEN:
        return product - (s - sum);
    case SMOOTHNESS_ONCE:
        return s * (product - sum);
    default:
        return product - s * sum;
    }
}

static void equations(const FlowEquations *t, int mistake, bool of_v, real *left) {
    const bool v = mistake == EXCHANGED ? !of_v : of_v;
    for (int k = 0; k < t->h * t->w; k++)
        left[k] = (real)equation(t, mistake, v, k);
}

void equations_of_u(const void *context, int mistake, real *left) {
    equations(context, mistake, false, left);
}

void equations_of_v(const void *context, int mistake, real *left) {
    equations(context, mistake, true, left);
}

void equation_term(const FlowEquations *t, bool of_v, int term, real *left) {
    for (int k = 0; k < t->h * t->w; k++) {
        double d = 0;
        if (term > 0 && difference_to(t, RIGHT, of_v ? t->v : t->u, k, term - 1, &d))
            d *= -t->smoothness;
        left[k] = (real)(term > 0 ? d : factor(t, RIGHT, of_v, k) * unlike(t, RIGHT, k));
    }
}

double equations_energy(const FlowEquations *t) {
    static const int once[2] = {DOWN, ON_RIGHT}; /* each pair of neighbours */
    double sum = 0;
    for (int k = 0; k < t->h * t->w; k++) {
        const double e = unlike(t, RIGHT, k);
        sum += e * e / 2;
        for (int q = 0; q < 2; q++) {
            double d = 0;
            if (difference_to(t, RIGHT, t->u, k, once[q], &d))
                sum += t->smoothness * d * d / 2;
            if (difference_to(t, RIGHT, t->v, k, once[q], &d))
                sum += t->smoothness * d * d / 2;
        }
    }
    return sum;
}
