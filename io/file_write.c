#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "tensor/no_memory.h"

#define NAMES_TRIED 100 /* temporary names that a killed run may have left behind */

static const char *advice(void) {
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return "create the folder or choose another -o";
    case EACCES:
    case EPERM:
    case EROFS:
        return "change the permissions or choose another -o";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "make room or choose another disk";
    default:
        return "choose another -o";
    }
}

static bool refuse(const char *path, Error *err) {
    return error_set(err, "cannot write %s: %s; %s", path, strerror(errno), advice());
}

static bool refuse_folder(const char *path, Error *err) {
    return error_set(err, "cannot write %s: it is a folder; name a file in it", path);
}

static char *copy_text(const char *text, size_t length, const char *tail) {
    size_t rest = strlen(tail) + 1;
    char *copy = malloc(length + rest);
    if (!copy) no_memory(length + rest);
    memcpy(copy, text, length);
    memcpy(copy + length, tail, rest);
    return copy;
}

/* Length of the part of the path up to and including the last slash. */
static size_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* What a name stands for: links are followed, so that the file they lead to is replaced
 * and not the link. */
static char *resolve(const char *path) {
    char *real_path = realpath(path, NULL);
    return real_path ? real_path : copy_text(path, strlen(path), "");
}

/* Anything under /dev, and whatever exists and is not a regular file. */
static bool is_special(const char *path, bool exists, const struct stat *about) {
    return strncmp(path, "/dev/", 5) == 0 || (exists && !S_ISREG(about->st_mode));
}

/* Opens a new file beside the target under a name that nothing else uses. */
static int open_temporary(FileOutput *output) {
    for (int i = 0; i < NAMES_TRIED; i++) {
        char name[64];
        snprintf(name, sizeof name, ".stylegrad-%ld-%d", (long)getpid(), i);
        output->temporary =
            copy_text(output->target, folder_length(output->target), name);
        int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) return file;
        free(output->temporary);
        output->temporary = NULL;
        if (errno != EEXIST && errno != EINTR) break;
    }
    return -1;
}

static int open_special(const char *path) {
    int file;
    do {
        file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    } while (file < 0 && errno == EINTR);
    return file;
}

bool file_begin(FileOutput *output, const char *path, Error *err) {
    struct stat about;
    bool exists = stat(path, &about) == 0;
    *output = (FileOutput){0};
    if ((exists && S_ISDIR(about.st_mode)) || path[0] == 0 ||
        path[strlen(path) - 1] == '/')
        return refuse_folder(path, err);
    bool special = is_special(path, exists, &about);
    output->target = special ? copy_text(path, strlen(path), "") : resolve(path);
    int file = special ? open_special(path) : open_temporary(output);
    if (file >= 0 && exists && !special) (void)!fchmod(file, about.st_mode & 07777);
    if (file >= 0) output->stream = fdopen(file, "wb");
    if (output->stream) return true;
    refuse(path, err);
    if (file >= 0) close(file);
    file_abandon(output);
    return false;
}

/* Best effort: without it a power cut may bring back the old file, but a whole one. */
static void sync_folder(const char *path) {
    size_t length = folder_length(path);
    char *folder = length ? copy_text(path, length, "") : copy_text(".", 1, "");
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        close(file);
    }
    free(folder);
}

/* A stream remembers that a write failed, not why: writing some more tells. */
static bool refused_before(FileOutput *output) {
    static const char zeros[4096];
    if (!ferror(output->stream)) return false;
    if (write(fileno(output->stream), zeros, sizeof zeros) >= 0) errno = EIO;
    return true;
}

/* Everything to the disk, then the name; errno tells what failed. A device or a pipe has
 * neither. */
static bool finish(FileOutput *output) {
    bool ok = !refused_before(output) && fflush(output->stream) == 0 &&
              (!output->temporary || fsync(fileno(output->stream)) == 0);
    int reason = errno;
    if (fclose(output->stream) && ok) ok = false, reason = errno;
    output->stream = NULL;
    errno = reason;
    return ok && (!output->temporary || rename(output->temporary, output->target) == 0);
}

bool file_commit(FileOutput *output, Error *err) {
    bool ok = finish(output);
    if (!ok) refuse(output->target, err);
    if (ok && output->temporary) {
        sync_folder(output->target);
        free(output->temporary);
        output->temporary = NULL;
    }
    file_abandon(output);
    return ok;
}

void file_abandon(FileOutput *output) {
    if (output->stream) fclose(output->stream);
    if (output->temporary) unlink(output->temporary);
    free(output->temporary);
    free(output->target);
    *output = (FileOutput){0};
}

/* Past the stream's buffer, so that a signal in the middle of a large write is no error.
 */
static bool write_fully(int file, const unsigned char *data, size_t size) {
    while (size) {
        ssize_t put = write(file, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

bool file_write(const char *path, const void *data, size_t size, Error *err) {
    FileOutput output;
    if (!file_begin(&output, path, err)) return false;
    if (write_fully(fileno(output.stream), data, size)) return file_commit(&output, err);
    refuse(path, err);
    file_abandon(&output);
    return false;
}

bool file_write_check(const char *path, Error *err) {
    struct stat about;
    bool exists = stat(path, &about) == 0;
    if (exists && !S_ISDIR(about.st_mode) && is_special(path, exists, &about))
        return access(path, W_OK) == 0 || refuse(path, err);
    FileOutput output;
    if (!file_begin(&output, path, err)) return false;
    file_abandon(&output);
    return true;
}

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
    char *part = copy_text(path, strlen(path), "");
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
