/* Memory that a kernel needs for the length of one call, on the thread that calls.
 *
 *     real *sums = workspace_take(count * sizeof *sums);
 *     ...
 *     workspace_give(sums);
 *
 * A stack may be small: 128 KiB for a thread of musl, 512 KiB for one of macOS, whatever
 * OMP_STACKSIZE says. So nothing large lies there (the Makefile has the compiler warn of
 * frames above 16 KiB). What depends on the sizes of a convolution is in the scratch of
 * tensor/kernels/kernels.h instead; here is what a product or a sum needs whatever its
 * size.
 *
 * Each thread has its own pieces, one for each depth of taking. They stay for the next
 * call and grow to the largest request, so a loop that has come to run steadily asks the
 * system for nothing. They are freed when the thread ends.
 *
 * Tasks of a dynamic schedule go to whichever thread is free, and a thread may get none
 * for a long time. So every thread takes its pieces where a parallel region begins, not
 * in its first task: the memory of a step does not depend on who was busy.
 *
 *     #pragma omp parallel num_threads(threads)
 *     {
 *         workspace_reserve(bytes);
 *     #pragma omp for schedule(dynamic)
 *         for (...) task(i);                    takes that many bytes */
#ifndef TENSOR_WORKSPACE_H
#define TENSOR_WORKSPACE_H

#include <stddef.h>

/* `bytes` bytes, aligned to ARENA_ALIGNMENT, with any contents. */
void *workspace_take(size_t bytes);

/* Takes as many and gives them back: for the tasks that this thread will get. */
void workspace_reserve(size_t bytes);

/* Gives back the piece that this thread took last. */
void workspace_give(const void *start);

#endif
