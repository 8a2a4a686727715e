/* What is in a folder.
 *
 *     if (folder_is("holidays") &&
 *         !folder_files(arena, "holidays", NULL, &files, &err)) ...
 *     for (int i = 0; i < files.count; i++) puts(files.path[i]);      holidays/a.jpg, ... */
#ifndef IO_FOLDER_H
#define IO_FOLDER_H

#include <stdbool.h>

#include "tensor/arena.h"
#include "tensor/error.h"

typedef struct FolderFiles {
    int count;
    const char **path; /* by the bytes of their names */
} FolderFiles;

/* Whether the path is a folder. */
bool folder_is(const char *path);

/* "folder/name", without a second slash; in the arena. */
const char *folder_join(Arena *arena, const char *folder, const char *name);

/* Whether a file of this name counts. */
typedef bool FolderFilter(const char *name);

/* All files of a folder but hidden ones (.name) and folders; with a filter, those that it
 * wants. The paths are in the arena. Fails when the folder cannot be listed; it may be
 * empty. */
bool folder_files(Arena *arena, const char *folder, FolderFilter *filter,
                  FolderFiles *files, Error *err);

/* For qsort and bsearch: the order of the bytes of two texts. */
int folder_by_bytes(const void *a, const void *b);

#endif
