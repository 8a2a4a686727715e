/* Grades exercise 11: sums of known terms, one of them against differences, and cosines of
 * vectors that agree, disagree and vanish. */
#include "lessons/check/cosine.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

enum { COUNT = 3, MOST = 5, SIZE = 12, INPUTS = 8 }; /* COUNT terms, MOST at most */

/* ---- total_loss ---- */

typedef struct Losses {
    double loss[COUNT], weight[COUNT];
} Losses;

enum {
    RIGHT,
    NO_WEIGHTS,
    OVER_WEIGHT_SUM,
    MEAN,
    LAST_ONLY,
    FIRST_OUT,
    LAST_OUT,
    FIRST_WEIGHT,
    FIRST_LOSS,
    NO_LOSSES,
    ADDED,
    OVER_WEIGHTS,
    WEIGHTS_SQUARED,
    LOSSES_SQUARED,
    STATIC,
    TAKEN_OFF,
    PRODUCT,
    FIRST_ONLY,
    SUBTRACTED,
    OVER_LOSSES
};

static const char *const loss_whys[] = {
    [RIGHT] = "",
    [NO_WEIGHTS] = "the weights are not used",
    [OVER_WEIGHT_SUM] = "divided by the sum of the weights",
    [MEAN] = "the mean of the terms",
    [LAST_ONLY] = "only the last term counts: += is missing in the sum",
    [FIRST_OUT] = "the first term is left out: t begins at 0",
    [LAST_OUT] = "the last term is left out: t < count",
    [FIRST_WEIGHT] = "every term gets the weight of the first: weight[t]",
    [FIRST_LOSS] = "the first loss is taken every time: loss[t]",
    [NO_LOSSES] = "the losses are missing: weight[t] times loss[t]",
    [ADDED] = "weight and loss are added: multiply",
    [OVER_WEIGHTS] = "divided by the weights: multiply",
    [WEIGHTS_SQUARED] = "the weights are squared",
    [LOSSES_SQUARED] = "the losses are squared",
    [STATIC] = "the sum of the call before is still in it: it begins at 0",
    [TAKEN_OFF] = "the terms are taken off",
    [PRODUCT] = "the terms are multiplied with each other: add them",
    [FIRST_ONLY] = "only the first term counts: the sum is over all t",
    [SUBTRACTED] = "weight[t] minus loss[t]: multiply",
    [OVER_LOSSES] = "the weights are divided by the losses: multiply",
    NULL};

/* What term t adds. */
static double term_of(const Losses *p, int mistake, int t) {
    const double w = p->weight[mistake == FIRST_WEIGHT ? 0 : t];
    const double l = p->loss[mistake == FIRST_LOSS ? 0 : t];
    switch (mistake) {
    case NO_WEIGHTS:
        return l;
    case NO_LOSSES:
        return w;
    case ADDED:
        return w + l;
    case OVER_WEIGHTS:
        return l / w;
    case WEIGHTS_SQUARED:
        return w * w * l;
    case LOSSES_SQUARED:
        return w * l * l;
    case TAKEN_OFF:
        return -(w * l);
    case FIRST_ONLY:
        return t == 0 ? w * l : 0;
    case SUBTRACTED:
        return w - l;
    case OVER_LOSSES:
        return w / l;
    default:
        return w * l;
    }
}

static double total_of(const Losses *p, int mistake) {
    const int end = COUNT - (mistake == LAST_OUT);
    double sum = 0, product = 1, weights = 0;
    for (int t = mistake == FIRST_OUT; t < end; t++) {
        const double term = term_of(p, mistake, t);
        if (mistake == LAST_ONLY) sum = 0;
        sum += term;
        product *= term;
        weights += p->weight[t];
    }
    switch (mistake) {
    case OVER_WEIGHT_SUM:
        return sum / weights;
    case MEAN:
        return sum / COUNT;
    case PRODUCT:
        return product;
    default:
        return sum;
    }
}

