#include "app/input_hash.h"

#include <string.h>

#include "io/file_place.h"
#include "tensor/text.h"
#include "train/photo_files.h"

static bool hash_folder(Arena *arena, const char *folder, Sha256 *out, Error *err) {
    FolderFiles files;
    Sha256Stream *stream = sha256_begin(arena);
    if (!photo_files_of_folder(arena, folder, &files, err)) return false;
    for (int i = 0; i < files.count; i++) {
        Sha256 hash;
        if (!sha256_file(files.path[i], &hash, err)) return false;
        const char *line =
            text_format(arena, "%s  %s\n", hash.text, file_name(files.path[i]));
        sha256_add(stream, line, strlen(line));
    }
    *out = sha256_end(stream);
    return true;
}

bool input_hash(const char *path, Sha256 *out, Error *err) {
    if (!folder_is(path)) return sha256_file(path, out, err);
    Arena *arena = arena_new();
    const bool good = hash_folder(arena, path, out, err);
    arena_free(arena);
    return good;
}
