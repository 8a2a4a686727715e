#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/file_place.h"
#include "tensor/no_memory.h"

/* Makes one folder; true if it exists already. errno has the reason of a failure. */
static bool make_one(const char *path) {
    if (mkdir(path, 0777) == 0) return true;
    int reason = errno;
    struct stat about;
    bool exists = stat(path, &about) == 0;
    errno = exists ? ENOTDIR : reason;
    return exists && S_ISDIR(about.st_mode);
}

bool file_make_folder(const char *path, Error *err) {
    char *part = strdup(path);
    if (!part) no_memory(strlen(path) + 1);
    bool ok = true;
    for (char *end = part; ok && *end;) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char next = *end;
        *end = 0;
        ok = make_one(part);
        *end = next;
    }
    free(part);
    if (ok) return true;
    return error_set(err, "cannot make the folder %s: %s; choose another name", path,
                     strerror(errno));
}

/* "a/b" becomes "a", "/a" becomes "/", "a" becomes "."; false at an end. */
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (!*path || strcmp(path, ".") == 0 || strcmp(path, "/") == 0) return false;
    if (!slash) *path = '.';
    path[slash > path ? slash - path : 1] = 0;
    return true;
}

/* The nearest folder above that exists decides. */
bool file_make_folder_check(const char *path, Error *err) {
    struct stat about;
    char *part = strdup(path);
    if (!part) no_memory(strlen(path) + 1);
    int missing;
    while ((missing = stat(part, &about)) && errno == ENOENT && go_up(part)) {
    }
    if (!missing && !S_ISDIR(about.st_mode)) missing = 1, errno = ENOTDIR;
    const bool good = !missing && access(part, W_OK | X_OK) == 0;
    const int reason = errno;
    free(part);
    if (good) return true;
    return error_set(err, "cannot make the folder %s: %s; choose another name", path,
                     strerror(reason));
}
