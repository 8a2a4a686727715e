/* Resolves paths, to detect two names of one file before either is written.
 *
 *     if (file_same(out, photograph)) ... */
#ifndef IO_FILE_PLACE_H
#define IO_FILE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Length of the part of the path up to and including the last slash. */
size_t file_folder_length(const char *path);

/* The last part of the path, and in it the last dot; where there is none, or only the one
 * at its start, the end of the text. */
const char *file_name(const char *path);
const char *file_ending(const char *path);

/* The folder of a path, to be freed: "." when it names none. */
char *file_folder(const char *path);

/* An unused name, to be freed: FOLDER/stylegrad-saved-PID.png, where the
 * ending is that of the path. NULL when all are taken. file_beside: in its folder. */
char *file_spare(const char *folder, const char *path);
char *file_beside(const char *path);

/* The name at the end of all links, to be freed; the file need not be there yet. */
char *file_resolve(const char *path);

/* Whether both names lead to one regular file: by device and inode when it exists (links
 * of either kind), else by folder and name (ignoring letter case where the folder
 * does so). Always false for devices and pipes. */
bool file_same(const char *a, const char *b);

/* Whether two folders are one and the same, links followed. */
bool file_same_folder(const char *a, const char *b);

/* Whether the file is in the folder or below it, links followed. */
bool file_inside(const char *path, const char *folder);

/* The same for a file that need not be there yet; its folder must be. */
bool file_would_be_inside(const char *path, const char *folder);

#endif
