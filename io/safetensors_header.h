/* The header of a safetensors file, checked; for the readers of io/ only.
 *
 *     SafetensorsHeader header;
 *     if (!safetensors_header_read(arena, file, "w.safetensors", &header, &err)) ...
 *     for (size_t i = 0; i < header.count; i++)
 *         ... header.data.data + header.entry[i].begin ...
 *
 * What is refused is listed in io/safetensors.h. After success every entry lies inside
 * the file, the entries fill it without a hole, and the bytes of each are those of its
 * shape. */
#ifndef IO_SAFETENSORS_HEADER_H
#define IO_SAFETENSORS_HEADER_H

#include "io/file.h"
#include "io/limits.h"
#include "io/number.h"

/* One tensor as the header describes it. */
typedef struct SafetensorsEntry {
    const char *name;
    const char *dtype; /* "F32" */
    NumberKind kind;   /* of weights; another dtype has a problem */
    size_t width;      /* bytes of one element; 0 when the dtype is unknown */
    int rank;
    Shape shape;
    uint64_t begin, end; /* bytes, from the end of the header */
    const char *problem; /* why it cannot be a weight; NULL when it can */
} SafetensorsEntry;

typedef struct SafetensorsHeader {
    FileBytes data; /* what follows the header */
    size_t count;
    SafetensorsEntry *entry;
    size_t texts; /* of __metadata__ */
    const char **key, **text;
} SafetensorsHeader;

/* Everything but the bytes of the file is in the arena. */
bool safetensors_header_read(Arena *arena, FileBytes file, const char *where,
                             SafetensorsHeader *out, Error *err);

/* What the metadata say under this key; NULL when nothing. */
const char *safetensors_header_text(const SafetensorsHeader *header, const char *key);

/* A sentence that refuses the tensor as a weight: "where: tensor NAME ...". */
const char *safetensors_problem(Arena *arena, const char *where, const char *name,
                                const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