static void totals(const void *context, int mistake, real *total) {
    const Losses *p = context;
    double all = 0;
    for (int k = 0; k < INPUTS; k++) {
        const double one = total_of(&p[k], mistake);
        all += one;
        total[k] = (real)(mistake == STATIC ? all : one);
    }
}

static void grade_loss(Grade *g) {
    Rng rng = grade_rng(11);
    Losses inputs[INPUTS];
    real *got = grade_room(INPUTS), *terms[COUNT];
    for (int t = 0; t < COUNT; t++)
        terms[t] = grade_room(INPUTS);
    for (int k = 0; k < INPUTS; k++) {
        Losses *p = &inputs[k];
        for (int t = 0; t < COUNT; t++) {
            p->loss[t] = rng_normal(&rng);
            p->weight[t] = (0.3 + t) * (0.5 + rng_uniform(&rng));
            terms[t][k] = (real)(p->weight[t] * p->loss[t]);
        }
        got[k] = (real)total_loss(COUNT, p->loss, p->weight);
    }
    grade_formula(g, "total_loss of eight sets of three terms", INPUTS, got, totals,
                  inputs, loss_whys,
                  &(GradeHints){.terms = {{terms[0], "term 0, w_0 J_0", 1},
                                          {terms[1], "term 1, w_1 J_1", 1},
                                          {terms[2], "term 2, w_2 J_2", 1}}});
    const double five = 5, two = 2;
    grade_numbers(g, "total_loss of one term, and of none", 2,
                  (const real[]){(real)total_loss(1, &five, &two),
                                 (real)total_loss(0, &five, &two)},
                  (const real[]){10, 0}, NULL);
}

/* ---- total_gradient ---- */

typedef struct Terms {
    int count;
    const double *weight;
    real *gradient[MOST];
    const real *before;
} Terms;

enum {
    GRAD_NO_WEIGHTS = 1,
    GRAD_LAST_ONLY,
    GRAD_ASSIGNED,
    GRAD_FIRST_TERM_OUT,
    GRAD_LAST_TERM_OUT,
    GRAD_FIRST_WEIGHT,
    GRAD_FIRST_TERM_AGAIN,
    GRAD_OVER_WEIGHTS,
    GRAD_WEIGHTS_SQUARED,
    GRAD_FIRST_OUT,
    GRAD_LAST_OUT,
    GRAD_FIRST_FOR_ALL,
    GRAD_ADDED,
    GRAD_FIRST_TERM_ONLY,
    GRAD_WHOLE_WEIGHTS,
    GRAD_OVER_WEIGHT_SUM,
    GRAD_MEAN,
    GRAD_COUNT_NUMBERS,
    GRAD_OVER_GRADIENTS
};

