#include "app/input_hash.h"

#include <string.h>
#include <sys/stat.h>

#include "tensor/text.h"
#include "train/photo_files.h"

static bool hash_folder(Arena *arena, const char *folder, Sha256 *out, Error *err) {
    int count;
    const char *const *names;
    Sha256Stream *stream = sha256_begin(arena);
    if (!photo_files_of_folder(arena, folder, &count, &names, err)) return false;
    for (int i = 0; i < count; i++) {
        Sha256 hash;
        if (!sha256_file(names[i], &hash, err)) return false;
        const char *name = names[i] + strlen(folder) + 1;
        const char *line = text_format(arena, "%s  %s\n", hash.text, name);
        sha256_add(stream, line, strlen(line));
    }
    *out = sha256_end(stream);
    return true;
}

bool input_hash(const char *path, Sha256 *out, Error *err) {
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
        return sha256_file(path, out, err);
    Arena *arena = arena_new();
    const bool good = hash_folder(arena, path, out, err);
    arena_free(arena);
    return good;
}
