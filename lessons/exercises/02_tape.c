/* Exercise 02: the walk back over a tape.
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
    BLANK("set the gradient of the last line to 1, then go from the last line to the "
          "first and let each hand its gradient on to the lines it uses");
}
