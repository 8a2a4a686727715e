/* The kind of a file that no reader supports, detected by its first bytes.
 *
 * Users pass many kinds of files: a WebP from a browser, the web page behind a download
 * link, a Git LFS pointer. An error message that names the kind and the command that
 * converts it saves them a search:
 *
 *     const FileKind *kind = file_kind(&file);
 *     return error_set(err, "%s: is not weights (%s); %s", path, kind->name,
 *                      kind->advice); */
#ifndef IO_FILE_KIND_H
#define IO_FILE_KIND_H

#include "io/file.h"

typedef enum FileGroup {
    FILE_IMAGE,
    FILE_VIDEO,
    FILE_DOCUMENT, /* web pages, PDF, text, pointers: mostly failed downloads */
    FILE_ARCHIVE,
    FILE_DATA, /* arrays and weights */
    FILE_UNKNOWN,
} FileGroup;

typedef struct FileKind {
    FileGroup group;
    const char *name;   /* "WebP", "a web page": fits between brackets */
    const char *advice; /* what to do next: fits after a semicolon */
} FileKind;

/* The kind of the file; of FILE_UNKNOWN when the bytes are not recognised. Never NULL. */
const FileKind *file_kind(const FileBytes *file);

#endif
