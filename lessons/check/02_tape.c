/* Grades exercise 02: tapes with known gradients, and one against differences. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#define MOST 12 /* lines of a tape */

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);

typedef struct Lines {
    const char *kind;
    int a[MOST], b[MOST];
    real value[MOST];
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

static void back(Lines *t, real grad[MOST]) {
    memset(grad, 0, MOST * sizeof *grad);
    run(t);
    walk_back((int)strlen(t->kind), t->kind, t->a, t->b, t->value, grad);
}

static void grade(Grade *g) {
    real grad[MOST];
    Lines product = {"xx*", {0, 0, 0}, {0, 0, 1}, {3, 5}};
    back(&product, grad);
    grade_number(g, "c = a b: dc/da", (double)grad[0], 5,
                 &(GradeHints){.suspects = {{0.6, "a product hands its gradient to each "
                                                  "factor times the value of the other: "
                                                  "multiply with the value of the other "
                                                  "factor, not its own"}}});
    Lines exponential = {"xe", {0, 0}, {0, 0}, {1}};
    back(&exponential, grad);
    grade_number(g, "y = exp(x): dy/dx at 1", (double)grad[0], exp(1),
                 &(GradeHints){.suspects = {{exp(-1), "exp hands its gradient on times "
                                                      "exp(x), which is its own "
                                                      "value"}}});
    Lines sums = {"x++", {0, 0, 1}, {0, 0, 1}, {1}};
    back(&sums, grad);
    grade_number(g, "b = a + a, c = b + b: dc/da", (double)grad[0], 4,
                 &(GradeHints){.suspects = {{0.25, "missing +=: b uses a twice, and each "
                                                   "use adds its share"}}});
    Lines mixed = {"xxx*e+*+*e",
                   {0, 0, 0, 0, 3, 4, 5, 6, 7, 8},
                   {0, 0, 0, 1, 0, 2, 3, 0, 5, 0},
                   {(real)0.3, (real)-0.7, (real)0.2}};
    back(&mixed, grad);
    grade_gradient(g, "ten lines, three leaves, against differences", 3, mixed.value, run,
                   &mixed, grad, NULL);
}

int main(void) {
    return grade_run("02_tape", grade);
}
