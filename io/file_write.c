#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/file_place.h"
#include "io/file_target.h"
#include "io/interrupt.h"
#include "io/number.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

#define NAMES_TRIED 100 /* temporary names that a killed run may have left */

static const char *advice(void) {
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return "create the folder or choose another name";
    case EACCES:
    case EPERM:
    case EROFS:
        return "change the permissions or choose another name";
    case ENAMETOOLONG:
        return "choose a shorter name";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "make room or choose another disk";
    case ENOMEM:
        return "close other programs";
    default:
        return "choose another name";
    }
}

static bool refuse(const char *path, Error *err) {
    if (errno == ENAMETOOLONG) /* a longer one would push the rest out of the message */
        return error_set(err, "cannot write %s: %s; %s", NAME(path), strerror(errno),
                         advice());
    return error_set(err, "cannot write %s: %s; %s", path, strerror(errno), advice());
}

static bool refuse_folder(const char *path, Error *err) {
    return error_set(err, "cannot write %s: it is a folder; name a file in it", path);
}

/* A file that is written directly must not be opened again: two descriptors of one file
 * would overwrite each other. */
static int open_special(const char *path, int standard) {
    int file;
    if (standard >= 0) return fcntl(standard, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    do {
        file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    } while (file < 0 && errno == EINTR);
    return file;
}

/* Opens a new file beside the target under a name that nothing else uses. */
static int open_temporary(FileOutput *output) {
    const size_t folder = file_folder_length(output->target);
    const size_t room = folder + 64;
    output->temporary = memory_take(room);
    for (int i = 0; i < NAMES_TRIED; i++) {
        snprintf(output->temporary, room, "%.*s.stylegrad-%ld-%d", (int)folder,
                 output->target, (long)getpid(), i);
        int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            interrupt_remember(output->temporary);
            return file;
        }
        if (errno != EEXIST && errno != EINTR) break;
    }
    free(output->temporary);
    output->temporary = NULL;
    return -1;
}

/* What the path leads to. NULL means a file that does not exist yet; a name that no
 * file can have is refused. */
static bool look_at(const char *path, struct stat *room, const struct stat **about,
                    Error *err) {
    const bool exists = stat(path, room) == 0;
    const int reason = errno;
    *about = exists ? room : NULL;
    if ((exists && S_ISDIR(room->st_mode)) || path[0] == 0 ||
        path[strlen(path) - 1] == '/')
        return refuse_folder(path, err);
    errno = reason;
    return exists || reason == ENOENT || refuse(path, err);
}

static int open_target(FileOutput *output, const char *path, const struct stat *about) {
    int standard;
    if (about && file_is_special(about, &standard)) {
        output->target = strdup(path);
        if (!output->target) no_memory(strlen(path) + 1);
        return open_special(path, standard);
    }
    output->target = file_resolve(path);
    struct stat aim; /* of a link to a file that does not exist yet */
    if (!about && lstat(output->target, &aim) && errno != ENOENT) return -1;
    return file_can_take(output->target, about) ? open_temporary(output) : -1;
}

bool file_begin(FileOutput *output, const char *path, Error *err) {
    struct stat room;
    const struct stat *about;
    *output = (FileOutput){0};
    if (!look_at(path, &room, &about, err)) return false;
    int file = open_target(output, path, about);
    if (file >= 0 && about && output->temporary)
        (void)!fchmod(file, about->st_mode & 07777);
    if (file >= 0) output->stream = fdopen(file, "wb");
    if (output->stream) {
        output->buffer = memory_take(BUFSIZ);
        setvbuf(output->stream, output->buffer, _IOFBF, BUFSIZ);
        return true;
    }
    refuse(path, err);
    if (file >= 0) close(file);
    file_abandon(output);
    return false;
}

/* Best effort: without it a power cut may bring back the old file, but a whole one. */
static void sync_folder(const char *path) {
    char *folder = file_folder(path);
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        close(file);
    }
    free(folder);
}

/* A stream stores that a write failed, but not errno; another write sets errno again. */
static bool refused_before(FileOutput *output) {
    static const char zeros[4096];
    if (!ferror(output->stream)) return false;
    if (write(fileno(output->stream), zeros, sizeof zeros) >= 0) errno = EIO;
    return true;
}

/* Without the stream's buffer, so that a signal during a large write is no error.
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

/* Waits until the disk has everything; errno has the reason of a failure. */
static bool complete(FileOutput *output) {
    bool ok = !refused_before(output) && fflush(output->stream) == 0 &&
              (!output->temporary || fsync(fileno(output->stream)) == 0);
    int reason = errno;
    if (fclose(output->stream) && ok) ok = false, reason = errno;
    output->stream = NULL;
    errno = reason;
    return ok;
}

