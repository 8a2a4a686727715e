/* Grades exercise 02: small tapes whose gradients are known, and a longer one against
 * differences. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/slips.h"
#include "tensor/check.h"

#define MAX 12 /* lines of a tape */

typedef struct Lines {
    const char *kind;
    int a[MAX], b[MAX];
    real value[MAX];
} Lines;

/* Computes every line from those before; the value of the last. */
static double run(void *context) {
    Lines *t = context;
    const int n = (int)strlen(t->kind);
    for (int i = 0; i < n; i++) {
        const double a = (double)t->value[t->a[i]], b = (double)t->value[t->b[i]];
        if (t->kind[i] == '+') t->value[i] = (real)(a + b);
        if (t->kind[i] == '*') t->value[i] = (real)(a * b);
        if (t->kind[i] == 'e') t->value[i] = (real)exp(a);
    }
    return (double)t->value[n - 1];
}

enum {
    RIGHT,
    ASSIGNS,
    ASSIGNS_SUM,
    ASSIGNS_PRODUCT,
    ASSIGNS_EXP,
    OWN_FACTOR,
    FACTOR_B_TWICE,
    FACTOR_A_TWICE,
    SUM_ONLY_A,
    SUM_ONLY_B,
    SUM_MINUS,
    PRODUCT_ONLY_A,
    PRODUCT_ONLY_B,
    PRODUCT_NO_DY,
    EXP_NO_VALUE,
    EXP_OF_INPUT,
    EXP_NO_DY,
    UPWARDS,
    LAST_NOT_WALKED,
    NO_SEED,
    ASSIGNS_A,
    ASSIGNS_B,
    ASSIGNS_SUM_A,
    ASSIGNS_SUM_B,
    TO_A,
    TO_B,
    EXP_DIVIDES,
    SUM_AS_PRODUCT,
    SUM_TO_A,
    EXP_TO_B,
    PRODUCT_DIVIDES_A,
    PRODUCT_DIVIDES_B,
    VALUE_FOR_DY
};

static const char *const whys[] = {
    [RIGHT] = "",
    [ASSIGNS] = "missing += in every branch: a line that is used twice gets a share from "
                "each use",
    [ASSIGNS_SUM] = "missing += in the branch of '+': a line that is used twice gets a "
                    "share from each use",
    [ASSIGNS_PRODUCT] = "missing += in the branch of '*': a line that is used twice gets "
                        "a share from each use",
    [ASSIGNS_EXP] = "missing += in the branch of 'e': a line that is used twice gets a "
                    "share from each use",
    [OWN_FACTOR] = "a product hands its gradient to each factor times the value of the "
                   "other: multiply with the value of the other factor, not its own",
    [FACTOR_B_TWICE] = "both factors of a product get the value of b; b gets that of a",
    [FACTOR_A_TWICE] = "both factors of a product get the value of a; a gets that of b",
    [SUM_ONLY_A] = "a sum hands its gradient on to a only; b gets it, too",
    [SUM_ONLY_B] = "a sum hands its gradient on to b only; a gets it, too",
    [SUM_MINUS] = "a sum takes something off its second line; both get + dy",
    [PRODUCT_ONLY_A] = "a product hands its gradient on to a only; b gets dy value[a]",
    [PRODUCT_ONLY_B] = "a product hands its gradient on to b only; a gets dy value[b]",
    [PRODUCT_NO_DY] = "the chain rule: a product hands on its own gradient dy times the "
                      "value, not the value alone",
    [EXP_NO_VALUE] = "exp hands its gradient on times exp(x), which is its own value; "
                     "here it is handed on as it is",
    [EXP_OF_INPUT] = "exp hands its gradient on times exp(x), which is its own value, "
                     "value[i]; here it is times x",
    [EXP_NO_DY] = "the chain rule: exp hands on its own gradient dy times exp(x), not "
                  "exp(x) alone",
    [UPWARDS] = "the walk goes from the first line to the last; gradients come from "
                "behind",
    [LAST_NOT_WALKED] = "the last line hands nothing on: the walk begins at n - 1",
    [NO_SEED] = "the gradient of the last line by itself is 1; without it all is 0",
    [ASSIGNS_A] =
        "missing += for a in the branch of '*': a line that is used twice gets a "
        "share from each use",
    [ASSIGNS_B] =
        "missing += for b in the branch of '*': a line that is used twice gets a "
        "share from each use",
    [ASSIGNS_SUM_A] = "missing += for a in the branch of '+': a line that is used twice "
                      "gets a share from each use",
    [ASSIGNS_SUM_B] = "missing += for b in the branch of '+': a line that is used twice "
                      "gets a share from each use",
    [TO_A] = "a gets what belongs to b, the second line of a product",
    [TO_B] = "b gets what belongs to a, the first line of a product",
    [EXP_DIVIDES] = "exp divides by its value: its derivative is exp(x), times",
    [SUM_AS_PRODUCT] = "a sum is treated as a product: it hands dy on as it is",
    [SUM_TO_A] = "a sum hands both shares to a; b gets one of them",
    [EXP_TO_B] = "exp hands its gradient to b: the line it reads is a",
    [PRODUCT_DIVIDES_A] = "a product divides by the value of b for a: multiply",
    [PRODUCT_DIVIDES_B] = "a product divides by the value of a for b: multiply",
    [VALUE_FOR_DY] = "the value of a line is handed on: its gradient is, grad[i]",
    NULL};

