/* Archives of many small files, as `tar --format=ustar` writes them.
 *
 *     TarFiles files;
 *     if (!tar_read(arena, "photographs.tar", &files, &err)) return false;
 *     image_read_bytes(arena, files.entry[0].name, &files.entry[0].bytes, &photo, &err);
 *
 * Nothing is unpacked to disk, so the names in an archive are harmless. */
#ifndef IO_TAR_H
#define IO_TAR_H

#include "io/file.h"

typedef struct TarEntry {
    const char *name;
    FileBytes bytes; /* inside the archive's bytes; size may be 0 */
} TarEntry;

typedef struct TarFiles {
    int count;
    TarEntry *entry; /* regular files in the order of the archive */
} TarFiles;

/* Reads the archive, up to 2 GiB, and lists its regular files; folders, links and
 * devices are ignored. Refuses headers whose checksum is wrong and files that reach
 * beyond the end of the archive. */
bool tar_read(Arena *arena, const char *path, TarFiles *out, Error *err);

/* The same from memory; `where` is what errors call the bytes. */
bool tar_read_bytes(Arena *arena, FileBytes file, const char *where, TarFiles *out,
                    Error *err);

#endif
