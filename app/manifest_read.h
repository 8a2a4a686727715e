/* The other way round than manifest.h: from the JSON file to the options of paint. It
 * never says where to write; a checkpoint does, see run_read.h. */
#ifndef APP_MANIFEST_READ_H
#define APP_MANIFEST_READ_H

#include "app/paint_options.h"
#include "app/run_read.h"

#define MANIFEST_RANDOM "random:" /* weights that are no file */

typedef struct ManifestReading {
    RunReading run;
    PaintOptions options; /* without threads; of a manifest also without outputs */
    const char *hash; /* of the image: 64 hexadecimal digits, if it is an honest one; of
                       * a manifest only */
} ManifestReading;

/* Reads the file, whose `run.path` is set, and takes the kernels that it names. Fails
 * when it is no manifest, or of another kind of program; manifest_close in any case. */
bool manifest_load(ManifestReading *reading, Error *err);

/* Fills in options and hash. Every input is hashed, and refused when it has changed or
 * may not be read. */
bool manifest_read(ManifestReading *reading, Error *err);

void manifest_close(ManifestReading *reading);

#endif
