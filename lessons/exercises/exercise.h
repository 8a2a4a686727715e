/* What an exercise includes. `make start-07` copies the exercise to mine/07_*.c. Replace
 * the lines with BLANK there by your own; then
 *
 *     make check-07
 *
 * compares it with numeric gradients and says what was probably mixed up. */
#ifndef LESSONS_EXERCISES_EXERCISE_H
#define LESSONS_EXERCISES_EXERCISE_H

#include <math.h>

#include "tensor/tensor.h"

/* A function that is still blank does not use its parameters. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* Says which function is still blank and what it should do, and ends the program. */
#define BLANK(task) exercise_blank(__func__, task)
_Noreturn void exercise_blank(const char *function, const char *task);

#endif