static bool copy_bytes(int from, int to) {
    unsigned char piece[1 << 13];
    off_t size = 0;
    for (ssize_t got; (got = read(from, piece, sizeof piece)) != 0; size += got) {
        if (got < 0 && errno == EINTR) got = 0;
        if (got < 0 || !write_fully(to, piece, (size_t)got)) return false;
    }
    return ftruncate(to, size) == 0 && fsync(to) == 0;
}

/* Writes into the existing file. This is slower and not all or nothing, but a file that
 * is a mount point (docker run -v out.png:/out.png) cannot be replaced. The complete
 * temporary file is removed only after this. */
static bool write_in_place(FileOutput *output) {
    const int from = open(output->temporary, O_RDONLY | O_CLOEXEC);
    const int to = open(output->target, O_WRONLY | O_CLOEXEC);
    output->damaged = from >= 0 && to >= 0;
    if (output->damaged) interrupt_forget(output->temporary);
    const bool good = output->damaged && copy_bytes(from, to);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return good && (unlink(output->temporary) == 0 || errno == ENOENT);
}

/* Gives the complete file its name. errno has the reason of a failure. */
static bool take_name(FileOutput *output) {
    if (!output->temporary || rename(output->temporary, output->target) == 0) return true;
    const int reason = errno;
    const bool fixed = reason == EBUSY || reason == EPERM || reason == EACCES;
    if (fixed && write_in_place(output)) return true;
    errno = reason;
    return false;
}

static void forget_temporary(FileOutput *output) {
    interrupt_forget(output->temporary);
    free(output->temporary);
    output->temporary = NULL;
}

/* Gives the complete temporary file a visible name, and reports it. */
static bool keep(FileOutput *output, int reason, Error *err) {
    char *kept = file_beside(output->target);
    const bool good = kept && rename(output->temporary, kept) == 0;
    if (good) {
        error_set(err, "cannot write %s: %s; it is kept as %s", output->target,
                  strerror(reason), kept);
        forget_temporary(output);
    }
    free(kept);
    return good;
}

/* Gives the old file a second name. Where a file cannot have two names, it loses the
 * first. */
static bool keep_previous(const FileOutput *output, const char *previous) {
    if (!output->temporary) return true;
    if (unlink(previous) && errno != ENOENT) return false;
    return link(output->target, previous) == 0 || errno == ENOENT ||
           rename(output->target, previous) == 0;
}

static bool commit(FileOutput *output, bool to_keep, const char *previous, Error *err) {
    const bool whole = complete(output);
    const bool good =
        whole && (!previous || keep_previous(output, previous)) && take_name(output);
    const int reason = errno;
    to_keep = !good && whole && output->temporary && (to_keep || output->damaged);
    if (good && output->temporary) {
        sync_folder(output->target);
        forget_temporary(output);
    }
    errno = reason;
    if (!good && !(to_keep && keep(output, reason, err))) {
        errno = reason;
        refuse(output->target, err);
    }
    file_abandon(output);
    return good;
}

bool file_keep_part(FileOutput *output, size_t size, int reason, Error *err) {
    fclose(output->stream); /* what is left in its buffer is cut off below */
    output->stream = NULL;
    const bool kept = output->temporary &&
                      truncate(output->temporary, (off_t)size) == 0 &&
                      keep(output, reason, err);
    errno = reason;
    if (!kept) refuse(output->target, err);
    file_abandon(output);
    return kept;
}

bool file_commit(FileOutput *output, Error *err) {
    return commit(output, false, NULL, err);
}

bool file_commit_or_keep(FileOutput *output, Error *err) {
    return commit(output, true, NULL, err);
}

bool file_commit_previous(FileOutput *output, const char *previous, Error *err) {
    return commit(output, false, previous, err);
}

void file_abandon(FileOutput *output) {
    if (output->stream) fclose(output->stream);
    if (output->temporary) {
        unlink(output->temporary);
        forget_temporary(output);
    }
    free(output->buffer);
    free(output->target);
    *output = (FileOutput){0};
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
    int standard;
    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode) &&
        file_is_special(&about, &standard))
        return standard >= 0 || access(path, W_OK) == 0 || refuse(path, err);
    FileOutput output;
    if (!file_begin(&output, path, err)) return false;
    file_abandon(&output);
    return true;
}
