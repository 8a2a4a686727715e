/* Recognises files that users pass as weights but that cannot be read: those of other
 * programs, and the results of failed downloads. */
#ifndef IO_WEIGHT_KIND_H
#define IO_WEIGHT_KIND_H

#include "io/file.h"

/* False, with the kind of the file and the command that helps, if its first bytes, or
 * else the end of its name, show that it is no .pth, .npz or .safetensors file. */
bool weight_kind_check(FileBytes file, const char *path, Error *err);

/* Whether the file is a zip archive that has an entry with this ending. */
bool weight_archive_holds(FileBytes file, const char *ending);

#endif
