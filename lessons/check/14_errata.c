/* Grades exercise 14: units of layers of many sizes, against the library's own losses,
 * too; conversions of values and weights. A wrong result is written as a formula, when it
 * is one: 1/(4 N M^2) instead of 1/(4 N^2 M^2). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "autograd/ops.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "losses/style.h"

enum { INPUTS = 8, LETTERS = 3, LARGEST_POWER = 4 };

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

static bool is_product(const Inputs *in, const real *got, const Product *p) {
    Product yours;
    return find(in, got, &yours) && fabs(yours.constant / p->constant - 1) < 1e-6 &&
           !memcmp(yours.power, p->power, sizeof yours.power);
}

/* Says why, if the results are those of a product that is known to be wrong. */
static void suspect(const Inputs *in, const real *got, const Product *right,
                    const Product *wrong, const char *why, GradeHints *hints) {
    real *ratio = grade_room(INPUTS);
    if (!is_product(in, got, wrong)) return;
    for (int k = 0; k < INPUTS; k++)
        ratio[k] = (real)(result(in, wrong, k) / result(in, right, k));
    hints->mistakes[0] = (Mistake){.numbers = ratio, .why = why};
}

/* ---- unit_of ---- */

static const char *const square =
    "the Gram matrices are divided before it is squared: the divisor counts twice";

enum { N, M, P };                                /* letters */
enum { GATYS, CS231N, MEAN, IMAGE_SIZE, FORMS }; /* as in the exercise */
enum { KNOWN = 3 };                              /* mistakes in a form, at most */

static const struct Form {
    const char *name;
    Product unit;
    struct {
        Product product;
        const char *why;
    } known[KNOWN];
} forms[FORMS] = {
    [GATYS] = {.name = "unit of GATYS",
               .unit = {0.25, {[N] = -2, [M] = -2}},
               .known = {{{1, {[N] = -2, [M] = -2}},
                          "the 4 of Gatys' 1 / (4 N^2 M^2) is missing"},
                         {{0.25, {[N] = -1, [M] = -1}},
                          "N and M are squared in 1 / (4 N^2 M^2)"}}},
    [CS231N] = {.name = "unit of CS231N",
                .unit = {1, {[N] = -2, [M] = -2}},
                .known = {{{1, {[N] = -1, [M] = -1}}, square}}},
    [MEAN] = {.name = "unit of MEAN",
              .unit = {1, {[N] = -4, [M] = -2}},
              .known = {{{1, {[N] = -3, [M] = -2}},
                         "the mean is over N^2 numbers, not over N"},
                        {{1, {[N] = -2, [M] = -2}},
                         "the mean is over the N^2 numbers of the matrix; this is the "
                         "sum"},
                        {{1, {[N] = -3, [M] = -1}}, square}}},
    [IMAGE_SIZE] = {
        .name = "unit of IMAGE_SIZE",
        .unit = {1 / 36.0, {[P] = -2}},
        .known = {{{0.25, {[P] = -2}},
                   "the 3 channels of the picture stand for N: 3^2 is missing"},
                  {{1 / 12.0, {[P] = -2}}, "3 stands for N and is squared like it"}}}};

static Inputs random_inputs(uint64_t stream) {
    Rng rng = grade_rng(stream);
    Inputs in = {{[N] = "N", [M] = "M", [P] = "P"}, {{0}}};
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
        got[k] = (real)unit_of(form, in.of[k][N], in.of[k][M], in.of[k][P]);
    for (int i = 0; i < KNOWN && f->known[i].why; i++)
        suspect(&in, got, &f->unit, &f->known[i].product, f->known[i].why, &hints);
    grade_product(g, f->name, &in, got, &f->unit, hints);
}

/* What a loss of the library is, over D, for features of 5 x 24 in an image of 96. */
static void grade_library(Grade *g) {
    static const StyleForm form[FORMS] = {[GATYS] = STYLE_GATYS,
                                          [CS231N] = STYLE_CS231N,
                                          [MEAN] = STYLE_MEAN,
                                          [IMAGE_SIZE] = STYLE_IMAGE_SIZE};
    enum { CHANNELS = 5, ROWS = 4, COLUMNS = 6, HEIGHT = 8, WIDTH = 12 };
    enum { POSITIONS = ROWS * COLUMNS, PIXELS = HEIGHT * WIDTH };
    real yours[FORMS], right[FORMS];
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, CHANNELS, ROWS, COLUMNS});
    Node *painting = tape_example_constant(tape, f->shape);
    Node *a = ag_style_summary(painting, STYLE_GATYS, POSITIONS);
    Node *gram[] = {ag_gram(f, (Gram){1}), ag_gram(painting, (Gram){1})};
    Node *d = ag_sum(ag_square(ag_sub(gram[0], gram[1])));
    for (int i = 0; i < FORMS; i++) {
        Node *node = ag_style_loss(f, a, form[i], (Shape){1, 3, HEIGHT, WIDTH});
        const double unit = (double)node_scalar(node) / (double)node_scalar(d);
        yours[i] = (real)(unit_of(i, CHANNELS, POSITIONS, PIXELS) / unit);
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

enum { X, FROM, TO }; /* letters: a value or a weight, and two units */

static void grade_conversion(Grade *g, const char *what,
                             double (*convert)(double x, double from, double to),
                             const char *letter, const Product *right,
                             const char *turned) {
    Inputs in = random_inputs(15);
    real got[INPUTS];
    in.letters[X] = letter;
    in.letters[FROM] = "unit_from";
    in.letters[TO] = "unit_to";
    for (int k = 0; k < INPUTS; k++) {
        double *of = in.of[k];
        of[FROM] = 1 / of[FROM];
        of[TO] = 1 / of[TO];
        got[k] = (real)convert(of[X], of[FROM], of[TO]);
    }
    const Product other = {
        1, {[X] = 1, [FROM] = right->power[TO], [TO] = right->power[FROM]}};
    GradeHints hints = {0};
    suspect(&in, got, right, &other, turned, &hints);
    grade_product(g, what, &in, got, right, hints);
}

static void grade_value(Grade *g) {
    grade_conversion(g, "values in other units", value_in, "value",
                     &(Product){1, {[X] = 1, [FROM] = -1, [TO] = 1}},
                     "upside down: the smaller the unit, the smaller the value");
}

static void grade_weight(Grade *g) {
    grade_conversion(g, "weights for other units", weight_in, "weight",
                     &(Product){1, {[X] = 1, [FROM] = 1, [TO] = -1}},
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
