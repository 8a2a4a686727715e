#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/file_place.h"
#include "tensor/check.h"

/* Makes one folder, or finds it made; errno tells what is in the way. */
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
    CHECK(part, "no memory for a path");
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
    return error_set(err, "cannot make the folder %s: %s; choose another -o", path,
                     strerror(errno));
}

/* The nearest folder above that exists decides. */
bool file_make_folder_check(const char *path, Error *err) {
    struct stat about;
    char *part = strdup(path);
    CHECK(part, "no memory for a path");
    while (stat(part, &about) && errno == ENOENT && strchr(part, '/') != NULL) {
        char *slash = strrchr(part, '/');
        if (slash == part) slash++;
        if (!*slash) break;
        *slash = 0;
    }
    const char *found = access(part, F_OK) || !*part ? "." : part;
    errno = 0;
    const bool good = stat(found, &about) == 0 && S_ISDIR(about.st_mode) &&
                      access(found, W_OK | X_OK) == 0;
    const int reason = errno ? errno : ENOTDIR;
    free(part);
    if (good) return true;
    return error_set(err, "cannot make the folder %s: %s; choose another -o", path,
                     strerror(reason));
}
