/* How many threads a parallel loop gets, and which one is running.
 *
 *     #pragma omp parallel for num_threads(threads_for(multiplications))
 *
 * The number of threads never changes a result: every loop divides its work by sizes
 * alone and adds partial results in a fixed order. */
#ifndef TENSOR_THREADS_H
#define TENSOR_THREADS_H

#include <stddef.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* Number of threads of every parallel loop. The default is the number that OpenMP gives
 * every program, within the quota of a container: see processors.h. threads_set overrides
 * everything except OMP_THREAD_LIMIT. Always 1 in a build without OpenMP. */
void threads_set(int threads);
int threads_count(void);

/* Threads for a loop that passes once over `elements` elements: 1 when the loop would end
 * before a second thread has begun. */
int threads_over(size_t elements);

/* The same for a loop with this many multiplications in all. */
int threads_for(double multiplications);

/* The number of the calling thread, from 0; 0 in a build without OpenMP. */
static inline int thread_number(void) {
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

#endif
