#include "io/sha256.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static Sha256 finish(struct sha256_ctx *context) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    Sha256 hash = {""};
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash.text + 2 * i, 3, "%02x", digest[i]);
    return hash;
}

Sha256 sha256_bytes(const void *data, size_t size) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, size, data);
    return finish(&context);
}

bool sha256_file(const char *path, Sha256 *out, Error *err) {
    uint8_t piece[1 << 12];
    struct sha256_ctx context;
    FILE *file = fopen(path, "rb");
    if (!file) return error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
    sha256_init(&context);
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        sha256_update(&context, got, piece);
    const bool good = !ferror(file);
    const int why = errno;
    fclose(file);
    if (!good) return error_set(err, "%s: cannot be read: %s", path, strerror(why));
    *out = finish(&context);
    return true;
}
