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

/* All z 0: p is 1/5, whatever the label. */
static void grade_by_hand(Grade *g) {
    const real z[N * CLASSES] = {0};
    real dz[CLASSES] = {0};
    const double l = log(CLASSES);
    grade_number(
        g, "L, when all z are 0: log 5", cross_entropy(N, CLASSES, z, label), l,
        &(GradeHints){
            .suspects = {{N, "the mean over pictures is missing: divide by n"},
                         {CLASSES / l, "the logarithm of the sum is missing"},
                         {1 / l / CLASSES, "this is p; the loss is -log p"},
                         {1 / log(2), "this is the logarithm to the base 2: log()"},
                         {1 / log(10), "this is the logarithm to the base 10: log()"}}});
    cross_entropy_backward(1, CLASSES, z, (int[]){1}, dz);
    grade_number(
        g, "dz of the label, when all z are 0: 1/5 - 1", (double)dz[1], -0.8,
        &(GradeHints){
            .suspects = {{-0.25, "this is p alone: what is true, [k = label], is to be "
                                 "taken off"},
                         {1.25, "this is -1 alone: what the softmax says, p, is missing"},
                         {-0.2, "this is p (1 - p), the derivative of the softmax alone: "
                                "the logarithm's is missing"}}});
}

/* e^1000 is no number; p is 1 / (1 + e) and e / (1 + e). */
static void grade_large(Grade *g) {
    const real z[] = {1000, 1001}, p = (real)(1 / (1 + exp(1)));
    real dz[2] = {0};
    grade_number(g, "L for z = 1000 and 1001: log(1 + e)",
                 cross_entropy(1, 2, z, (int[]){0}), log(1 + exp(1)), NULL);
    cross_entropy_backward(1, 2, z, (int[]){0}, dz);
    grade_numbers(g, "dz for z = 1000 and 1001", 2, dz, (const real[]){p - 1, 1 - p},
                  NULL);
    /* e^-1000 is 0, whose logarithm is no number: log(1 + e^-1000) + 1000. */
    const real *apart = grade_copy(2, (const real[]){0, -1000});
    grade_number(g, "L for z = 0 and -1000, which is the label",
                 cross_entropy(1, 2, apart, (int[]){1}), 1000, NULL);
    const real *low = grade_copy(2, (const real[]){-1001, -1000});
    grade_number(g, "L for z = -1001 and -1000: log(1 + e)",
                 cross_entropy(1, 2, low, (int[]){0}), log(1 + exp(1)), NULL);
}

static void grade_rate(Grade *g) {
    const double quarter = 0.05 * (1 + sqrt(0.5)), pi = acos(-1);
    const real ends[] = {(real)cosine_rate(0.1, 0, 101),
                         (real)cosine_rate(0.1, 100, 101)};
    grade_numbers(g, "rate at the beginning and at the end", 2, ends,
                  (const real[]){(real)0.1, 0}, NULL);
    grade_number(
        g, "rate at a quarter", cosine_rate(0.1, 25, 101), quarter,
        &(GradeHints){
            .suspects = {{0.075 / quarter, "this is a straight line, not a cosine"},
                         {0.1 * cos(pi / 8) / quarter,
                          "a quarter of a cosine, from 1 to 0; "
                          "half of one goes to -1"},
                         {0.1 * sqrt(0.5) / quarter, "cos goes down to -1, and 1 + cos, "
                                                     "halved, to 0"},
                         {0.05 * (1 + cos(pi * 25 / 101)) / quarter,
                          "the last step is steps - 1: divide by that"},
                         {(1 - sqrt(0.5)) / (1 + sqrt(0.5)), "1 - cos goes up"}}});
}

static void grade(Grade *g) {
    real *z = grade_room(N * CLASSES), *dz = grade_room(N * CLASSES);
    real before[N * CLASSES];
    const GradeHints mean = {
        .before = before,
        .suspects = {{N, "the mean over pictures is missing: divide by n"}}};
    grade_by_hand(g);
    Rng rng = rng_seed(15);
    for (int i = 0; i < N * CLASSES; i++) {
        z[i] = (real)rng_normal(&rng);
        dz[i] = before[i] = (real)rng_normal(&rng);
    }
    grade_number(g, "L, random z", cross_entropy(N, CLASSES, z, label), loss(z), NULL);
    cross_entropy_backward(N, CLASSES, z, label, dz);
    grade_gradient(g, "dz, against differences", N * CLASSES, z, loss, z, dz, &mean);
    grade_large(g);
    grade_rate(g);
}

int main(void) {
    return grade_run("15_train_features", grade);
}
