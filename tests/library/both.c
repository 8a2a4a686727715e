/* 1/3 rounded to 24 bits is 11184811 / 2^25, to 53 bits it is what a double holds. */
#include <stdio.h>

double third_in_float(void);
double third_in_double(void);

int main(void) {
    const double rounded = third_in_float(), exact = third_in_double();
    printf("%.17g %.17g\n", rounded, exact);
    return !(rounded == 11184811.0 / 33554432.0 && exact == 1.0 / 3.0);
}
