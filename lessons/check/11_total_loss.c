/* Grades exercise 11: sums of known terms, one of them against differences, and cosines of
 * vectors that agree, disagree and vanish. */
#include <math.h>

#include "lessons/check/grade.h"

/* The exercise. */
double total_loss(int count, const double *loss, const double *weight);
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total);
double cosine(int n, const real *u, const real *v);

enum { COUNT = 3, MOST = 5, SIZE = 12, INPUTS = 8 }; /* COUNT terms, MOST at most */

/* ---- total_loss ---- */

typedef struct Losses {
    double loss[COUNT], weight[COUNT];
} Losses;

static const char *const loss_whys[] = {
    "",
    "the weights are not used",
    "divided by the sum of the weights",
    "the mean of the terms",
    "only the last term counts: += is missing in the sum",
    "the first term is left out: t begins at 0",
    "the last term is left out: t < count",
    "every term gets the weight of the first: weight[t]",
    "the first loss is taken every time: loss[t]",
    "the losses are missing: weight[t] times loss[t]",
    "weight and loss are added: multiply",
    "divided by the weights: multiply",
    "the weights are squared",
    "the losses are squared",
    "the sum of the call before is still in it: it begins at 0",
    "the terms are taken off",
    "the terms are multiplied with each other: add them",
    "only the first term counts: the sum is over all t",
    "weight[t] minus loss[t]: multiply",
    "the weights are divided by the losses: multiply",
    NULL};

static double total_of(const Losses *p, int mistake) {
    double sum = mistake == 16, weights = 0;
    for (int t = mistake == 5; t < COUNT - (mistake == 6); t++) {
        const double w = p->weight[mistake == 7 ? 0 : t],
                     l = p->loss[mistake == 8 ? 0 : t];
        double term = w * l;
        if (mistake == 1) term = l;
        if (mistake == 9) term = w;
        if (mistake == 10) term = w + l;
        if (mistake == 11) term = l / w;
        if (mistake == 12) term = w * w * l;
        if (mistake == 13) term = w * l * l;
        if (mistake == 15) term = -term;
        if (mistake == 17 && t) term = 0;
        if (mistake == 18) term = w - l;
        if (mistake == 19) term = w / l;
        weights += p->weight[t];
        sum = mistake == 4 ? term : mistake == 16 ? sum * term : sum + term;
    }
    return mistake == 2 ? sum / weights : mistake == 3 ? sum / COUNT : sum;
}

