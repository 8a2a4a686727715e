/* The other way round than manifest.h: from the JSON file to the options of paint.
 *
 * A manifest may be anybody's. It says settings, and which files by their hashes. It
 * never says where to write, and files elsewhere than beside it or in the current folder
 * only when the user allows it. */
#ifndef APP_MANIFEST_READ_H
#define APP_MANIFEST_READ_H

#include <jansson.h>

#include "app/paint_options.h"

#define MANIFEST_OUTPUTS 8        /* names in manifest_outputs at most */
#define MANIFEST_RANDOM "random:" /* weights that are no file */

typedef struct ManifestReading {
    const char *path;
    const char *text; /* NULL: it is in the file itself; else the text of a checkpoint */
    Arena *arena;
    bool trusted;         /* inputs may lie anywhere */
    json_t *root;         /* owns the strings of `options` */
    PaintOptions options; /* without threads; of a manifest also without outputs */
    const char *hash; /* of the image: 64 hexadecimal digits, if it is an honest one; of
                       * a manifest only */
    int far_outputs;  /* of a checkpoint: the options whose outputs are elsewhere than */
    const char *far[MANIFEST_OUTPUTS]; /* beside it or in the current folder; left out */
} ManifestReading;

/* Reads the file, whose `path` is set, and takes the kernels that it names. Fails when it
 * is no manifest, or of another kind of program; manifest_close in any case. */
bool manifest_load(ManifestReading *reading, Error *err);

/* Fills in options and hash. Every input is hashed, and refused when it has changed or
 * may not be read. */
bool manifest_read(ManifestReading *reading, Error *err);

void manifest_close(ManifestReading *reading);

#endif
