/* What a run was, so that it can be repeated bit for bit: the arguments, the SHA-256 of
 * every file that went into it and of the picture that came out, and the program.
 *
 *     {"version": "1.0", "real": "float", "vectors": 64,
 *      "arguments": ["--size", "512", "/home/me/photo.jpg", "/home/me/painting.jpg"],
 *      "inputs": [{"path": "/home/me/photo.jpg", "sha256": "1b2c..."}, ...],
 *      "recipe": "source ...",
 *      "output": {"path": "/home/me/out.png", "sha256": "9f86..."}} */
#ifndef APP_MANIFEST_H
#define APP_MANIFEST_H

#include "app/options.h"
#include "io/hash.h"

/* Writes the manifest of `stylegrad paint` with these options, which has written `out`.
 */
bool manifest_write(const char *path, const Options *options, const char *out,
                    Error *err);

typedef struct Manifest {
    int arguments;
    char **argument; /* of stylegrad paint, files with their whole paths */
    const char *out; /* where the picture went, */
    Hash result;     /* and what it was */
} Manifest;

/* Reads a manifest, in the arena. Fails when it is none, when it is of a program that
 * computes otherwise (another version, float or double, width of vectors), and when one
 * of the files that went into the picture is not what it was. */
bool manifest_read(Arena *arena, const char *path, Manifest *out, Error *err);

#endif
