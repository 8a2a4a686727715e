/* What a file is that a reader does not read, told by its first bytes.
 *
 * People pass what they have: a WebP from a browser, the web page that a download link
 * led to, a Git LFS pointer. A refusal that names the kind and the command that helps
 * saves them a search:
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

/* The kind of the file; of FILE_UNKNOWN when the bytes tell nothing. Never NULL. */
const FileKind *file_kind(const FileBytes *file);

#endif
