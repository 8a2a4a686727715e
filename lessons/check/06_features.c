/* Grades exercise 06: fields by arithmetic, weights by a case with one factor and by one
 * with many. */
#include "lessons/check/grade.h"

int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);

#define OUTPUTS 4
#define INPUTS 3
#define TAPS 5

/* Up to conv3_1 of VGG: 3, 5, 6, then 2 apart: 10, 14, 16, then 4 apart: 24. */
static void grade_field(Grade *g) {
    const int kernel[] = {3, 3, 2, 3, 3, 2, 3}, stride[] = {1, 1, 2, 1, 1, 2, 1};
    const GradeHints hints = {
        .suspects = {
            {27.0 / 24, "the step of a layer counts from the next one on: first let the "
                        "field grow, then the step"},
            {13.0 / 24,
             "after a stride, neighbours are further apart: (kernel - 1) times "
             "the step"},
            {37.0 / 24, "kernel - 1 of the places in a kernel are new, not all of them"},
            {36.0 / 24, "kernel - 1 of the places in a kernel are new, not all of them"},
            {23.0 / 24, "a pixel sees itself: the field begins with 1"}}};
    grade_number(g, "field of one convolution of 3", receptive_field(1, kernel, stride),
                 3,
                 &(GradeHints){.suspects = {{2.0 / 3, "a pixel sees itself: the field "
                                                      "begins with 1"},
                                            {4.0 / 3, "kernel - 1 of the places in a "
                                                      "kernel are new, not all of "
                                                      "them"}}});
    grade_number(g, "field of seven layers, two of them poolings",
                 receptive_field(7, kernel, stride), 24, &hints);
}

static void fill(Rng *rng, size_t n, real *x, double low, double high) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(low + (high - low) * rng_uniform(rng));
}

/* What they do to random weights, against what they should do. */
static void grade_weights(Grade *g, const char *what_w, const char *what_b,
                          const real *before, const real *mean, const GradeHints *w_hints,
                          const GradeHints *b_hints) {
    real *w = grade_room(OUTPUTS * INPUTS * TAPS), *b = grade_room(OUTPUTS);
    real right_w[OUTPUTS * INPUTS * TAPS], right_b[OUTPUTS];
    Rng rng = rng_seed(6);
    fill(&rng, OUTPUTS * INPUTS * TAPS, w, -1, 1);
    fill(&rng, OUTPUTS, b, 1, 2);
    for (int k = 0; k < OUTPUTS * INPUTS * TAPS; k++)
        right_w[k] = w[k] * before[k / TAPS % INPUTS] / mean[k / TAPS / INPUTS];
    for (int o = 0; o < OUTPUTS; o++)
        right_b[o] = b[o] / mean[o];
    normalise(OUTPUTS, INPUTS, TAPS, grade_copy(INPUTS, before),
              grade_copy(OUTPUTS, mean), w, b);
    grade_numbers(g, what_w, OUTPUTS * INPUTS * TAPS, w, right_w, w_hints);
    grade_numbers(g, what_b, OUTPUTS, b, right_b, b_hints);
}

static void grade(Grade *g) {
    real before[INPUTS] = {2, 2, 2}, mean[OUTPUTS] = {5, 5, 5, 5};
    const GradeHints w_hints = {
        .suspects = {
            {0.5, "its input has become smaller: multiply by before[i]"},
            {0.25, "its input has become smaller: multiply by before[i]"},
            {5, "divide by mean[o]"},
            {25, "divide by mean[o], do not multiply"},
            {6.25, "upside down: before[i] / mean[o], not mean[o] / before[i]"}}};
    const GradeHints b_hints = {
        .suspects = {{5, "the bias has to be divided, too"},
                     {25, "divide the bias by mean[o], do not multiply"},
                     {2, "the bias reads no input: before[] is not its business"}}};
    grade_field(g);
    grade_weights(g, "weights, all before[] 2, all mean[] 5",
                  "biases, all before[] 2, all mean[] 5", before, mean, &w_hints,
                  &b_hints);
    Rng rng = rng_seed(60);
    fill(&rng, INPUTS, before, 0.5, 3);
    fill(&rng, OUTPUTS, mean, 0.5, 3);
    grade_weights(g, "weights, before[] and mean[] of every channel its own",
                  "biases, mean[] of every channel its own", before, mean,
                  &(GradeHints){.rows = OUTPUTS, .columns = INPUTS * TAPS}, NULL);
}

int main(void) {
    return grade_run("06_features", grade);
}
