/* Memory that a kernel needs for the length of one call, on the thread that calls.
 *
 *     real *sums = workspace_take(count * sizeof *sums);
 *     ...
 *     workspace_give(sums);
 *
 * A stack may be small: 128 KiB for a thread of musl, 512 KiB for one of macOS, unless
 * OMP_STACKSIZE says otherwise. So no large array is on a stack (the Makefile lets the
 * compiler warn of frames above 16 KiB). Memory whose size depends on a convolution is
 * the workspace argument of tensor/kernels/kernels.h; this is for memory that a product
 * or a sum needs at any size.
 *
 * Each thread has its own blocks, one for each nested workspace_take. They are kept for
 * the next call and grow to the largest request, so a loop that repeats asks the system
 * for nothing after the first pass. They are freed when the thread ends.
 *
 * The tasks of a dynamic schedule go to any free thread, and a thread may get none for a
 * long time. So every thread takes its blocks where a parallel region begins, not in its
 * first task: the memory of a step does not depend on which thread was busy.
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

/* Gives back the block that this thread took last. */
void workspace_give(const void *start);

#endif
