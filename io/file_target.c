#include "io/file_target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

#include "io/file_place.h"

bool file_is_special(const struct stat *about, int *standard) {
    *standard = -1;
    for (int stream = STDOUT_FILENO; stream <= STDERR_FILENO; stream++) {
        struct stat other;
        const int mode = fcntl(stream, F_GETFL);
        if (mode != -1 && (mode & O_ACCMODE) != O_RDONLY && fstat(stream, &other) == 0 &&
            other.st_dev == about->st_dev && other.st_ino == about->st_ino)
            *standard = stream;
    }
    return *standard >= 0 || !S_ISREG(about->st_mode);
}

/* In a folder with the sticky bit only the owner of a file, and that of the folder, may
 * rename over it. */
static bool is_anothers(const char *folder, const struct stat *about) {
    struct stat around;
    const uid_t me = geteuid();
    return me != 0 && about->st_uid != me && stat(folder, &around) == 0 &&
           (around.st_mode & S_ISVTX) && around.st_uid != me;
}

/* A folder that lets names be added, and never renamed: chattr +a. */
static bool only_grows(const char *folder) {
    bool grows = false;
#ifdef FS_IOC_GETFLAGS
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    long flags = 0;
    if (file >= 0) {
        grows = ioctl(file, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_APPEND_FL);
        close(file);
    }
#else
    (void)folder;
#endif
    return grows;
}

/* Whether an existing file can be replaced, or written in place: an immutable one, or
 * another user's, cannot. errno has the reason. */
static bool can_change(const char *target, const char *folder, const struct stat *about) {
    const int file = open(target, O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        close(file);
        return true;
    }
    if (errno == EACCES) return !is_anothers(folder, about);
    return errno != EPERM && errno != EROFS;
}

bool file_can_take(const char *target, const struct stat *about) {
    char *folder = file_folder(target);
    const bool grows = only_grows(folder);
    const bool good = !grows && (!about || can_change(target, folder, about));
    const int reason = grows ? EPERM : errno;
    free(folder);
    errno = reason;
    return good;
}
