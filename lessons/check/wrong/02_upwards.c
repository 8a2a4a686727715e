/* expects: all zero */
#include "lessons/exercises/exercise.h"

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);

/* grad has n zeros when this begins. */
void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad) {
    grad[n - 1] = 1;
    for (int i = 0; i < n; i++) {
        const real dy = grad[i];
        if (kind[i] == '+') {
            grad[a[i]] += dy;
            grad[b[i]] += dy;
        } else if (kind[i] == '*') {
            grad[a[i]] += dy * value[b[i]];
            grad[b[i]] += dy * value[a[i]];
        } else if (kind[i] == 'e') {
            grad[a[i]] += dy * value[i];
        }
    }
}
