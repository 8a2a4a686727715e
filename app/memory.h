/* The memory of this process, as the system counts it. */
#ifndef APP_MEMORY_H
#define APP_MEMORY_H

#include <stddef.h>

/* Bytes that are there now; where the system does not say, the most there ever were. */
size_t memory_now(void);

/* The most there ever were. */
size_t memory_peak(void);

#endif