static const char *const gradient_whys[] = {
    [RIGHT] = "",
    [GRAD_NO_WEIGHTS] = "the weights are not used",
    [GRAD_LAST_ONLY] =
        "missing +=: only the last term is left, with what was there before lost",
    [GRAD_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [GRAD_FIRST_TERM_OUT] = "the first term is left out: t begins at 0",
    [GRAD_LAST_TERM_OUT] = "the last term is left out: t < count",
    [GRAD_FIRST_WEIGHT] = "every term gets the weight of the first: weight[t]",
    [GRAD_FIRST_TERM_AGAIN] =
        "the gradient of the first term is taken every time: gradient[t]",
    [GRAD_OVER_WEIGHTS] = "divided by the weights: multiply",
    [GRAD_WEIGHTS_SQUARED] = "the weights are squared",
    [GRAD_FIRST_OUT] = "the first number is left out: i begins at 0",
    [GRAD_LAST_OUT] = "the last number is left out: i < n",
    [GRAD_FIRST_FOR_ALL] = "every number gets what belongs to the first: gradient[t][i]",
    [GRAD_ADDED] = "weight and gradient are added: multiply",
    [GRAD_FIRST_TERM_ONLY] = "only the first term counts: the sum is over all t",
    [GRAD_WHOLE_WEIGHTS] = "the weight is made a whole number",
    [GRAD_OVER_WEIGHT_SUM] = "divided by the sum of the weights",
    [GRAD_MEAN] = "the mean of the terms",
    [GRAD_COUNT_NUMBERS] = "only the first numbers get something: there are n, not count",
    [GRAD_OVER_GRADIENTS] = "the weights are divided by the gradients: multiply",
    NULL};

/* What term t adds to number i. */
static double gradient_of(const Terms *p, int mistake, int t, int i) {
    const double w = p->weight[mistake == GRAD_FIRST_WEIGHT ? 0 : t];
    const real *gradient = p->gradient[mistake == GRAD_FIRST_TERM_AGAIN ? 0 : t];
    const double d = (double)gradient[mistake == GRAD_FIRST_FOR_ALL ? 0 : i];
    switch (mistake) {
    case GRAD_NO_WEIGHTS:
        return d;
    case GRAD_OVER_WEIGHTS:
        return d / w;
    case GRAD_WEIGHTS_SQUARED:
        return w * w * d;
    case GRAD_ADDED:
        return w + d;
    case GRAD_FIRST_TERM_ONLY:
        return t == 0 ? w * d : 0;
    case GRAD_WHOLE_WEIGHTS:
        return (double)(int)w * d;
    case GRAD_OVER_GRADIENTS:
        return w / d;
    default:
        return w * d;
    }
}

/* Number i of the sum. */
static double sum_of(const Terms *p, int mistake, int i) {
    const int end = p->count - (mistake == GRAD_LAST_TERM_OUT);
    double sum = 0, weights = 0;
    for (int t = mistake == GRAD_FIRST_TERM_OUT; t < end; t++) {
        if (mistake == GRAD_LAST_ONLY) sum = 0;
        sum += gradient_of(p, mistake, t, i);
        weights += p->weight[t];
    }
    switch (mistake) {
    case GRAD_FIRST_OUT:
        return i > 0 ? sum : 0;
    case GRAD_LAST_OUT:
        return i < SIZE - 1 ? sum : 0;
    case GRAD_COUNT_NUMBERS:
        return i < p->count ? sum : 0;
    case GRAD_OVER_WEIGHT_SUM:
        return sum / weights;
    case GRAD_MEAN:
        return sum / p->count;
    default:
        return sum;
    }
}

static void gradients(const void *context, int mistake, real *total) {
    const Terms *p = context;
    const bool lost = mistake == GRAD_LAST_ONLY || mistake == GRAD_ASSIGNED;
    for (int i = 0; i < SIZE; i++) {
        double sum = sum_of(p, mistake, i);
        if (p->before && lost) sum -= (double)p->before[i];
        total[i] = (real)sum;
    }
}

/* 1/2 sum x^2, sum x, sum x^3: terms with the gradients x, 1 and 3 x^2. */
static double right_total(void *context) {
    const real *x = context;
    static const double weight[] = {0.5, 7, 0.03};
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
        const double a = (double)x[i];
        sum += weight[0] * a * a / 2 + weight[1] * a + weight[2] * a * a * a;
    }
    return sum;
}

static GradeHints term_hints(const Terms *p) {
    static const char *const names[] = {"term 0, w_0 dJ_0", "term 1, w_1 dJ_1",
                                        "term 2, w_2 dJ_2", "term 3, w_3 dJ_3",
                                        "term 4, w_4 dJ_4"};
    GradeHints hints = {.before = p->before};
    for (int t = 0; t < p->count; t++) {
        real *term = grade_room(SIZE);
        for (int i = 0; i < SIZE; i++)
            term[i] = (real)p->weight[t] * p->gradient[t][i];
        hints.terms[t] = (SumTerm){term, names[t], 1};
    }
    return hints;
}