enum { DY, SUM_A, SUM_B, PRODUCT_A, PRODUCT_B, EXP };
static const char *const values[] = {[DY] = "the gradient that is handed on",
                                     [SUM_A] = "what a sum hands to a",
                                     [SUM_B] = "what a sum hands to b",
                                     [PRODUCT_A] = "what a product hands to a",
                                     [PRODUCT_B] = "what a product hands to b",
                                     [EXP] = "what exp hands on",
                                     NULL};

/* A line gets a share of a gradient: += or, with a mistake, =. */
static void give(real *grad, bool assigns, real share) {
    if (assigns) *grad = 0;
    *grad += share;
}

/* Line i is a sum, and dy its gradient. */
static void sum_hands_on(const Lines *t, int i, int mistake, real dy, real *grad) {
    const int a = t->a[i], b = t->b[i];
    const bool assigns = mistake == ASSIGNS || mistake == ASSIGNS_SUM;
    const bool product = mistake == SUM_AS_PRODUCT;
    real to_a = product ? dy * t->value[b] : dy;
    real to_b = product ? dy * t->value[a] : dy;
    if (mistake == SUM_MINUS) to_b = -dy;
    to_a = (real)slip(mistake, SUM_A, (double)to_a);
    to_b = (real)slip(mistake, SUM_B, (double)to_b);
    const int second = mistake == SUM_TO_A ? a : b;
    if (mistake != SUM_ONLY_B) give(&grad[a], assigns || mistake == ASSIGNS_SUM_A, to_a);
    if (mistake != SUM_ONLY_A)
        give(&grad[second], assigns || mistake == ASSIGNS_SUM_B, to_b);
}

/* Line i is a product, and dy its gradient. */
static void product_hands_on(const Lines *t, int i, int mistake, real dy, real *grad) {
    const int a = t->a[i], b = t->b[i];
    const real va = t->value[a], vb = t->value[b];
    const bool assigns = mistake == ASSIGNS || mistake == ASSIGNS_PRODUCT;
    const bool own = mistake == OWN_FACTOR;
    const real dp = mistake == PRODUCT_NO_DY ? 1 : dy;
    real to_a = dp * (own || mistake == FACTOR_A_TWICE ? va : vb);
    real to_b = dp * (own || mistake == FACTOR_B_TWICE ? vb : va);
    if (mistake == PRODUCT_DIVIDES_A) to_a = dy / vb;
    if (mistake == PRODUCT_DIVIDES_B) to_b = dy / va;
    to_a = (real)slip(mistake, PRODUCT_A, (double)to_a);
    to_b = (real)slip(mistake, PRODUCT_B, (double)to_b);
    const int first = mistake == TO_B ? b : a, second = mistake == TO_A ? a : b;
    if (mistake != PRODUCT_ONLY_B)
        give(&grad[first], assigns || mistake == ASSIGNS_A, to_a);
    if (mistake != PRODUCT_ONLY_A)
        give(&grad[second], assigns || mistake == ASSIGNS_B, to_b);
}

/* What line i hands on, an exponential with the gradient dy. */
static real share_of_exp(const Lines *t, int i, int mistake, real dy) {
    switch (mistake) {
    case EXP_NO_VALUE:
        return dy;
    case EXP_OF_INPUT:
        return t->value[t->a[i]] * dy;
    case EXP_DIVIDES:
        return 1 / t->value[i] * dy;
    case EXP_NO_DY:
        return t->value[i];
    default:
        return (real)slip(mistake, EXP, (double)(t->value[i] * dy));
    }
}

