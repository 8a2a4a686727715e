/* Grades exercise 02: tapes with known gradients, and one against differences. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#define MAX 12 /* lines of a tape */

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);

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

/* The gradients, in an array that is as long as the tape. */
static const real *back(Lines *t) {
    const size_t n = strlen(t->kind);
    real *grad = grade_zeros(n);
    run(t);
    walk_back((int)n, t->kind, t->a, t->b, grade_copy(n, t->value), grad);
    return grad;
}

/* The gradients of a program with = instead of += in the lines of these kinds. */
static const real *assigned(const Lines *t, const char *kinds) {
    const int n = (int)strlen(t->kind);
    real *grad = grade_zeros((size_t)n);
    grad[n - 1] = 1;
    for (int i = n - 1; i >= 0; i--) {
        const bool product = t->kind[i] == '*', two = product || t->kind[i] == '+';
        const real keep = strchr(kinds, t->kind[i]) ? 0 : 1, dy = grad[i];
        const int a = t->a[i], b = t->b[i];
        if (t->kind[i] == 'x') continue;
        const real by_a = product ? t->value[b] : two ? 1 : t->value[i];
        grad[a] = keep * grad[a] + dy * by_a;
        if (two) grad[b] = keep * grad[b] + dy * (product ? t->value[a] : 1);
    }
    return grad;
}

static void grade_one(Grade *g, const char *what, Lines *t, double right,
                      const Suspect *suspect) {
    grade_number(g, what, (double)back(t)[0], right,
                 &(GradeHints){.suspects = {*suspect}});
}

static void grade_by_hand(Grade *g) {
    Lines product = {"xx*", {0, 0, 0}, {0, 0, 1}, {3, 5}};
    Lines exponential = {"xe", {0, 0}, {0, 0}, {1}};
    grade_one(g, "c = a b: dc/da", &product, 5,
              &(Suspect){0.6, "a product hands its gradient to each factor times the "
                              "value of the other: multiply with the value of the other "
                              "factor, not its own"});
    grade_one(g, "y = exp(x): dy/dx at 1", &exponential, exp(1),
              &(Suspect){exp(-1),
                         "exp hands its gradient on times exp(x), which is its own "
                         "value"});
}

/* Lines that are used twice, by each kind: b = a + a, c = b + b is 4 a; b = a a, c = b b
 * is a^4, and 4 a^3 is 32 at 2; x + exp(x) has the slope 1 + e at 1. */
static void grade_twice(Grade *g) {
    static const char *const missing = "missing +=: the line is used twice, and each use "
                                       "adds its share";
    Lines sums = {"x++", {0, 0, 1}, {0, 0, 1}, {1}};
    Lines products = {"x**", {0, 0, 1}, {0, 0, 1}, {2}};
    Lines both = {"xe+", {0, 0, 0}, {0, 0, 1}, {1}};
    grade_one(g, "b = a + a, c = b + b: dc/da", &sums, 4, &(Suspect){0.25, missing});
    grade_one(g, "b = a a, c = b b: dc/da at 2", &products, 32,
              &(Suspect){0.25, missing});
    grade_one(g, "y = x + exp(x): dy/dx at 1", &both, 1 + exp(1),
              &(Suspect){exp(1) / (1 + exp(1)), missing});
}

/* Each kind has a line that adds to a gradient that another line has written already: in
 * the backward pass the sum 3 adds to both leaves, the product 4 to both, and the
 * exponential 5 to 3. So = instead of += in any of them changes the result. */
static void grade_mixed(Grade *g) {
    Lines mixed = {"xxx+*e*+*+*e",
                   {0, 0, 0, 0, 0, 3, 3, 6, 7, 8, 9, 10},
                   {0, 0, 0, 1, 2, 0, 4, 5, 2, 0, 1, 0},
                   {(real)0.3, (real)-0.7, (real)0.2}};
    const real *grad = back(&mixed);
    grade_gradient(
        g, "twelve lines, three leaves, against differences", 3, mixed.value, run, &mixed,
        grad,
        &(GradeHints){
            .mistakes = {{assigned(&mixed, "+*e"), "missing += in every branch"},
                         {assigned(&mixed, "+"), "missing += in the branch of '+'"},
                         {assigned(&mixed, "*"), "missing += in the branch of '*'"},
                         {assigned(&mixed, "e"), "missing += in the branch of 'e'"}}});
}

static void grade(Grade *g) {
    grade_by_hand(g);
    grade_twice(g);
    grade_mixed(g);
}

int main(void) {
    return grade_run("02_tape", grade);
}
