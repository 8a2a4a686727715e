/* The small files in which the system says something about itself: /proc, /sys.
 *
 * They are read without any memory but that of the caller, because they tell how much
 * there is, and because whoever finds none asks for it. */
#ifndef TENSOR_SYSTEM_FILE_H
#define TENSOR_SYSTEM_FILE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct SystemFile {
    int file;
    size_t at, size; /* in bytes */
    char bytes[512];
} SystemFile;

/* Opens the file of the path root/path; false when there is none. */
bool system_file_open(SystemFile *file, const char *root, const char *path);

/* The next line, without its end; what has no room in it is left out. False at the end of
 * the file. */
bool system_file_line(SystemFile *file, char *line, size_t room);

void system_file_close(SystemFile *file);

/* The first line of a file; false when there is none. */
bool system_file_first(const char *root, const char *path, char *line, size_t room);

#endif
