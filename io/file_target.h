/* Facts about a file before it is written; for file_write.c only. */
#ifndef IO_FILE_TARGET_H
#define IO_FILE_TARGET_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether it is written through instead of replaced: a device, a pipe, or a file that is
 * standard output or error already; *standard is that descriptor, else -1. */
bool file_is_special(const struct stat *about, int *standard);

/* Whether a new file can get this name, which is at the end of all links; `about` is what
 * has it now, or NULL. errno has the reason of a failure. */
bool file_can_take(const char *target, const struct stat *about);

#endif
