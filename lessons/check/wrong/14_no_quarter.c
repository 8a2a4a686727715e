/* expects: the 4 of Gatys */
#include "lessons/exercises/exercise.h"

enum { GATYS, CS231N, MEAN, IMAGE_SIZE };

double unit_of(int form, double n, double m, double p);
double value_in(double value, double unit_from, double unit_to);
double weight_in(double weight, double unit_from, double unit_to);

double unit_of(int form, double n, double m, double p) {
    switch (form) {
    case GATYS:
        return 1 / (n * n * m * m);
    case CS231N:
        return 1 / (n * n * m * m);
    case MEAN:
        return 1 / (n * n * n * n * m * m);
    default:
        return 1 / (4 * 9 * p * p);
    }
}

double value_in(double value, double unit_from, double unit_to) {
    return value * unit_to / unit_from;
}

double weight_in(double weight, double unit_from, double unit_to) {
    return weight * unit_from / unit_to;
}
