#define _GNU_SOURCE /* dladdr */
#include "io/assets.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_PATH 4096

/* The path in the arena if such a file can be read, else NULL. */
__attribute__((format(printf, 2, 3))) static const char *
readable(Arena *arena, const char *format, ...) {
    char path[MAX_PATH];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= MAX_PATH || access(path, R_OK) != 0) return NULL;
    char *kept = arena_alloc(arena, (size_t)length + 1);
    memcpy(kept, path, (size_t)length + 1);
    return kept;
}

/* The folder of this program, without a slash at the end; empty when the system does not
 * say. */
static void program_folder(char folder[MAX_PATH]) {
    const ssize_t length = readlink("/proc/self/exe", folder, MAX_PATH - 1);
    folder[length > 0 ? length : 0] = 0;
    char *slash = strrchr(folder, '/');
    *(slash ? slash : folder) = 0;
}

/* The same for the file that this code is loaded from: the shared library, or the
 * program, when it is linked into that. */
static void code_folder(char folder[MAX_PATH]) {
    static const char here = 0;
    Dl_info file = {0};
    char *path =
        dladdr(&here, &file) && file.dli_fname ? realpath(file.dli_fname, NULL) : NULL;
    *folder = 0;
    if (path && strlen(path) < MAX_PATH) {
        strcpy(folder, path);
        *strrchr(folder, '/') = 0;
    }
    free(path);
    if (!*folder) program_folder(folder);
}

/* One kind of files that come with the program. */
typedef struct Place {
    const char *variable;  /* a variable of the environment with their folder */
    const char *folder;    /* in the project */
    const char *installed; /* up to three folders above the code: PREFIX, if that is in
                              PREFIX/bin or PREFIX/lib/x86_64-linux-gnu */
} Place;

static const char *joined(Arena *arena, const char *folder, const char *name) {
    const size_t room = strlen(folder) + strlen(name) + 2;
    char *path = arena_alloc(arena, room);
    snprintf(path, room, "%s/%s", folder, name);
    return path;
}

const char *assets_root(Arena *arena, const char *inside, Error *err) {
    if (readable(arena, "%s", inside)) return ".";
    char folder[MAX_PATH];
    program_folder(folder);
    for (int up = 0; *folder && up <= 4; up++) {
        if (readable(arena, "%s/%s", folder, inside)) return arena_string(arena, folder);
        *strrchr(folder, '/') = 0;
    }
    error_set(err, "%s is not here; run this in the folder of the project", inside);
    return NULL;
}

static const char *find(Arena *arena, const Place *place, const char *name, Error *err) {
    const char *said = getenv(place->variable), *found;
    if (said && *said) {
        if ((found = readable(arena, "%s/%s", said, name))) return found;
        error_set(err, "%s/%s cannot be read; %s names that folder", said, name,
                  place->variable);
        return NULL;
    }
    const char *inside = joined(arena, place->folder, name);
    const char *root = assets_root(arena, inside, err);
    if (root) return strcmp(root, ".") == 0 ? inside : joined(arena, root, inside);
    char folder[MAX_PATH];
    code_folder(folder);
    for (int up = 0; *folder && up < 3; up++) {
        *strrchr(folder, '/') = 0;
        if ((found = readable(arena, "%s/%s/%s", folder, place->installed, name)))
            return found;
    }
    error_set(err,
              "%s, which comes with the program, is not here; run this in the folder of "
              "the project or set %s to its %s/",
              name, place->variable, place->folder);
    return NULL;
}

const char *assets_path(Arena *arena, const char *name, Error *err) {
    static const Place place = {"STYLEGRAD_ASSETS", "assets", "share/stylegrad"};
    return find(arena, &place, name, err);
}

const char *assets_recipe(Arena *arena, const char *name, Error *err) {
    static const Place place = {"STYLEGRAD_RECIPES", "recipes",
                                "share/stylegrad/recipes"};
    return find(arena, &place, name, err);
}
