/* Arrays for the student's functions, which end where the memory ends: a step behind an
 * array stops the program, and one before it is found afterwards. */
#ifndef LESSONS_DESK_FENCE_H
#define LESSONS_DESK_FENCE_H

#include <stdbool.h>
#include <stddef.h>

/* NULL when there is no memory. */
void *fence_new(size_t bytes);
void fence_free(void *array, size_t bytes);

/* Whether nothing was written before the array. */
bool fence_whole(const void *array, size_t bytes);

#endif