static void exp_hands_on(const Lines *t, int i, int mistake, real dy, real *grad) {
    const int to = mistake == EXP_TO_B ? t->b[i] : t->a[i];
    const bool assigns = mistake == ASSIGNS || mistake == ASSIGNS_EXP;
    give(&grad[to], assigns, share_of_exp(t, i, mistake, dy));
}

/* One line hands its gradient on. */
static void hand_on(const Lines *t, int i, int mistake, real *grad) {
    const real from = mistake == VALUE_FOR_DY ? t->value[i] : grad[i];
    const real dy = (real)slip(mistake, DY, (double)from);
    switch (t->kind[i]) {
    case '+':
        sum_hands_on(t, i, mistake, dy, grad);
        break;
    case '*':
        product_hands_on(t, i, mistake, dy, grad);
        break;
    case 'e':
        exp_hands_on(t, i, mistake, dy, grad);
        break;
    default: /* a leaf */
        break;
    }
}

/* The gradients of all lines. */
static void walk(const void *context, int mistake, real *grad) {
    const Lines *t = context;
    const int n = (int)strlen(t->kind);
    memset(grad, 0, (size_t)n * sizeof *grad);
    grad[n - 1] = mistake == NO_SEED ? 0 : 1;
    for (int k = 0; k < n; k++) {
        const int i = mistake == UPWARDS ? k : n - 1 - k;
        if (mistake == LAST_NOT_WALKED && i == n - 1) continue;
        hand_on(t, i, mistake, grad);
    }
}

/* The gradients; all arrays are exactly as long as the tape. */
static real *back(Lines *t) {
    const size_t n = strlen(t->kind);
    real *grad = grade_zeros(n);
    run(t);
    char *kind = malloc(n); /* without the 0 */
    CHECK(kind, "no memory for %zu lines", n);
    memcpy(kind, t->kind, n);
    walk_back((int)n, kind, grade_ints(n, t->a), grade_ints(n, t->b),
              grade_copy(n, t->value), grad);
    free(kind);
    return grad;
}

static void grade_tape(Grade *g, const char *what, Lines *t) {
    grade_formula(g, what, strlen(t->kind), back(t), walk, t, whys,
                  &(GradeHints){.values = values});
}

/* Each kind alone, and lines that are used twice, by each kind: b = a + a, c = b + b is
 * 4 a; b = a a, c = b b is a^4; x + exp(x). */
static void grade_small(Grade *g) {
    grade_tape(g, "a tape of one leaf", &(Lines){"x", {0}, {0}, {3}});
    grade_tape(g, "c = a + b", &(Lines){"xx+", {0, 0, 0}, {0, 0, 1}, {3, 5}});
    grade_tape(g, "c = a b", &(Lines){"xx*", {0, 0, 0}, {0, 0, 1}, {3, 5}});
    grade_tape(g, "y = exp(x) at 2", &(Lines){"xe", {0, 0}, {0, 0}, {2}});
    grade_tape(g, "b = a + a, c = b + b", &(Lines){"x++", {0, 0, 1}, {0, 0, 1}, {3}});
    grade_tape(g, "b = a a, c = b b", &(Lines){"x**", {0, 0, 1}, {0, 0, 1}, {3}});
    grade_tape(g, "y = x + exp(x)", &(Lines){"xe+", {0, 0, 0}, {0, 0, 1}, {2}});
}

/* Each kind has a line that adds to a gradient that another line has written already: in
 * the backward pass the sum 3 adds to both leaves, the product 4 to both, and the
 * exponential 5 to 3. So = instead of += in any of them changes the result. */
static void grade_mixed(Grade *g) {
    Lines mixed = {"xxx+*e*+*+*e",
                   {0, 0, 0, 0, 0, 3, 3, 6, 7, 8, 9, 10},
                   {0, 0, 0, 1, 2, 0, 4, 5, 2, 0, 1, 0},
                   {0}};
    const Lines *t = &mixed;
    Rng rng = grade_rng(2);
    for (int i = 0; i < 3; i++)
        mixed.value[i] = (real)(1.4 * rng_uniform(&rng) - 0.7);
    const real *grad = back(&mixed);
    grade_formula(g, "twelve lines, three leaves: all gradients", MAX, grad, walk, t,
                  whys, &(GradeHints){.values = values});
    const GradeHints hints =
        grade_mistakes(MAX, walk, t, whys, &(GradeHints){.values = values});
    grade_gradient(g, "the leaves, against differences", 3, mixed.value, run, &mixed,
                   grad, &hints);
}

static void grade(Grade *g) {
    grade_small(g);
    grade_mixed(g);
}

static const Part parts[] = {{"walk_back", 9, grade}, {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "02_tape", parts);
}
