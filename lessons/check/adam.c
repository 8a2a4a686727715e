#include "lessons/check/adam.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

enum { N = ADAM_N };

enum {
    RIGHT,
    MEAN_IS_SUM,
    MEAN_FORGETS,
    MEAN_WITHOUT_G,
    MEAN_BETAS_EXCHANGED,
    MEAN_CORRECTED,
    MEAN_OLD_WITHOUT_BETA,
    MEAN_OTHER_POWER,
    MEAN_BETA_TWICE,
    MEAN_NEW_HAS_BETA,
    MEAN_ONLY_FIRST,
    MEAN_NOT_LAST,
    MEAN_NOT_FIRST,
    MEAN_WEIGHTS_EXCHANGED,
    MEAN_FIRST_G,
    MEAN_ONE_PLUS_BETA,
    MEAN_OTHER_HELD,
    MEAN_HELD_OF_T,
    MEAN_G_OF_T,
    MEAN_TO_T
};

const char *const adam_mean_whys[] = {
    [RIGHT] = "",
    [MEAN_IS_SUM] = "m and v are means: 1 - beta1 in front of g or 1 - beta2 in front of "
                    "g^2 is missing",
    [MEAN_FORGETS] = "what it held before is forgotten",
    [MEAN_WITHOUT_G] = "g, or g^2, is missing",
    [MEAN_BETAS_EXCHANGED] = "beta1 and beta2 are exchanged",
    [MEAN_CORRECTED] =
        "m and v are overwritten by m' and v': the next step needs them as they are",
    [MEAN_OLD_WITHOUT_BETA] = "beta is missing in front of what it held before",
    [MEAN_OTHER_POWER] = "g^2 belongs to v, and g to m",
    [MEAN_BETA_TWICE] = "beta stands in front of g, or g^2, where 1 - beta belongs",
    [MEAN_NEW_HAS_BETA] =
        "what it held before has no beta, and g, or g^2, has beta where 1 - beta belongs",
    [MEAN_ONLY_FIRST] = "only the first number is updated",
    [MEAN_NOT_LAST] = "the last number is left out: i < n",
    [MEAN_NOT_FIRST] = "the first number is left out: i begins at 0",
    [MEAN_WEIGHTS_EXCHANGED] = "beta and 1 - beta are exchanged",
    [MEAN_FIRST_G] = "every number gets the gradient of the first: g[i]",
    [MEAN_ONE_PLUS_BETA] = "1 + beta where 1 - beta belongs",
    [MEAN_OTHER_HELD] = "m and v are exchanged in what it held before",
    [MEAN_HELD_OF_T] = "what it held before is that of number t, which is the step: i "
                       "counts the numbers",
    [MEAN_G_OF_T] =
        "the gradient is that of number t, which is the step: i counts the numbers",
    [MEAN_TO_T] = "all is written to number t, which is the step: i counts the numbers",
    NULL};

/* Whether number i is updated. */
static bool updated(int mistake, int i) {
    if (mistake == MEAN_ONLY_FIRST) return i == 0;
    if (mistake == MEAN_NOT_LAST) return i < N - 1;
    if (mistake == MEAN_NOT_FIRST) return i > 0;
    return true;
}

/* Number i of the gradient. */
static double gradient_of(const AdamStep *t, int mistake, int i) {
    if (mistake == MEAN_FIRST_G) return (double)t->g[0];
    if (mistake == MEAN_G_OF_T) return (double)t->g[t->t];
    return (double)t->g[i];
}

/* Element i of m, or of v: the mean of the gradients or of their squares. */
static double mean(const AdamStep *t, bool squares, int mistake, int i,
                   const real *held) {
    const bool beta2 = squares != (mistake == MEAN_BETAS_EXCHANGED);
    const bool squared = squares != (mistake == MEAN_OTHER_POWER);
    const double b = (double)(beta2 ? t->a.beta2 : t->a.beta1);
    const double g = gradient_of(t, mistake, i);
    const double old = (double)held[mistake == MEAN_HELD_OF_T ? t->t : i];
    const double new = squared ? g *g : g;
    if (!updated(mistake, i)) return old;
    switch (mistake) {
    case MEAN_IS_SUM:
        return b * old + new;
    case MEAN_FORGETS:
        return (1 - b) * new;
    case MEAN_WITHOUT_G:
        return b * old;
    case MEAN_CORRECTED:
        return (b * old + (1 - b) * new) / (1 - pow(b, t->t));
    case MEAN_OLD_WITHOUT_BETA:
        return old + (1 - b) * new;
    case MEAN_BETA_TWICE:
        return b * old + b * new;
    case MEAN_NEW_HAS_BETA:
        return old + b * new;
    case MEAN_WEIGHTS_EXCHANGED:
        return (1 - b) * old + b * new;
    case MEAN_ONE_PLUS_BETA:
        return b * old + (1 + b) * new;
    default:
        return b * old + (1 - b) * new;
    }
}

