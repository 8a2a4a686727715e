/* The memory of this process, as the system counts it, and what there is to have. */
#ifndef APP_MEMORY_H
#define APP_MEMORY_H

#include <stddef.h>

/* Bytes that are there now; where the system does not say, the most there ever were. */
size_t memory_now(void);

/* Bytes that the system can still give to this process: what is free or easily made so,
 * within the limits of its control group and its address space. SIZE_MAX where the system
 * does not say. */
size_t memory_available(void);

/* The most there ever were. */
size_t memory_peak(void);

#endif
