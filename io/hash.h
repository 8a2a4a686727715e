/* SHA-256, by which a file is known whatever its name. */
#ifndef IO_HASH_H
#define IO_HASH_H

#include "io/file.h"

typedef struct Hash {
    char digits[65]; /* in hexadecimal */
} Hash;

Hash hash_bytes(FileBytes bytes);

/* Of a file of up to 2 GiB; fails as file_read does. */
bool hash_file(const char *path, Hash *out, Error *err);

#endif