/* One number after the other: where an index is wrong, it matters what is new already. */
static void all_means(const AdamStep *t, bool squares, int mistake, real *now) {
    memcpy(now, squares ? t->v : t->m, N * sizeof *now);
    const real *held = mistake == MEAN_OTHER_HELD ? (squares ? t->m : t->v) : now;
    for (int i = 0; i < N; i++)
        now[mistake == MEAN_TO_T ? t->t : i] = (real)mean(t, squares, mistake, i, held);
}

void adam_means(const void *context, int mistake, real *m) {
    all_means(context, false, mistake, m);
}

void adam_mean_squares(const void *context, int mistake, real *v) {
    all_means(context, true, mistake, v);
}

enum {
    NO_CORRECTION = 1,
    M_UNCORRECTED,
    V_UNCORRECTED,
    NO_ROOT,
    T_IS_1,
    ONE_PLUS,
    EPSILON_UNDER_ROOT,
    NO_EPSILON,
    BETAS_EXCHANGED,
    UPHILL,
    NO_LR,
    X_LOST,
    BY_GRADIENT,
    TIMES_CORRECTIONS,
    BETA_TIMES_T,
    T_PLUS_1,
    T_MINUS_1,
    X_STAYS,
    MINUS_EPSILON,
    TIMES_ROOT,
    NOT_LAST,
    NOT_FIRST,
    CORRECTION_OUTSIDE,
    BY_POWERS,
    FIRST_FOR_ALL,
    ROOT_OF_M,
    ONLY_EPSILON,
    TIMES_M_CORRECTION,
    TIMES_V_CORRECTION,
    M_ONE_PLUS,
    V_ONE_PLUS,
    M_BY_POWER,
    V_BY_POWER,
    OLD_MEANS,
    V_FOR_M,
    M_OF_T,
    V_OF_T,
    MOVES_T,
    M_POWER_N,
    V_POWER_N
};

const char *const adam_whys[] = {
    [RIGHT] = "",
    [NO_CORRECTION] =
        "the bias correction is missing: m and v start at 0 and are too small at first",
    [M_UNCORRECTED] = "m' is m / (1 - beta1^t): its bias correction is missing",
    [V_UNCORRECTED] = "v' is v / (1 - beta2^t): its bias correction is missing",
    [NO_ROOT] = "m' / v' without the root: x moves by lr sign(g) only when the root of "
                "v' has the unit of g",
    [T_IS_1] = "corrected as if t were always 1: beta^t",
    [ONE_PLUS] = "1 + beta^t where 1 - beta^t belongs",
    [EPSILON_UNDER_ROOT] = "epsilon stands under the root: it is added to the root",
    [NO_EPSILON] = "epsilon is missing: sqrt(v') + epsilon",
    [BETAS_EXCHANGED] = "beta1 and beta2 are exchanged in the corrections",
    [UPHILL] = "the step goes uphill: x - lr m' / ...",
    [NO_LR] = "the step length lr is missing",
    [X_LOST] = "x is lost: x -= lr m' / ...",
    [BY_GRADIENT] = "x moves by the gradient, not by m'",
    [TIMES_CORRECTIONS] = "the corrections are multiplied with, not divided by",
    [BETA_TIMES_T] = "beta t stands where beta^t belongs",
    [T_PLUS_1] = "the correction counts one step too many: t, not t + 1",
    [T_MINUS_1] = "the correction counts one step too few: t, not t - 1",
    [X_STAYS] = "x does not move",
    [MINUS_EPSILON] = "epsilon is taken off: sqrt(v') + epsilon",
    [TIMES_ROOT] = "multiplied with the root: divide",
    [NOT_LAST] = "the last number is left out: i < n",
    [NOT_FIRST] = "the first number is left out: i begins at 0",
    [CORRECTION_OUTSIDE] = "the correction of v stands outside of the root",
    [BY_POWERS] = "the correction is beta^t, not 1 - beta^t",
    [FIRST_FOR_ALL] = "every number moves as the first one: m[i] and v[i]",
    [ROOT_OF_M] = "m' is divided by the root of m', not of v'",
    [ONLY_EPSILON] = "only epsilon is divided by: the root of v' is missing",
    [TIMES_M_CORRECTION] = "the correction of m is multiplied with, not divided by",
    [TIMES_V_CORRECTION] = "the correction of v is multiplied with, not divided by",
    [M_ONE_PLUS] = "m' has 1 + beta1^t where 1 - beta1^t belongs",
    [V_ONE_PLUS] = "v' has 1 + beta2^t where 1 - beta2^t belongs",
    [M_BY_POWER] = "m' is corrected by beta1^t, not by 1 - beta1^t",
    [V_BY_POWER] = "v' is corrected by beta2^t, not by 1 - beta2^t",
    [OLD_MEANS] = "the old m and v are used: update them first",
    [V_FOR_M] = "v stands where m belongs in m'",
    [M_OF_T] = "m' is that of number t, which is the step: i counts the numbers",
    [V_OF_T] = "v' is that of number t, which is the step: i counts the numbers",
    [MOVES_T] = "only number t, which is the step, moves: i counts the numbers",
    [M_POWER_N] = "beta1^n stands where beta1^t belongs",
    [V_POWER_N] = "beta2^n stands where beta2^t belongs",
    NULL};

