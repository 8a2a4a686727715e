/* Grades exercise 15: values from arithmetic, the gradient against differences, a rate
 * at its beginning, middle and end. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

double cross_entropy(int n, int classes, const real *z, const int *label);
void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz);
double cosine_rate(double rate, int step, int steps);

enum { N = 3, CLASSES = 5 };
static const int label[N] = {4, 0, 2};

/* The right loss; z is small here. */
static double loss(void *context) {
    const real *z = context;
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double all = 0;
        for (int k = 0; k < CLASSES; k++)
            all += exp((double)z[i * CLASSES + k]);
        sum += log(all) - (double)z[i * CLASSES + label[i]];
    }
    return sum / N;
}

static void grade(Grade *g) {
    real z[N * CLASSES] = {0}, dz[N * CLASSES] = {0};
    real before[N * CLASSES], right[N * CLASSES];
    const GradeHints mean = {
        .suspects = {{N, "the mean over pictures is missing: divide by n"}}};
    grade_number(g, "L, when all z are 0: log 5", cross_entropy(N, CLASSES, z, label),
                 log(5), &mean);
    Rng rng = rng_seed(15);
    for (int i = 0; i < N * CLASSES; i++)
        z[i] = (real)rng_normal(&rng);
    grade_number(g, "L, random z", cross_entropy(N, CLASSES, z, label), loss(z), &mean);
    cross_entropy_backward(N, CLASSES, z, label, dz);
    grade_gradient(g, "dz, against differences", N * CLASSES, z, loss, z, dz, &mean);
    for (int i = 0; i < N * CLASSES; i++) {
        before[i] = (real)rng_normal(&rng);
        right[i] = before[i] + dz[i];
    }
    memcpy(dz, before, sizeof dz);
    cross_entropy_backward(N, CLASSES, z, label, dz);
    grade_numbers(g, "dz, where there was something before", N * CLASSES, dz, right,
                  &(GradeHints){.before = before});
    grade_number(g, "L for z = 1000 and 1001: log(1 + e)",
                 cross_entropy(1, 2, (real[]){1000, 1001}, (int[]){0}), log(1 + exp(1)),
                 &(GradeHints){0});
    grade_number(g, "rate at the beginning", cosine_rate(0.1, 0, 101), 0.1,
                 &(GradeHints){0});
    grade_number(g, "rate at a quarter", cosine_rate(0.1, 25, 101),
                 0.05 * (1 + sqrt(0.5)), &(GradeHints){0});
    grade_number(g, "rate at the end", cosine_rate(0.1, 100, 101) + 1, 1,
                 &(GradeHints){0});
}

int main(void) {
    return grade_run("15_train_features", grade);
}
