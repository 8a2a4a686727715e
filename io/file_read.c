#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "tensor/no_memory.h"

#define PIPE_START ((size_t)64 << 10) /* first room for a file of unknown size */

static bool refuse(const char *path, const char *action, Error *err) {
    const char *advice = errno == ENOENT    ? "check the spelling and the folder"
                         : errno == EACCES  ? "change its permissions"
                         : errno == ENOTDIR ? "check the folders in the path"
                         : errno == ENOMEM  ? "close other programs"
                                            : "check the disk";
    return error_set(err, "cannot %s %s: %s; %s", action, path, strerror(errno), advice);
}

static bool refuse_size(const char *path, size_t most, Error *err) {
    return error_set(err,
                     "%s is larger than %zu bytes, the most that is read; is it the "
                     "right file? io/limits.h tells how to raise the limit",
                     path, most);
}

/* Reads until `size` bytes are there or the file ends; the number read, or -1. */
static ssize_t read_fully(int file, unsigned char *data, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(file, data + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* The size of a regular file is known before it is read. */
static bool read_known(Arena *arena, int file, const char *path, size_t size,
                       FileBytes *out, Error *err) {
    unsigned char *data = arena_alloc(arena, size), beyond;
    ssize_t got = read_fully(file, data, size);
    if (got < 0) return refuse(path, "read", err);
    if ((size_t)got != size || read_fully(file, &beyond, 1) != 0)
        return error_set(err,
                         "%s changed its size while being read; try again when "
                         "nothing writes to it",
                         path);
    *out = (FileBytes){data, size};
    return true;
}

/* A pipe does not: the room doubles until the end is reached. */
static bool read_unknown(Arena *arena, int file, const char *path, size_t most,
                         FileBytes *out, Error *err) {
    size_t room = 0, size = 0;
    unsigned char *data = NULL;
    bool ok = true;
    while (ok && size == room && room <= most) {
        room = room ? room * 2 : PIPE_START;
        if (room > most) room = most + 1;
        data = memory_resize(data, room);
        ssize_t got = read_fully(file, data + size, room - size);
        if (got < 0) ok = refuse(path, "read", err);
        size += got < 0 ? 0 : (size_t)got;
    }
    if (ok && size > most) ok = refuse_size(path, most, err);
    if (ok && size == 0) ok = error_set(err, "%s is empty; is it the right file?", path);
    if (ok) *out = (FileBytes){memcpy(arena_alloc(arena, size), data, size), size};
    free(data);
    return ok;
}

static bool read_open(Arena *arena, int file, const char *path, size_t most,
                      FileBytes *out, Error *err) {
    struct stat about;
    if (fstat(file, &about)) return refuse(path, "read", err);
    if (S_ISDIR(about.st_mode))
        return error_set(err, "%s is a folder; name a file in it", path);
    if (!S_ISREG(about.st_mode)) return read_unknown(arena, file, path, most, out, err);
    if (about.st_size == 0)
        return error_set(err, "%s is empty; is it the right file?", path);
    if ((unsigned long long)about.st_size > most) return refuse_size(path, most, err);
    return read_known(arena, file, path, (size_t)about.st_size, out, err);
}

void file_skip_mark(FileBytes *file) {
    if (file->size < 3 || memcmp(file->data, "\xef\xbb\xbf", 3) != 0) return;
    file->data += 3;
    file->size -= 3;
}

bool file_read(Arena *arena, const char *path, size_t most, FileBytes *out, Error *err) {
    int file;
    do {
        file = open(path, O_RDONLY | O_CLOEXEC);
    } while (file < 0 && errno == EINTR);
    if (file < 0) return refuse(path, "open", err);
    bool ok = read_open(arena, file, path, most, out, err);
    close(file);
    return ok;
}
