/* A file that this program has trained: weights in the safetensors format
 * (io/safetensors.h), 16-bit numbers, whose metadata say what they are and how they were
 * trained. For style_file.c and any_file.c, which know the weights.
 *
 *     TrainedFile file;
 *     if (trained_file_open(&file, "my.style", &format, &err) &&
 *         ... file.list has the weights ...)
 *         trained_file_describe(&file, arena, &info);
 *     trained_file_close(&file); */
#ifndef TRANSFER_TRAINED_FILE_H
#define TRANSFER_TRAINED_FILE_H

#include <stddef.h>

#include "io/file.h"
#include "io/sha256.h"
#include "tensor/arena.h"
#include "tensor/named.h"

/* FIELD_TEXT: const char *; FIELD_LONG: long; FIELD_INT: int; FIELD_SEED: unsigned long
 * long; FIELD_REAL: double. */
typedef enum TrainedFieldKind {
    FIELD_TEXT,
    FIELD_LONG,
    FIELD_INT,
    FIELD_SEED,
    FIELD_REAL
} TrainedFieldKind;

/* One line of the metadata, and where its value is in the struct of the format. */
typedef struct TrainedField {
    const char *key;
    TrainedFieldKind kind;
    size_t place; /* bytes from the start of the struct */
} TrainedField;

/* A kind of files. */
typedef struct TrainedFormat {
    const char *format, *version; /* what the metadata say under these keys */
    const char *older;            /* a version that is read as well; NULL: none */
    const char *network;          /* the same; NULL: they do not say it */
    const char *what;             /* "style": what it is called */
    const char *short_what;       /* "decoder": when there is no doubt */
    const char *make_one;         /* how to make one, as the end of a message */
    const TrainedField *field;
    int fields;
} TrainedFormat;

/* Writes the weights and what `info` has: a field that is a NULL text is left out. Fails
 * as file_write does, and when a weight is not finite or 65504 or more. */
bool trained_file_write(const char *path, const TrainedFormat *format,
                        const NamedTensors *list, const void *info, Error *err);

/* A file that is open. */
typedef struct TrainedFile {
    Arena *scratch;
    const TrainedFormat *format;
    const char *path;
    FileBytes bytes;
    NamedTensors list;
} TrainedFile;

/* False, with a sentence that ends in what to do, when it is missing, cut short, of
 * another kind or of another version. To be closed in any case. */
bool trained_file_open(TrainedFile *file, const char *path, const TrainedFormat *format,
                       Error *err);
void trained_file_close(TrainedFile *file);

/* What its metadata say under a key, in file->scratch; NULL: nothing. */
const char *trained_file_said(const TrainedFile *file, const char *key);

/* Sets the fields that the file has; texts are in the arena. */
void trained_file_describe(const TrainedFile *file, Arena *arena, void *info);

/* Of all its bytes. */
Sha256 trained_file_hash(const TrainedFile *file);

#endif
