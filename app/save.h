/* A result that took an hour is not lost because its name cannot be had at the end: a
 * folder that was removed meanwhile, a disk that is full.
 *
 *     Saved saved;
 *     if (save_result(arena, "out.png", write_image, &image, &saved, &err))
 *         save_report(&saved, stderr);                      "saved out.png"
 *     else
 *         complain(err);
 *
 * The complaint is "cannot write out.png: ...; it is saved as /tmp/..., instead". */
#ifndef APP_SAVE_H
#define APP_SAVE_H

#include <stdio.h>

#include "tensor/arena.h"
#include "tensor/error.h"

/* Writes the result into the file of that name. */
typedef bool SaveWriter(void *context, const char *path, Error *err);

typedef struct Saved {
    const char *path; /* where it is, in the arena when it is elsewhere; NULL: nowhere */
    bool in_place;    /* the old file had to be written into */
} Saved;

/* Writes the result; when that fails, under another name in the same folder, in the
 * current one or in $TMPDIR (/tmp). False when it is not under its own name. */
bool save_result(Arena *arena, const char *path, SaveWriter *write, void *context,
                 Saved *saved, Error *err);

/* "saved out.png", without a line break, and whether it was written in place. */
void save_report(const Saved *saved, FILE *out);

#endif
