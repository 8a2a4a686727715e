/* The control groups of Linux, versions 1 and 2, in which this process is: they share out
 * processors and memory. */
#ifndef TENSOR_CONTROL_GROUPS_H
#define TENSOR_CONTROL_GROUPS_H

#include <stdbool.h>

#define GROUP_PATH_MOST 2048

/* The folder of one group; `unified` is version 2. */
typedef void GroupVisit(void *context, const char *root, bool unified,
                        const char *folder);

/* Calls `visit` for the group of this process and for all groups above it that can be
 * seen, in version 2 and in the hierarchy of version 1 that has the controller ("cpu",
 * "memory"). `root` is put before every path that is read: "" but for tests. */
void control_groups_visit(const char *root, const char *controller, GroupVisit *visit,
                          void *context);

#endif
