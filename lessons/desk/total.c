/* The total_loss that a submission of exercise 13 calls. The program exports it, and a name
 * of the program comes before the same name of a shared object: so transfer() is graded
 * alone, whatever the submission's own total_loss does. The grader computes it. */
#include "lessons/desk/back.h"

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient) {
    (void)scratch;
    return back_total(t, x, gradient);
}
