/* Exercise 14: the same loss in other conventions.
 *
 * At a layer with N channels and M positions, of an image with P pixels,
 *
 *     D = sum_ij (G_ij - A_ij)^2        of raw Gram matrices
 *
 * Programs call these "the style loss":
 *
 *     GATYS       D / (4 N^2 M^2)       the paper, documents 000 and 003
 *     CS231N      D of Gram matrices that were divided by N M
 *     MEAN        the mean, not the sum, of the N^2 squares of CS231N
 *     IMAGE_SIZE  Gatys' with 3 for N and P for M: Keras
 *
 * unit_of     the number u with loss = u D
 * value_in    a loss measured in one form: what would it be in the other?
 * weight_in   a weight made for one form: which one gives the same gradient in the other?
 *
 * A weight in small units has to be large: value and weight convert differently. */
#include "lessons/exercises/exercise.h"

enum { GATYS, CS231N, MEAN, IMAGE_SIZE };

double unit_of(int form, double n, double m, double p);
double value_in(double value, double unit_from, double unit_to);
double weight_in(double weight, double unit_from, double unit_to);

double unit_of(int form, double n, double m, double p) {
    BLANK("say what D is multiplied with in each of the four forms");
}

double value_in(double value, double unit_from, double unit_to) {
    BLANK("find D, and measure it in the other unit");
}

double weight_in(double weight, double unit_from, double unit_to) {
    BLANK("weight times unit must stay the same");
}
