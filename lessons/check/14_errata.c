/* Grades exercise 14: the units against the library's own losses of random features, and
 * a weight against the gradient. */
#include "autograd/ops.h"
#include "lessons/check/grade.h"
#include "losses/style.h"

enum { N = 5, M = 24, FORMS = 4 };

double unit_of(int form, double n, double m, double p);
double value_in(double value, double unit_from, double unit_to);
double weight_in(double weight, double unit_from, double unit_to);

static const struct {
    const char *name;
    StyleForm form;
} forms[FORMS] = {{"unit of GATYS", STYLE_GATYS},
                  {"unit of CS231N", STYLE_CS231N},
                  {"unit of MEAN", STYLE_MEAN},
                  {"unit of IMAGE_SIZE", STYLE_IMAGE_SIZE}};

static const char *const square =
    "the Gram matrices are divided before it is squared: the divisor counts twice";

static void grade_unit(Grade *g, int i, double unit) {
    const GradeHints hints[FORMS] = {
        {.suspects = {{4, "the 4 of Gatys' 1 / (4 N^2 M^2) is missing"}}},
        {.suspects = {{N * M, square}}},
        {.suspects = {{N, "the mean is over N^2 numbers, not over N"},
                      {N * N, "the mean is over the N^2 numbers of the matrix; this is "
                              "the sum"},
                      {N * M, square},
                      {N * N * M, square}}},
        {.suspects = {{9, "the 3 channels of the picture stand for N: 3^2 is missing"},
                      {3, "3 stands for N and is squared like it"}}}};
    grade_number(g, forms[i].name, unit_of(i, N, M, 96), unit, &hints[i]);
}

static void grade(Grade *g) {
    double loss[FORMS], pull[FORMS];
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, N, 4, 6});
    Node *painting = tape_example_constant(tape, f->shape);
    Node *a = ag_style_summary(painting, STYLE_GATYS, M);
    Node *gram[] = {ag_gram(f, (Gram){1}), ag_gram(painting, (Gram){1})};
    Node *d = ag_sum(ag_square(ag_sub(gram[0], gram[1])));
    for (int i = 0; i < FORMS; i++) {
        Node *node = ag_style_loss(f, a, forms[i].form, (Shape){1, 3, 8, 12});
        loss[i] = (double)node_scalar(node);
        tape_backward(tape, node);
        pull[i] = (double)f->grad[0];
        grade_unit(g, i, loss[i] / (double)node_scalar(d));
    }
    const double from = 1.0 / (4 * N * N * M * M), to = from * 4 / (N * N);
    grade_number(
        g, "a loss of 3 in GATYS, in MEAN", value_in(3, from, to), 3 * loss[2] / loss[0],
        &(GradeHints){
            .suspects = {{from * from / (to * to),
                          "upside down: the smaller the unit, the smaller the value"}}});
    grade_number(g, "weight 100 of MEAN, in GATYS", weight_in(100, to, from),
                 100 * pull[2] / pull[0],
                 &(GradeHints){.suspects = {{from * from / (to * to),
                                             "this is how a value converts; a "
                                             "weight converts the other way "
                                             "round"}}});
    tape_free(tape);
}

int main(void) {
    return grade_run("14_errata", grade);
}
