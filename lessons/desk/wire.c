#include "lessons/desk/wire.h"

#include <errno.h>
#include <unistd.h>

bool wire_array(const Value *value) {
    return value->kind == ARRAY && value->data;
}

bool wire_write(int socket, const void *data, size_t bytes) {
    const char *at = data;
    while (bytes) {
        const ssize_t n = write(socket, at, bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        bytes -= (size_t)n;
    }
    return true;
}

bool wire_read(int socket, void *data, size_t bytes) {
    char *at = data;
    while (bytes) {
        const ssize_t n = read(socket, at, bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        bytes -= (size_t)n;
    }
    return true;
}
