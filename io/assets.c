#include "io/assets.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_MOST 4096

/* The path in the arena if such a file can be read, else NULL. */
__attribute__((format(printf, 2, 3))) static const char *
readable(Arena *arena, const char *format, ...) {
    char path[PATH_MOST];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PATH_MOST || access(path, R_OK) != 0) return NULL;
    char *kept = arena_alloc(arena, (size_t)length + 1);
    memcpy(kept, path, (size_t)length + 1);
    return kept;
}

/* The folder of this program, without a slash at the end; empty when the system does not
 * say. */
static void program_folder(char folder[PATH_MOST]) {
    const ssize_t length = readlink("/proc/self/exe", folder, PATH_MOST - 1);
    folder[length > 0 ? length : 0] = 0;
    char *slash = strrchr(folder, '/');
    *(slash ? slash : folder) = 0;
}

const char *assets_path(Arena *arena, const char *name, Error *err) {
    const char *said = getenv("STYLEGRAD_ASSETS"), *found;
    if (said && *said) {
        if ((found = readable(arena, "%s/%s", said, name))) return found;
        error_set(err, "%s/%s cannot be read; STYLEGRAD_ASSETS names that folder", said,
                  name);
        return NULL;
    }
    if ((found = readable(arena, "assets/%s", name))) return found;
    char folder[PATH_MOST];
    program_folder(folder);
    for (int up = 0; *folder && up <= 4; up++) {
        if ((found = readable(arena, "%s/assets/%s", folder, name))) return found;
        if (up == 1 && (found = readable(arena, "%s/share/stylegrad/%s", folder, name)))
            return found;
        *strrchr(folder, '/') = 0;
    }
    error_set(err,
              "%s, which comes with the program, is not here; run this in the folder of "
              "the project or set STYLEGRAD_ASSETS to its assets/",
              name);
    return NULL;
}
