/* Grades exercise 11: with a total loss whose terms are known. */
#include <math.h>

#include "lessons/check/grade.h"

/* The exercise. */
double total_loss(int count, const double *loss, const double *weight);
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total);
double cosine(int n, const real *u, const real *v);

enum { TERMS = 3, SIZE = 12 };
static const double weight[TERMS] = {0.5, 7, 0.03};

/* 1/2 sum x^2, sum x, sum x^3: terms with the gradients x, 1 and 3 x^2. */
static void terms_of(const real *x, double loss[TERMS]) {
    loss[0] = loss[1] = loss[2] = 0;
    for (int i = 0; i < SIZE; i++) {
        loss[0] += (double)(x[i] * x[i]) / 2;
        loss[1] += (double)x[i];
        loss[2] += (double)(x[i] * x[i] * x[i]);
    }
}

static double right_total(void *x) {
    double loss[TERMS];
    terms_of(x, loss);
    return weight[0] * loss[0] + weight[1] * loss[1] + weight[2] * loss[2];
}

static double dot(const real *u, const real *v) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++)
        sum += (double)(u[i] * v[i]);
    return sum;
}

static void grade_cosine(Grade *g, const real *u, const real *v) {
    static const real nothing[SIZE];
    const double lengths = sqrt(dot(u, u) * dot(v, v));
    grade_number(
        g, "cosine", cosine(SIZE, u, v), dot(u, v) / lengths,
        &(GradeHints){.suspects = {{1 / lengths, "the root in the lengths is missing"},
                                   {lengths, "not divided by the lengths"}}});
    grade_number(g, "cosine with a zero vector", cosine(SIZE, u, nothing), 0, NULL);
    grade_number(g, "cosine of a zero vector", cosine(SIZE, nothing, u), 0, NULL);
    /* Against each other; (3, 4) and (-4, -3), -24 / 25; at right angles. */
    const GradeHints lost = {
        .suspects = {{-1, "the sign is lost: it says whether two gradients pull against "
                          "each other, so no fabs"}}};
    const real *a = grade_copy(2, (const real[]){1, 0});
    const real *b = grade_copy(2, (const real[]){-1, 0});
    grade_number(g, "cosine of two against each other", cosine(2, a, b), -1, &lost);
    grade_number(g, "cosine of (3, 4) and (-4, -3)",
                 cosine(2, grade_copy(2, (const real[]){3, 4}),
                        grade_copy(2, (const real[]){-4, -3})),
                 -0.96, &lost);
    grade_number(g, "cosine of two at right angles",
                 cosine(2, a, grade_copy(2, (const real[]){0, 2})), 0, NULL);
    grade_number(g, "cosine, called again", cosine(2, a, b), -1, NULL);
}

static void grade(Grade *g) {
    real x[SIZE], d[TERMS][SIZE], before[SIZE], *total = grade_room(SIZE);
    double loss[TERMS];
    Rng rng = rng_seed(11);
    for (int i = 0; i < SIZE; i++) {
        x[i] = (real)(1 + rng_normal(&rng));
        before[i] = total[i] = (real)rng_normal(&rng);
        d[0][i] = x[i];
        d[1][i] = 1;
        d[2][i] = 3 * x[i] * x[i];
    }
    terms_of(x, loss);
    const double right = right_total(x), weights = weight[0] + weight[1] + weight[2];
    const double plain = loss[0] + loss[1] + loss[2];
    const double first = total_loss(TERMS, loss, weight);
    grade_number(
        g, "total_loss", first, right,
        &(GradeHints){.suspects = {{plain / right, "the weights are not used"},
                                   {1 / weights, "divided by the sum of the weights"},
                                   {1.0 / TERMS, "the mean of the terms"}}});
    grade_number(g, "total_loss, called again", total_loss(TERMS, loss, weight), right,
                 &(GradeHints){.suspects = {{2, "the sum of the call before is still in "
                                                "it: it begins at 0"}}});
    real *terms[TERMS];
    for (int k = 0; k < TERMS; k++)
        terms[k] = grade_copy(SIZE, d[k]);
    total_gradient(TERMS, SIZE, terms, weight, total);
    grade_gradient(g, "total_gradient", SIZE, x, right_total, x, total,
                   &(GradeHints){.before = before});
    grade_cosine(g, d[0], d[2]);
}

int main(void) {
    return grade_run("11_total_loss", grade);
}