static void grade_terms(Grade *g, const char *what, const Terms *p) {
    real *total = p->before ? grade_copy(SIZE, p->before) : grade_zeros(SIZE);
    const GradeHints hints = term_hints(p);
    total_gradient(p->count, SIZE, p->gradient, p->weight, total);
    grade_formula(g, what, SIZE, total, gradients, p, gradient_whys, &hints);
}

static void grade_gradients(Grade *g) {
    Rng rng = grade_rng(12);
    static const double weight[] = {0.5, 7, 0.03}, other[] = {2.5, 0, -0.7, 1.9, -3.1};
    real *x = grade_random(&rng, SIZE), *total = grade_zeros(SIZE);
    Terms p = {
        COUNT, weight, {grade_copy(SIZE, x), grade_room(SIZE), grade_room(SIZE)}, NULL};
    for (int i = 0; i < SIZE; i++) {
        p.gradient[1][i] = 1;
        p.gradient[2][i] = 3 * x[i] * x[i];
    }
    total_gradient(COUNT, SIZE, p.gradient, weight, total);
    GradeHints hints = term_hints(&p);
    hints = grade_mistakes(SIZE, gradients, &p, gradient_whys, &hints);
    grade_gradient(g, "total_gradient, against differences", SIZE, x, right_total, x,
                   total, &hints);
    p.before = grade_random(&rng, SIZE);
    grade_terms(g, "total_gradient, where there was something before", &p);
    for (int t = 0; t < MOST; t++)
        p.gradient[t] = grade_random(&rng, SIZE);
    grade_terms(g, "three random terms", &p);
    p.weight = other, p.count = MOST;
    grade_terms(g, "five terms, one with the weight 0", &p);
}

/* ---- cosine ---- */

static void grade_vectors(Grade *g, const char *what, int count,
                          const real (*pair)[2][COSINE_N]) {
    real *got = grade_room((size_t)count);
    for (int k = 0; k < count; k++)
        got[k] = (real)cosine(COSINE_N, grade_copy(COSINE_N, pair[k][0]),
                              grade_copy(COSINE_N, pair[k][1]));
    grade_formula(g, what, (size_t)count, got, cosine_formula,
                  &(CosinePairs){count, pair}, cosine_whys, NULL);
}

/* Along and against each other, at right angles, and where one is 0 everywhere. */
static void grade_cosine(Grade *g) {
    static const real special[][2][COSINE_N] = {{{1, 2, 3, 4}, {2, 4, 6, 8}},
                                                {{1, 0, 0, 0}, {-3, 0, 0, 0}},
                                                {{3, 4, 0, 0}, {-4, -3, 0, 0}},
                                                {{1, 1, 2, 0}, {2, -2, 0, 5}},
                                                {{0, 0, 0, 2}, {0, 0, 5, 0}}},
                      zero[][2][COSINE_N] = {{{1, 2, 3, 4}, {0, 0, 0, 0}},
                                             {{0, 0, 0, 0}, {1, 2, 3, 4}},
                                             {{0, 0, 0, 0}, {0, 0, 0, 0}}};
    Rng rng = grade_rng(13);
    real random[INPUTS][2][COSINE_N];
    grade_fill(&rng, sizeof random / sizeof(real), random[0][0]);
    grade_vectors(g, "cosines of eight pairs", INPUTS,
                  (const real(*)[2][COSINE_N])random);
    grade_vectors(g, "cosines along and against each other, at right angles", 5, special);
    grade_vectors(g, "cosines with a zero vector", 3, zero);
    const real *a = grade_copy(1, (const real[]){-2}),
               *b = grade_copy(1, (const real[]){5});
    grade_number(g, "cosine of two single numbers, -2 and 5", cosine(1, a, b), -1, NULL);
}

static const Part parts[] = {{"total_loss", 2, grade_loss},
                             {"total_gradient", 4, grade_gradients},
                             {"cosine", 4, grade_cosine},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "11_total_loss", parts);
}
