/* Inputs for the student's functions, and memory for their results. */
#ifndef LESSONS_CHECK_ROOMS_H
#define LESSONS_CHECK_ROOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"
#include "tensor/rng.h"

/* Random numbers for inputs: others for each `stream`, and for each GRADE_SEED. */
Rng grade_rng(uint64_t stream);
void grade_fill(Rng *rng, size_t n, real *x); /* standard normal ones */

/* Memory for what is handed to the student's functions: an array of exactly n numbers, so
 * that one step outside is found, which lives until the part ends. A room is full of
 * NaN: a number that is never written, or read before it is, shows. */
real *grade_room(size_t n);
real *grade_zeros(size_t n);
real *grade_copy(size_t n, const real *from);
real *grade_random(Rng *rng, size_t n);
int *grade_ints(size_t n, const int *from);

/* Frees all rooms of this process. */
void rooms_free(void);

/* Whether this is the NaN that a new room is full of. A sum with it is one, too. */
bool rooms_unwritten(double number);

#endif
