/* A ustar archive is a sequence of 512-byte blocks: for every file a header, then its
 * bytes padded to whole blocks, and at the end two blocks of zeros.
 *
 *     header   0 name (100)   124 size, octal (12)   148 checksum, octal (8)
 *              156 kind (1)   257 "ustar"            345 first part of a long name (155)
 */
#include "io/tar.h"
#include "io/limits.h"

#include <stdio.h>
#include <string.h>

#define BLOCK ((size_t)512)

/* An octal number that ends with the field, a space or a zero. */
static bool read_octal(const unsigned char *field, size_t width, size_t *out) {
    size_t value = 0, i = 0;
    while (i < width && field[i] == ' ')
        i++;
    const size_t first = i;
    for (; i < width && field[i] >= '0' && field[i] <= '7'; i++)
        value = value * 8 + (size_t)(field[i] - '0');
    *out = value;
    return i > first && (i == width || field[i] == ' ' || field[i] == 0);
}

/* The sum of the header's bytes, with spaces for the checksum itself. */
static size_t checksum(const unsigned char *header) {
    size_t sum = 0;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : header[i];
    return sum;
}

static bool all_zeros(const unsigned char *block) {
    for (size_t i = 0; i < BLOCK; i++)
        if (block[i]) return false;
    return true;
}

static const char *entry_name(Arena *arena, const unsigned char *header) {
    char name[260];
    const int prefix = (int)strnlen((const char *)header + 345, 155);
    snprintf(name, sizeof name, "%.*s%s%.*s", prefix, (const char *)header + 345,
             prefix ? "/" : "", (int)strnlen((const char *)header, 100),
             (const char *)header);
    return arena_string(arena, name);
}

static bool refuse(const char *where, size_t at, const char *problem, Error *err) {
    return error_set(err,
                     "%s: is not a whole ustar archive (%s at byte %zu); make it again "
                     "with tar --format=ustar",
                     where, problem, at);
}

bool tar_read_bytes(Arena *arena, FileBytes file, const char *where, TarFiles *out,
                    Error *err) {
    TarFiles list = {0, ARENA_NEW(arena, TarEntry, file.size / BLOCK + 1)};
    size_t at = 0, size, sum;
    for (; at + BLOCK <= file.size && !all_zeros(file.data + at); at += BLOCK) {
        unsigned char *header = file.data + at;
        if (memcmp(header + 257, "ustar", 5) != 0 || !read_octal(header + 148, 8, &sum) ||
            sum != checksum(header))
            return refuse(where, at, "no valid header", err);
        if (!read_octal(header + 124, 12, &size) || size > file.size - at - BLOCK)
            return refuse(where, at, "a file that does not fit", err);
        if (header[156] == '0' || header[156] == 0)
            list.entry[list.count++] =
                (TarEntry){entry_name(arena, header), {header + BLOCK, size}};
        at += (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    if (at == 0 || at + 2 * BLOCK > file.size)
        return refuse(where, at, "no end mark", err);
    *out = list;
    return true;
}

bool tar_read(Arena *arena, const char *path, TarFiles *out, Error *err) {
    FileBytes file;
    return file_read(arena, path, MAX_WEIGHTS_FILE, &file, err) &&
           tar_read_bytes(arena, file, path, out, err);
}
