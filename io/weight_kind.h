/* Files that are taken for weights and are none that are read here: those of other
 * programs, and what a download leaves when it fails. */
#ifndef IO_WEIGHT_KIND_H
#define IO_WEIGHT_KIND_H

#include "io/file.h"

/* False, with what the file is and the command that helps, when its first bytes, or else
 * the end of its name, tell that it is no .pth, .npz or .safetensors file. */
bool weight_kind_check(FileBytes file, const char *path, Error *err);

/* Whether the file is a zip archive with an entry whose name ends so. */
bool weight_archive_holds(FileBytes file, const char *ending);

#endif
