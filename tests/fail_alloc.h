/* What the preloaded library of tests/fail_alloc.c and its user tell each other, in a
 * file that both have mapped. */
#ifndef TESTS_FAIL_ALLOC_H
#define TESTS_FAIL_ALLOC_H

#include <stdatomic.h>

typedef struct FailAlloc {
    long at;            /* this allocation fails, from 1 on; 0: none */
    long ever;          /* not 0: and all after it */
    atomic_long count;  /* allocations so far */
    atomic_long failed; /* of them */
} FailAlloc;

#endif
