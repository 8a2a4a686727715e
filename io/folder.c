#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tensor/no_memory.h"
#include "tensor/text.h"

bool folder_is(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

const char *folder_join(Arena *arena, const char *folder, const char *name) {
    const size_t length = strlen(folder);
    const bool ends = length == 0 || folder[length - 1] == '/';
    return text_format(arena, "%s%s%s", folder, ends ? "" : "/", name);
}

int folder_by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The paths of a list that is open, in an array that is to be freed. */
static const char **read_list(Arena *arena, DIR *list, const char *folder,
                              FolderFilter *filter, int *count) {
    const char **path = NULL;
    int room = 0;
    for (const struct dirent *entry; (entry = readdir(list));) {
        if (entry->d_name[0] == '.' || (filter && !filter(entry->d_name))) continue;
        const char *found = folder_join(arena, folder, entry->d_name);
        if (folder_is(found)) continue;
        if (*count == room) {
            room = 2 * room + 64;
            path = memory_resize(path, (size_t)room * sizeof *path);
        }
        path[(*count)++] = found;
    }
    return path;
}

bool folder_files(Arena *arena, const char *folder, FolderFilter *filter,
                  FolderFiles *files, Error *err) {
    *files = (FolderFiles){0};
    DIR *list = opendir(folder);
    if (!list)
        return error_set(err, "cannot list %s: %s; change its permissions", SHOWN(folder),
                         strerror(errno));
    const char **path = read_list(arena, list, folder, filter, &files->count);
    closedir(list);
    if (files->count) {
        const size_t count = (size_t)files->count;
        qsort(path, count, sizeof *path, folder_by_bytes);
        files->path = ARENA_NEW(arena, const char *, count);
        memcpy(files->path, path, count * sizeof *path);
    }
    free(path);
    return true;
}
