/* How much memory there is to have. */
#ifndef TENSOR_MEMORY_ROOM_H
#define TENSOR_MEMORY_ROOM_H

#include <stddef.h>

/* Bytes that the system can still give to this process: what is free or easily made so,
 * within the limits of its control groups (Linux, versions 1 and 2) and its address
 * space. SIZE_MAX where the system does not say. `root` is put before every path that is
 * read: "" but for tests. */
size_t memory_room(const char *root);

#endif
