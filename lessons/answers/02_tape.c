/* Answer 02: the walk back over a tape.
 *
 * The tape has n lines. Line i says what kind it is, and which earlier lines it uses:
 *
 *     kind[i] = 'x'   a leaf, nothing before it
 *     kind[i] = '+'   value[i] = value[a[i]] + value[b[i]]
 *     kind[i] = '*'   value[i] = value[a[i]] * value[b[i]]
 *     kind[i] = 'e'   value[i] = exp(value[a[i]])
 *
 * a[i] and b[i] may be the same line. The values are there; to be computed is grad[i],
 * the gradient of the last line with respect to line i. */
#include "lessons/exercises/exercise.h"

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);

/* grad has n zeros when this begins. */
void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad) {
    grad[n - 1] = 1;
    for (int i = n - 1; i >= 0; i--) {
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
