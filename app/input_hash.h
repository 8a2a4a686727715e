/* The hash of an input, which may be a folder. */
#ifndef APP_INPUT_HASH_H
#define APP_INPUT_HASH_H

#include "io/sha256.h"

/* The SHA-256 of a file; of a folder that of the names and hashes of the files which
 * photo_files_of_folder lists, a line each, as sha256sum prints them. */
bool input_hash(const char *path, Sha256 *out, Error *err);

#endif
