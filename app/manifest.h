/* What an image was made of, as a JSON file: every setting, the SHA-256 of every file
 * that was read, program, variant and kernels. `stylegrad rerun` repeats the image.
 *
 *     Manifest *manifest = manifest_new(arena, options, session, &err);    hashes, early
 *     ... paint ...
 *     manifest_write(manifest, "out.json", &recipe, &end, &err); */
#ifndef APP_MANIFEST_H
#define APP_MANIFEST_H

#include "app/paint_options.h"
#include "app/run_record.h"
#include "app/session.h"

/* What a manifest says beside recipe and files, by the names of paint's options: settings
 * only, and no name of a file. These are all that is written, and all that is read. NULL
 * ends them. */
extern const char *const manifest_options[];

/* How the run ended. */
typedef struct ManifestEnd {
    const char *out, *why;
    int steps;
    bool stopped; /* before its time, by the user or because an image could not be saved:
                     a rerun must stop there, too */
    double total;
} ManifestEnd;

typedef struct Manifest {
    const PaintOptions *options;
    Preprocess preprocess;
    const char *weights; /* "random:SEED", or NULL: a file */
    RunInputs inputs;    /* content, styles, two masks for each, a first image, weights */
} Manifest;

/* Hashes the files that these options read; the hash of the weights is the session's.
 * Fails when a file cannot be read any more, or has a name that JSON cannot hold. */
Manifest *manifest_new(Arena *arena, const PaintOptions *options, const Session *session,
                       Error *err);

/* The hash of all that pictures with these options have in common, whatever the photograph:
 * version, recipe, options, weights and the contents of the other files. Names of files are
 * no part of it. */
bool manifest_key(const PaintOptions *options, const Session *network, Sha256 *out,
                  Error *err);

/* What a checkpoint says of its run, as the text of a JSON object, in the arena: all of a
 * manifest but the result, and where the outputs go (manifest_outputs). NULL on
 * failure. */
const char *manifest_text(const Manifest *manifest, Arena *arena, const Recipe *recipe,
                          Error *err);

/* The options of paint that name an output, or say when one is written. NULL ends
 * them. */
extern const char *const manifest_outputs[];

/* Writes the file: `recipe` is complete and of all stages; the image is there. */
bool manifest_write(const Manifest *manifest, const char *path, const Recipe *recipe,
                    const ManifestEnd *end, Error *err);

#endif
