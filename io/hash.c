#include "io/hash.h"

#include <nettle/sha2.h>

Hash hash_bytes(FileBytes bytes) {
    Hash hash;
    struct sha256_ctx context;
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, bytes.size, bytes.data);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash.digits + 2 * i, 3, "%02x", digest[i]);
    return hash;
}

bool hash_file(const char *path, Hash *out, Error *err) {
    FileBytes bytes;
    Arena *scratch = arena_new();
    const bool good = file_read(scratch, path, (size_t)2 << 30, &bytes, err);
    if (good) *out = hash_bytes(bytes);
    arena_free(scratch);
    return good;
}
