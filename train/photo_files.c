#include "train/photo_files.h"

#include <string.h>
#include <strings.h>

#include "io/file_kind.h"
#include "io/limits.h"
#include "io/tar.h"
#include "tensor/text.h"

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), end = strlen(ending);
    return length >= end && strcasecmp(name + length - end, ending) == 0;
}

static bool is_image(const char *name) {
    return ends_with(name, ".jpg") || ends_with(name, ".jpeg") || ends_with(name, ".png");
}

static void append(Arena *arena, PhotoFiles *files, PhotoFile file) {
    if (files->count == files->room) {
        files->room = files->room ? 2 * files->room : 64;
        PhotoFile *wider = ARENA_NEW(arena, PhotoFile, (size_t)files->room);
        if (files->count)
            memcpy(wider, files->file, (size_t)files->count * sizeof *wider);
        files->file = wider;
    }
    files->file[files->count++] = file;
}

static bool read_archive(Arena *arena, const char *path, PhotoFiles *out, Error *err) {
    TarFiles files;
    if (!tar_read(arena, path, &files, err)) return false;
    for (int i = 0; i < files.count; i++)
        if (is_image(files.entry[i].name) && files.entry[i].bytes.size > 0)
            append(arena, out, (PhotoFile){files.entry[i].name, files.entry[i].bytes});
    return true;
}

static bool read_file(Arena *arena, const char *path, PhotoFiles *out, Error *err) {
    PhotoFile file = {.name = path};
    if (!file_read(arena, path, IMAGE_LARGEST_FILE, &file.bytes, err)) return false;
    append(arena, out, file);
    return true;
}

bool photo_files_of_folder(Arena *arena, const char *folder, FolderFiles *files,
                           Error *err) {
    return folder_files(arena, folder, NULL, files, err) &&
           (files->count > 0 ||
            error_set(err, "%s: the folder holds no file; name one with photographs",
                      folder));
}

/* A file that is no image by its name is looked into, for a sentence that says what it
 * is. */
static bool refuse(Arena *arena, const char *path, Error *err) {
    FileBytes bytes;
    if (!file_read(arena, path, IMAGE_LARGEST_FILE, &bytes, err)) return false;
    const FileKind *kind = file_kind(&bytes);
    return error_set(err,
                     "%s: is no .jpg or .png%s%s%s, and a folder of photographs may hold "
                     "nothing else; move it away, or name the photographs themselves",
                     path, kind->group == FILE_UNKNOWN ? "" : " (",
                     kind->group == FILE_UNKNOWN ? "" : kind->name,
                     kind->group == FILE_UNKNOWN ? "" : ")");
}

static bool read_folder(Arena *arena, const char *folder, PhotoFiles *out, Error *err) {
    FolderFiles files;
    if (!photo_files_of_folder(arena, folder, &files, err)) return false;
    for (int i = 0; i < files.count; i++)
        if (!is_image(files.path[i])) return refuse(arena, files.path[i], err);
    for (int i = 0; i < files.count; i++)
        if (!read_file(arena, files.path[i], out, err)) return false;
    return true;
}

bool photo_files_read(Arena *arena, const char *const *paths, int count, PhotoFiles *out,
                      Error *err) {
    *out = (PhotoFiles){0};
    for (int i = 0; i < count; i++) {
        const bool good = folder_is(paths[i]) ? read_folder(arena, paths[i], out, err)
                          : ends_with(paths[i], ".tar")
                              ? read_archive(arena, paths[i], out, err)
                              : read_file(arena, paths[i], out, err);
        if (!good) return false;
    }
    return true;
}
