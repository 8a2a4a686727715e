/* The files of the photographs that a training learns from: archives, folders and single
 * images, in the order in which they are named.
 *
 *     const char *paths[] = {"photographs.tar", "holidays", "cat.jpg"};
 *     PhotoFiles files;
 *     if (!photo_files_read(arena, paths, 3, &files, &err)) return false;
 *     image_read_bytes(arena, files.file[0].name, &files.file[0].bytes, &photo, &err); */
#ifndef TRAIN_PHOTO_FILES_H
#define TRAIN_PHOTO_FILES_H

#include "io/file.h"
#include "io/folder.h"

/* One file, not decoded yet. */
typedef struct PhotoFile {
    const char *name; /* for messages */
    FileBytes bytes;
} PhotoFile;

typedef struct PhotoFiles {
    int count, room; /* files, and how many fit into the array */
    PhotoFile *file;
} PhotoFiles;

/* Reads the bytes of all of them. Of a .tar archive the .jpg, .jpeg and .png files with
 * any bytes count. Of a folder all files count, by name in the order of their bytes, but
 * hidden ones (.name) and folders; a file there that is no image is refused, because who
 * names a folder believes that all of it is learned from. */
bool photo_files_read(Arena *arena, const char *const *paths, int count, PhotoFiles *out,
                      Error *err);

/* The files that count in a folder, in the arena. False when the folder cannot be read, or
 * holds none. */
bool photo_files_of_folder(Arena *arena, const char *folder, FolderFiles *files,
                           Error *err);

#endif