static void totals(const void *context, int mistake, real *total) {
    const Losses *p = context;
    double all = 0;
    for (int k = 0; k < INPUTS; k++) {
        const double one = total_of(&p[k], mistake);
        all += one;
        total[k] = (real)(mistake == 14 ? all : one);
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

static const char *const gradient_whys[] = {
    "",
    "the weights are not used",
    "missing +=: only the last term is left, with what was there before lost",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "the first term is left out: t begins at 0",
    "the last term is left out: t < count",
    "every term gets the weight of the first: weight[t]",
    "the gradient of the first term is taken every time: gradient[t]",
    "divided by the weights: multiply",
    "the weights are squared",
    "the first number is left out: i begins at 0",
    "the last number is left out: i < n",
    "every number gets what belongs to the first: gradient[t][i]",
    "weight and gradient are added: multiply",
    "only the first term counts: the sum is over all t",
    "the weight is made a whole number",
    "divided by the sum of the weights",
    "the mean of the terms",
    "only the first numbers get something: there are n, not count",
    "the weights are divided by the gradients: multiply",
    NULL};

static void gradients(const void *context, int mistake, real *total) {
    const Terms *p = context;
    for (int i = 0; i < SIZE; i++) {
        double sum = 0, weights = 0;
        for (int t = mistake == 4; t < p->count - (mistake == 5); t++) {
            const double w = p->weight[mistake == 6 ? 0 : t];
            const double d =
                (double)p->gradient[mistake == 7 ? 0 : t][mistake == 12 ? 0 : i];
            double term = w * d;
            if (mistake == 1) term = d;
            if (mistake == 8) term = d / w;
            if (mistake == 9) term = w * w * d;
            if (mistake == 13) term = w + d;
            if (mistake == 14 && t) term = 0;
            if (mistake == 19) term = w / d;
            if (mistake == 15) term = (double)(int)w * d;
            weights += p->weight[t];
            sum = mistake == 2 ? term : sum + term;
        }
        if (mistake == 16) sum /= weights;
        if (mistake == 17) sum /= p->count;
        if ((mistake == 10 && i == 0) || (mistake == 11 && i == SIZE - 1) ||
            (mistake == 18 && i >= p->count))
            sum = 0;
        if (p->before && (mistake == 2 || mistake == 3)) sum -= (double)p->before[i];
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

typedef struct Vectors {
    int count;
    const real (*pair)[2][4];
} Vectors;

static const char *const cosine_whys[] = {
    "",
    "the root in the lengths is missing",
    "not divided by the lengths",
    "the sign is lost: it says whether two gradients pull against each other, so no fabs",
    "divided by |u|^2 only",
    "divided by |v|^2 only",
    "u - v is in it: the cosine has the product of u and v",
    "u.u is divided: u.v is wanted",
    "v.v is divided: u.v is wanted",
    "the first number is left out: i begins at 0",
    "the last number is left out: i < n",
    "only the last number counts: += is missing in u.v",
    "divided by |u|^2 + |v|^2: by the product of both lengths",
    "divided by |u| + |v|: by the product of both lengths",
    "the sign is turned",
    "divided by |u| only",
    "divided by |v| only",
    "multiplied with the lengths: divide",
    "u.v is over the square of only the last number of u: += is missing in u.u",
    "u.v is over the square of only the last number of v: += is missing in v.v",
    "|u| is divided by |v|: u.v is divided by both",
    "the square lengths are divided, not multiplied, under the root",
    NULL};

static double cosine_of(int mistake, const real *u, const real *v) {
    double uv = 0, uu = 0, vv = 0, off = 0;
    for (int i = mistake == 9; i < 4 - (mistake == 10); i++) {
        const double a = (double)u[i], b = (double)v[i];
        uv = mistake == 11 ? a * b : uv + a * b;
        uu = mistake == 18 ? a * a : uu + a * a;
        vv = mistake == 19 ? b * b : vv + b * b;
        off += (a - b) * (a - b);
    }
    if (mistake == 2) return uv;
    if (mistake == 17) return uv * sqrt(uu * vv);
    if (!(uu > 0 && vv > 0)) return 0;
    switch (mistake) {
    case 1:
        return uv / (uu * vv);
    case 3:
        return fabs(uv) / sqrt(uu * vv);
    case 4:
        return uv / uu;
    case 5:
        return uv / vv;
    case 6:
        return off / sqrt(uu * vv);
    case 7:
        return uu / sqrt(uu * vv);
    case 8:
        return vv / sqrt(uu * vv);
    case 12:
        return uv / (uu + vv);
    case 13:
        return uv / (sqrt(uu) + sqrt(vv));
    case 14:
        return -uv / sqrt(uu * vv);
    case 15:
        return uv / sqrt(uu);
    case 16:
        return uv / sqrt(vv);
    case 20:
        return sqrt(uu) / sqrt(vv);
    case 21:
        return uv / sqrt(uu / vv);
    default:
        return uv / sqrt(uu * vv);
    }
}

static void cosines(const void *context, int mistake, real *out) {
    const Vectors *p = context;
    for (int k = 0; k < p->count; k++)
        out[k] = (real)cosine_of(mistake, p->pair[k][0], p->pair[k][1]);
}

static void grade_vectors(Grade *g, const char *what, int count,
                          const real (*pair)[2][4]) {
    real *got = grade_room((size_t)count);
    for (int k = 0; k < count; k++)
        got[k] = (real)cosine(4, grade_copy(4, pair[k][0]), grade_copy(4, pair[k][1]));
    grade_formula(g, what, (size_t)count, got, cosines, &(Vectors){count, pair},
                  cosine_whys, NULL);
}

/* Along and against each other, at right angles, and where one is 0 everywhere. */
static void grade_cosine(Grade *g) {
    static const real special[][2][4] = {{{1, 2, 3, 4}, {2, 4, 6, 8}},
                                         {{1, 0, 0, 0}, {-3, 0, 0, 0}},
                                         {{3, 4, 0, 0}, {-4, -3, 0, 0}},
                                         {{1, 1, 2, 0}, {2, -2, 0, 5}},
                                         {{0, 0, 0, 2}, {0, 0, 5, 0}}},
                      zero[][2][4] = {{{1, 2, 3, 4}, {0, 0, 0, 0}},
                                      {{0, 0, 0, 0}, {1, 2, 3, 4}},
                                      {{0, 0, 0, 0}, {0, 0, 0, 0}}};
    Rng rng = grade_rng(13);
    real random[INPUTS][2][4];
    grade_fill(&rng, sizeof random / sizeof(real), random[0][0]);
    grade_vectors(g, "cosines of eight pairs", INPUTS, (const real(*)[2][4])random);
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
