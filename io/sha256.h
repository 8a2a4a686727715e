/* The SHA-256 of bytes and of files, which identifies a file.
 *
 *     Sha256 hash;
 *     if (!sha256_file("photo.jpg", &hash, &err)) return false;
 *     printf("%s\n", hash.text); */
#ifndef IO_SHA256_H
#define IO_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/arena.h"
#include "tensor/error.h"

/* A hash, to be printed. */
typedef struct Sha256 {
    char text[65]; /* 64 hexadecimal digits */
} Sha256;

/* Of `size` bytes. */
Sha256 sha256_bytes(const void *data, size_t size);

/* Of bytes that come in parts:
 *
 *     Sha256Stream *stream = sha256_begin(arena);
 *     while (...)
 *         sha256_add(stream, part, size);
 *     Sha256 hash = sha256_end(stream); */
typedef struct Sha256Stream Sha256Stream;
Sha256Stream *sha256_begin(Arena *arena);
void sha256_add(Sha256Stream *stream, const void *data, size_t size);
Sha256 sha256_end(Sha256Stream *stream);

/* Of a whole file, which is not loaded at once; fails when it cannot be read. */
bool sha256_file(const char *path, Sha256 *out, Error *err);

#endif
