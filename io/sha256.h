/* The SHA-256 of bytes and of files, which identifies a file.
 *
 *     Sha256 hash;
 *     if (!sha256_file("photo.jpg", &hash, &err)) return false;
 *     printf("%s\n", hash.text); */
#ifndef IO_SHA256_H
#define IO_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/error.h"

typedef struct Sha256 {
    char text[65]; /* 64 hexadecimal digits */
} Sha256;

Sha256 sha256_bytes(const void *data, size_t size);

/* Of a whole file, which is not loaded at once; fails when it cannot be read. */
bool sha256_file(const char *path, Sha256 *out, Error *err);

#endif
