/* Grading an exercise: is each of the student's functions right, and if not, what is the
 * probable mistake?
 *
 *     static const Part parts[] = {{"content_loss", 2, grade_loss},
 *                                  {"content_loss_backward", 3, grade_backward},
 *                                  {NULL, 0, NULL}};
 *
 *     int main(int argc, char **argv) {
 *         return grade_main(argc, argv, "07_content_loss", parts);
 *     }
 *
 *     static void grade_backward(Grade *g) {
 *         ...
 *         grade_numbers(g, "df", n, got, expected, &(GradeHints){.before = before});
 *     }
 *
 * Each part runs in a process of its own: a blank, a crash, an endless loop or exit()
 * costs the points of that part only. What the student's code prints is shown behind a
 * "| ", and results take another way, so that a print cannot be taken for a result.
 *
 * Everything is compared in double. A number is right within 1e-6 of the largest one.
 * When numbers are wrong, the mistake is looked up among common ones, and named: see
 * hints.h and diagnose.h. */
#ifndef LESSONS_CHECK_GRADE_H
#define LESSONS_CHECK_GRADE_H

#include "lessons/check/hints.h"
#include "lessons/check/part.h"
#include "lessons/check/rooms.h"
#include "tensor/tensor.h"

/* Grades all parts, up to the one without a function, prints what is right and what is
 * not, and returns the exit status for main: 0 when all is right, 1 when something is
 * not, 2 when it could not be graded. Environment variables:
 *
 *     GRADE_FILE   the file that the student edits, for the last line
 *     GRADE_JSON   the results are written into this file, too
 *     GRADE_SEED   other random inputs, for each number other ones
 *     GRADE_SECONDS   of the processor for each part, instead of 10 */
int grade_run(const char *exercise, const Part *parts);

/* The same for a command line: [FILE] [--json FILE] instead of the first two variables. */
int grade_main(int argc, char **argv, const char *exercise, const Part *parts);

/* n numbers against the right ones. */
void grade_numbers(Grade *g, const char *what, size_t n, const real *got,
                   const real *expected, const GradeHints *hints);

/* One number. */
void grade_number(Grade *g, const char *what, double got, double expected,
                  const GradeHints *hints);

/* n numbers against a formula: out[0] ... out[n - 1], right for mistake 0, and as they
 * come out with one of the mistakes 1, 2, ...; whys[k] says what mistake k is, and NULL
 * ends them; whys[0] is not used. What was there before, hints->before, comes on top. */
typedef void Formula(const void *context, int mistake, real *out);
void grade_formula(Grade *g, const char *what, size_t n, const real *got,
                   Formula *formula, const void *context, const char *const *whys,
                   const GradeHints *hints);

/* The hints, and the mistakes of the formula besides: for grade_gradient(). */
GradeHints grade_mistakes(size_t n, Formula *formula, const void *context,
                          const char *const *whys, const GradeHints *hints);

/* A gradient against central differences of `loss` at x, which is moved and put back:
 * right or wrong without knowing the formula. */
void grade_gradient(Grade *g, const char *what, size_t n, real *x,
                    double (*loss)(void *context), void *context, const real *gradient,
                    const GradeHints *hints);

#endif
