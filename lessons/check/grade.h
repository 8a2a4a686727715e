/* Grading an exercise: is the student's function right, and if not, what is the probable
 * mistake?
 *
 *     int main(void) { return grade_run("07_content_loss", grade); }
 *
 *     static void grade(Grade *g) {
 *         ...
 *         grade_numbers(g, "content_loss_backward", n, got, expected,
 *                       &(GradeHints){.channels = 3, .positions = 35});
 *     }
 *
 * Everything is compared in double. A number is right within 1e-6 of the largest one.
 * When numbers are wrong by one factor, the factor is looked up among the conventions
 * that go under the same name (1/2, 2, 4, N, M, N^2, N M, ...), and named. */
#ifndef LESSONS_CHECK_GRADE_H
#define LESSONS_CHECK_GRADE_H

#include "lessons/check/hints.h"
#include "tensor/tensor.h"

typedef struct Grade Grade;

#define GRADE_BLANK 3 /* exit status of a program that met a blank */

/* Runs the function in a separate process, so that a crash or an endless loop of the
 * student's code becomes a message, and prints how many points were right. The exit
 * status for main: 0 when all were. */
int grade_run(const char *exercise, void (*grade)(Grade *g));

/* n numbers against the right ones. */
void grade_numbers(Grade *g, const char *what, size_t n, const real *got,
                   const real *expected, const GradeHints *hints);

/* One number. */
void grade_number(Grade *g, const char *what, double got, double expected,
                  const GradeHints *hints);

/* A gradient against central differences of `loss` at x, which is moved and put back:
 * right or wrong without knowing the formula. */
void grade_gradient(Grade *g, const char *what, size_t n, real *x,
                    double (*loss)(void *context), void *context, const real *gradient,
                    const GradeHints *hints);

/* Memory for what is handed to the student's functions: an array of exactly n numbers, so
 * that one step outside is found, which lives until the grading ends. A room is full of
 * NaN: a number that is never written, or read before it is, shows. */
real *grade_room(size_t n);
real *grade_zeros(size_t n);
real *grade_copy(size_t n, const real *from);

#endif