enum { REST1, REST2, ROOT, EPSILON };
const char *const adam_values[] = {[REST1] = "1 - beta1^t",
                                   [REST2] = "1 - beta2^t",
                                   [ROOT] = "sqrt(v')",
                                   [EPSILON] = "epsilon",
                                   NULL};

/* 1 - beta1^t, or 1 - beta2^t of v. */
static double rest_of(const AdamStep *p, bool of_v, int mistake) {
    const double b =
        (double)(of_v != (mistake == BETAS_EXCHANGED) ? p->a.beta2 : p->a.beta1);
    const int later = (mistake == T_PLUS_1) - (mistake == T_MINUS_1);
    const int t = mistake == T_IS_1 ? 1 : p->t + later;
    const double power = pow(b, t);
    if (mistake == NO_CORRECTION || mistake == (of_v ? V_UNCORRECTED : M_UNCORRECTED))
        return 1;
    if (mistake == ONE_PLUS || mistake == (of_v ? V_ONE_PLUS : M_ONE_PLUS))
        return 1 + power;
    if (mistake == BY_POWERS || mistake == (of_v ? V_BY_POWER : M_BY_POWER)) return power;
    if (mistake == TIMES_CORRECTIONS ||
        mistake == (of_v ? TIMES_V_CORRECTION : TIMES_M_CORRECTION))
        return 1 / (1 - power);
    if (mistake == BETA_TIMES_T) return 1 - b * t;
    if (mistake == (of_v ? V_POWER_N : M_POWER_N)) return 1 - pow(b, N);
    return slip(mistake, of_v ? REST2 : REST1, 1 - power);
}

/* m of number i. Where all is taken from number t, that one is still the old one when the
 * numbers before it move. */
static double m_of(const AdamStep *p, int mistake, int i) {
    switch (mistake) {
    case BY_GRADIENT:
        return (double)p->g[i];
    case V_FOR_M:
        return (double)p->new_v[i];
    case OLD_MEANS:
        return (double)p->m[i];
    case FIRST_FOR_ALL:
        return (double)p->new_m[0];
    case M_OF_T:
        return (double)(i < p->t ? p->m : p->new_m)[p->t];
    default:
        return (double)p->new_m[i];
    }
}

static double v_of(const AdamStep *p, int mistake, int i) {
    switch (mistake) {
    case OLD_MEANS:
        return (double)p->v[i];
    case FIRST_FOR_ALL:
        return (double)p->new_v[0];
    case V_OF_T:
        return (double)(i < p->t ? p->v : p->new_v)[p->t];
    default:
        return (double)p->new_v[i];
    }
}

/* sqrt(v') + epsilon, where v' is v / rest, and m' is `first`. */
static double under_of(const AdamStep *p, int mistake, double first, double v,
                       double rest) {
    const double e = slip(mistake, EPSILON, (double)p->a.epsilon);
    const double root = sqrt(v / rest);
    switch (mistake) {
    case NO_ROOT:
        return v / rest + e;
    case EPSILON_UNDER_ROOT:
        return sqrt(v / rest + e);
    case NO_EPSILON:
        return root;
    case MINUS_EPSILON:
        return root - e;
    case TIMES_ROOT:
        return 1 / (root + e);
    case CORRECTION_OUTSIDE:
        return sqrt(v) / rest + e;
    case ROOT_OF_M:
        return sqrt(fabs(first)) + e;
    case ONLY_EPSILON:
        return e;
    default:
        return slip(mistake, ROOT, root) + e;
    }
}

/* Whether number i moves. */
static bool moves(int mistake, int i) {
    if (mistake == X_STAYS) return false;
    if (mistake == NOT_LAST) return i < N - 1;
    if (mistake == NOT_FIRST) return i > 0;
    return true;
}

/* lr m' / (sqrt(v') + epsilon) */
static double step_of(const AdamStep *p, int mistake, int i) {
    if (!moves(mistake, i)) return 0;
    const double m = m_of(p, mistake, i);
    const double first = mistake == BY_GRADIENT ? m : m / rest_of(p, false, mistake);
    const double v = v_of(p, mistake, i);
    const double under = under_of(p, mistake, first, v, rest_of(p, true, mistake));
    const double lr = mistake == NO_LR ? 1 : (double)p->a.lr;
    return (mistake == UPHILL ? -lr : lr) * first / under;
}

/* Where x goes with the m and v that the student has computed. */
void adam_x(const void *context, int mistake, real *x) {
    const AdamStep *p = context;
    for (int i = 0; i < N; i++)
        x[i] = mistake == X_LOST ? 0 : p->x[i];
    for (int i = 0; i < N; i++)
        x[mistake == MOVES_T ? p->t : i] -= (real)step_of(p, mistake, i);
}

void adam_steps(const void *context, int mistake, real *x) {
    for (int i = 0; i < N; i++)
        x[i] = -(real)step_of(context, mistake, i);
}
