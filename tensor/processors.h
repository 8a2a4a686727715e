/* How many processors this process may use at a time.
 *
 * OpenMP knows which ones it may run on (affinity), but not a quota: a container with
 * `docker run --cpus 2` sees all processors of the machine and is stopped for the rest of
 * each period once its threads together have used up two. More threads than that only
 * wait for each other. */
#ifndef TENSOR_PROCESSORS_H
#define TENSOR_PROCESSORS_H

/* What the quotas of the process's control groups (Linux, versions 1 and 2) and of all
 * groups above them allow, in whole processors, rounded up; 0 where there is no quota.
 * `root` is put before every path that is read: "" but for tests. */
int processors_quota(const char *root);

/* The number of threads that a parallel loop gets when the program does not say: what
 * OMP_NUM_THREADS asks for, or else the processors of the affinity mask within the
 * quota; never more than OMP_THREAD_LIMIT. At least 1. */
int processors_default(void);

/* OMP_THREAD_LIMIT, at most 1024: libgomp keeps a record of each thread of a loop on the
 * stack, and tens of thousands of records do not fit there. */
int processors_limit(void);

#endif
