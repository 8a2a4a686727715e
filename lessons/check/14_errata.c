/* Grades exercise 14: units of layers of many sizes, against the library's own losses too;
 * conversions of values and weights. A wrong result is written as a formula, when it is
 * one: 1/(4 N M^2) instead of 1/(4 N^2 M^2). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/ops.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "losses/style.h"

enum { INPUTS = 8, FORMS = 4, LETTERS = 3, LARGEST_POWER = 4 };

/* Three variables, and a constant times powers of them. */
typedef struct Inputs {
    const char *letters[LETTERS];
    double of[INPUTS][LETTERS];
} Inputs;

typedef struct Product {
    double constant;
    int power[LETTERS];
} Product;

static double result(const Inputs *in, const Product *p, int k) {
    double all = p->constant;
    for (int i = 0; i < LETTERS; i++)
        all *= pow(in->of[k][i], p->power[i]);
    return all;
}

static void append(char *text, size_t room, const char *letter, int power) {
    const size_t used = strlen(text);
    snprintf(text + used, room - used, power > 1 ? "%s%s^%d" : "%s%s", used ? " " : "",
             letter, power);
}

/* "1/(4 N^2 M^2)", "value to/from". */
static void written(const Inputs *in, const Product *p, char *text, size_t room) {
    char over[100] = "", under[100] = "";
    const double size = fabs(p->constant);
    if (size > 1 + 1e-9) snprintf(over, sizeof over, "%.6g", size);
    if (size < 1 - 1e-9) snprintf(under, sizeof under, "%.6g", 1 / size);
    for (int i = 0; i < LETTERS; i++) {
        if (p->power[i] > 0) append(over, sizeof over, in->letters[i], p->power[i]);
        if (p->power[i] < 0) append(under, sizeof under, in->letters[i], -p->power[i]);
    }
    const bool many = strchr(under, ' ') != NULL;
    snprintf(text, room, "%s%s%s%s%s%s", p->constant < 0 ? "-" : "", *over ? over : "1",
             *under ? "/" : "", many ? "(" : "", under, many ? ")" : "");
}

/* The product that gives all results; false if none does. The logarithm of a product of
 * powers is a sum, whose steps from input to input tell the powers. */
static bool find(const Inputs *in, const real *got, Product *p) {
    const int most = LARGEST_POWER;
    for (int a = -most; a <= most; a++)
        for (int b = -most; b <= most; b++)
            for (int c = -most; c <= most; c++) {
                Product now = {1, {a, b, c}};
                now.constant = (double)got[0] / result(in, &now, 0);
                bool same = isfinite(now.constant) && now.constant != 0;
                for (int k = 1; k < INPUTS && same; k++)
                    same = fabs(result(in, &now, k) / (double)got[k] - 1) < 1e-6;
                if (!same) continue;
                *p = now;
                return true;
            }
    return false;
}

static void grade_product(Grade *g, const char *what, const Inputs *in, const real *got,
                          const Product *right, GradeHints hints) {
    char yours_text[200], right_text[200];
    real expected[INPUTS];
    Product yours;
    for (int k = 0; k < INPUTS; k++)
        expected[k] = (real)(result(in, right, k) / result(in, right, k));
    real *ratio = grade_room(INPUTS);
    for (int k = 0; k < INPUTS; k++)
        ratio[k] = (real)((double)got[k] / result(in, right, k));
    if (find(in, got, &yours)) {
        written(in, &yours, yours_text, sizeof yours_text);
        written(in, right, right_text, sizeof right_text);
        hints.formula = yours_text, hints.right_formula = right_text;
    }
    grade_numbers(g, what, INPUTS, ratio, expected, &hints);
}

/* ---- unit_of ---- */

static const char *const square =
    "the Gram matrices are divided before it is squared: the divisor counts twice";

static const struct Form {
    const char *name;
    Product unit;
    struct {
        Product product;
        const char *why;
    } known[3];
} forms[FORMS] = {
    {"unit of GATYS",
     {0.25, {-2, -2, 0}},
     {{{1, {-2, -2, 0}}, "the 4 of Gatys' 1 / (4 N^2 M^2) is missing"},
      {{0.25, {-1, -1, 0}}, "N and M are squared in 1 / (4 N^2 M^2)"}}},
    {"unit of CS231N", {1, {-2, -2, 0}}, {{{1, {-1, -1, 0}}, square}}},
    {"unit of MEAN",
     {1, {-4, -2, 0}},
     {{{1, {-3, -2, 0}}, "the mean is over N^2 numbers, not over N"},
      {{1, {-2, -2, 0}},
       "the mean is over the N^2 numbers of the matrix; this is the "
       "sum"},
      {{1, {-3, -1, 0}}, square}}},
    {"unit of IMAGE_SIZE",
     {1 / 36.0, {0, 0, -2}},
     {{{0.25, {0, 0, -2}}, "the 3 channels of the picture stand for N: 3^2 is missing"},
      {{1 / 12.0, {0, 0, -2}}, "3 stands for N and is squared like it"}}}};

