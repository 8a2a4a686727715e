#include "io/file_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tensor/no_memory.h"

#define MAX_LINKS 40 /* as many as Linux follows */
#define MAX_LINK_LENGTH 4096
#define NAMES_TRIED 100

static char *joined(const char *text, size_t length, const char *tail) {
    size_t rest = strlen(tail) + 1;
    char *copy = memory_take(length + rest);
    memcpy(copy, text, length);
    memcpy(copy + length, tail, rest);
    return copy;
}

size_t file_folder_length(const char *path) {
    return (size_t)(file_name(path) - path);
}

const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *file_ending(const char *path) {
    const char *name = file_name(path), *dot = strrchr(name, '.');
    return dot && dot != name ? dot : name + strlen(name);
}

char *file_folder(const char *path) {
    const size_t length = file_folder_length(path);
    return length ? joined(path, length, "") : joined("", 0, ".");
}

char *file_spare(const char *folder, const char *path) {
    const char *ending = file_ending(path);
    const size_t room = strlen(folder) + strlen(ending) + 64;
    char *name = memory_take(room);
    for (int i = 0; i < NAMES_TRIED; i++) {
        struct stat about;
        char number[16] = "";
        if (i) snprintf(number, sizeof number, "-%d", i);
        snprintf(name, room, "%s/stylegrad-saved-%ld%s%s", folder, (long)getpid(), number,
                 ending);
        if (lstat(name, &about) && errno == ENOENT) return name;
    }
    free(name);
    return NULL;
}

char *file_beside(const char *path) {
    char *folder = file_folder(path), *name = file_spare(folder, path);
    free(folder);
    return name;
}

/* The path that a link holds; NULL when it is none. */
static char *follow(const char *path) {
    char held[MAX_LINK_LENGTH + 1];
    const ssize_t length = readlink(path, held, MAX_LINK_LENGTH);
    if (length < 0) return NULL;
    held[length] = 0;
    return joined(path, held[0] == '/' ? 0 : file_folder_length(path), held);
}

/* realpath without the chance to say that there is no such file when there is only no
 * memory. */
static char *real_path(const char *path) {
    char *found = realpath(path, NULL);
    if (!found && errno == ENOMEM) no_memory(MAX_LINK_LENGTH);
    return found;
}

char *file_resolve(const char *path) {
    char *now = joined(path, strlen(path), "");
    for (int i = 0; i < MAX_LINKS; i++) {
        char *next = real_path(now);
        const bool found = next;
        if (!next) next = follow(now);
        if (!next) break;
        free(now);
        now = next;
        if (found) break;
    }
    return now;
}

/* Makes an empty file with a small letter in its name and looks for the capital one. */
static bool ignores_case(const char *folder) {
    char small[64], capital[64];
    bool found = false;
    snprintf(small, sizeof small, "/.stylegrad-%ld-case", (long)getpid());
    snprintf(capital, sizeof capital, "/.stylegrad-%ld-CASE", (long)getpid());
    char *a = joined(folder, strlen(folder), small),
         *b = joined(folder, strlen(folder), capital);
    const int file = open(a, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        found = access(b, F_OK) == 0;
        close(file);
        unlink(a);
    }
    free(a);
    free(b);
    return found;
}

bool file_same_folder(const char *a, const char *b) {
    struct stat x, y;
    if (stat(a, &x) || stat(b, &y)) return strcmp(a, b) == 0;
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Neither is there yet. */
static bool same_to_come(const char *a, const char *b) {
    char *x = file_resolve(a), *y = file_resolve(b);
    char *at_x = file_folder(x), *at_y = file_folder(y);
    const char *name_x = file_name(x), *name_y = file_name(y);
    const bool same = strcasecmp(name_x, name_y) == 0 && file_same_folder(at_x, at_y) &&
                      (strcmp(name_x, name_y) == 0 || ignores_case(at_x));
    free(at_x);
    free(at_y);
    free(x);
    free(y);
    return same;
}

bool file_same(const char *a, const char *b) {
    struct stat x, y;
    const bool there_a = stat(a, &x) == 0, there_b = stat(b, &y) == 0;
    if (there_a != there_b) return false;
    if (!there_a) return same_to_come(a, b);
    return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Whether a real path is the folder of that real path, or below it. */
static bool is_below(const char *path, const char *folder) {
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == 0 || folder[length - 1] == '/');
}

bool file_inside(const char *path, const char *folder) {
    char *file = real_path(path), *root = real_path(folder);
    const bool inside = file && root && strcmp(file, root) != 0 && is_below(file, root);
    free(file);
    free(root);
    return inside;
}

bool file_would_be_inside(const char *path, const char *folder) {
    char *end = file_resolve(path), *place = file_folder(end);
    char *real_place = real_path(place), *root = real_path(folder);
    const bool inside = real_place && root && is_below(real_place, root);
    free(end);
    free(place);
    free(real_place);
    free(root);
    return inside;
}
