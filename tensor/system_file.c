#include "tensor/system_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_ROOM 4096

bool system_file_open(SystemFile *file, const char *root, const char *path) {
    char whole[PATH_ROOM];
    const int length = snprintf(whole, sizeof whole, "%s%s", root, path);
    file->at = file->size = 0;
    file->file = -1;
    if (length > 0 && length < PATH_ROOM) file->file = open(whole, O_RDONLY | O_CLOEXEC);
    return file->file >= 0;
}

/* The next byte, or -1. */
static int next(SystemFile *file) {
    if (file->at == file->size) {
        ssize_t got;
        do {
            got = read(file->file, file->bytes, sizeof file->bytes);
        } while (got < 0 && errno == EINTR);
        file->at = 0;
        file->size = got > 0 ? (size_t)got : 0;
        if (got <= 0) return -1;
    }
    return (unsigned char)file->bytes[file->at++];
}

bool system_file_line(SystemFile *file, char *line, size_t room) {
    size_t length = 0;
    int byte = next(file);
    if (byte < 0) return false;
    for (; byte >= 0 && byte != '\n'; byte = next(file))
        if (length + 1 < room) line[length++] = (char)byte;
    line[length] = 0;
    return true;
}

void system_file_close(SystemFile *file) {
    if (file->file >= 0) close(file->file);
    file->file = -1;
}

bool system_file_first(const char *root, const char *path, char *line, size_t room) {
    SystemFile file;
    if (!system_file_open(&file, root, path)) return false;
    const bool found = system_file_line(&file, line, room);
    system_file_close(&file);
    return found;
}
