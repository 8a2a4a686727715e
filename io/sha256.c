#include "io/sha256.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct Sha256Stream {
    struct sha256_ctx context;
};

Sha256Stream *sha256_begin(Arena *arena) {
    Sha256Stream *stream = ARENA_NEW(arena, Sha256Stream, 1);
    sha256_init(&stream->context);
    return stream;
}

void sha256_add(Sha256Stream *stream, const void *data, size_t size) {
    sha256_update(&stream->context, size, data);
}

Sha256 sha256_end(Sha256Stream *stream) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    Sha256 hash = {""};
    sha256_digest(&stream->context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash.text + 2 * i, 3, "%02x", digest[i]);
    return hash;
}

Sha256 sha256_bytes(const void *data, size_t size) {
    Sha256Stream stream;
    sha256_init(&stream.context);
    sha256_add(&stream, data, size);
    return sha256_end(&stream);
}

bool sha256_file(const char *path, Sha256 *out, Error *err) {
    uint8_t piece[1 << 12];
    Sha256Stream stream;
    FILE *file = fopen(path, "rb");
    if (!file) return error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
    setvbuf(file, NULL, _IONBF, 0); /* whole pieces are read */
    sha256_init(&stream.context);
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        sha256_add(&stream, piece, got);
    const bool good = !ferror(file);
    const int why = errno;
    fclose(file);
    if (!good) return error_set(err, "%s: cannot be read: %s", path, strerror(why));
    *out = sha256_end(&stream);
    return true;
}