static Inputs random_inputs(uint64_t stream) {
    Rng rng = grade_rng(stream);
    Inputs in = {{"N", "M", "P"}, {{0}}};
    for (int k = 0; k < INPUTS; k++)
        for (int i = 0; i < LETTERS; i++)
            in.of[k][i] = 2 + rng_below(&rng, 30);
    return in;
}

static void grade_form(Grade *g, int form) {
    const Inputs in = random_inputs(14);
    const struct Form *f = &forms[form];
    real got[INPUTS];
    GradeHints hints = {0};
    for (int k = 0; k < INPUTS; k++)
        got[k] = (real)unit_of(form, in.of[k][0], in.of[k][1], in.of[k][2]);
    for (int i = 0; i < 3 && f->known[i].why; i++) {
        real *ratio = grade_room(INPUTS);
        for (int k = 0; k < INPUTS; k++)
            ratio[k] =
                (real)(result(&in, &f->known[i].product, k) / result(&in, &f->unit, k));
        Product yours;
        const bool same =
            find(&in, got, &yours) &&
            fabs(yours.constant / f->known[i].product.constant - 1) < 1e-6 &&
            !memcmp(yours.power, f->known[i].product.power, sizeof yours.power);
        if (same) hints.mistakes[0] = (Mistake){.numbers = ratio, .why = f->known[i].why};
    }
    grade_product(g, f->name, &in, got, &f->unit, hints);
}

/* What a loss of the library is, over D, for features of 5 x 24 in an image of 96. */
static void grade_library(Grade *g) {
    static const StyleForm form[FORMS] = {STYLE_GATYS, STYLE_CS231N, STYLE_MEAN,
                                          STYLE_IMAGE_SIZE};
    enum { N = 5, M = 24, P = 96 };
    real yours[FORMS], right[FORMS];
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, N, 4, 6});
    Node *painting = tape_example_constant(tape, f->shape);
    Node *a = ag_style_summary(painting, STYLE_GATYS, M);
    Node *gram[] = {ag_gram(f, (Gram){1}), ag_gram(painting, (Gram){1})};
    Node *d = ag_sum(ag_square(ag_sub(gram[0], gram[1])));
    for (int i = 0; i < FORMS; i++) {
        Node *node = ag_style_loss(f, a, form[i], (Shape){1, 3, 8, 12});
        const double unit = (double)node_scalar(node) / (double)node_scalar(d);
        yours[i] = (real)(unit_of(i, N, M, P) / unit);
        right[i] = 1;
    }
    tape_free(tape);
    grade_numbers(g, "all units over those of the library's losses", FORMS, yours, right,
                  NULL);
}

static void grade_units(Grade *g) {
    for (int i = 0; i < FORMS; i++)
        grade_form(g, i);
    grade_library(g);
}

/* ---- value_in and weight_in ---- */

static void grade_conversion(Grade *g, const char *what,
                             double (*convert)(double x, double from, double to),
                             const char *letter, const Product *right,
                             const char *turned) {
    Inputs in = random_inputs(15);
    real got[INPUTS], *ratio = grade_room(INPUTS);
    in.letters[0] = letter, in.letters[1] = "unit_from", in.letters[2] = "unit_to";
    for (int k = 0; k < INPUTS; k++) {
        in.of[k][1] = 1 / in.of[k][1], in.of[k][2] = 1 / in.of[k][2];
        got[k] = (real)convert(in.of[k][0], in.of[k][1], in.of[k][2]);
    }
    const Product other = {1, {1, right->power[2], right->power[1]}};
    GradeHints hints = {0};
    Product yours;
    for (int k = 0; k < INPUTS; k++)
        ratio[k] = (real)(result(&in, &other, k) / result(&in, right, k));
    if (find(&in, got, &yours) && fabs(yours.constant - 1) < 1e-6 &&
        !memcmp(yours.power, other.power, sizeof other.power))
        hints.mistakes[0] = (Mistake){.numbers = ratio, .why = turned};
    grade_product(g, what, &in, got, right, hints);
}

static void grade_value(Grade *g) {
    grade_conversion(g, "values in other units", value_in, "value",
                     &(Product){1, {1, -1, 1}},
                     "upside down: the smaller the unit, the smaller the value");
}

static void grade_weight(Grade *g) {
    grade_conversion(g, "weights for other units", weight_in, "weight",
                     &(Product){1, {1, 1, -1}},
                     "this is how a value converts; a weight converts the other way "
                     "round");
}

static const Part parts[] = {{"unit_of", 5, grade_units},
                             {"value_in", 1, grade_value},
                             {"weight_in", 1, grade_weight},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "14_errata", parts);
}
