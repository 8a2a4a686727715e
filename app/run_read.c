#include "app/run_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/input_hash.h"
#include "io/assets.h"
#include "io/file.h"
#include "io/file_place.h"
#include "io/json_read.h"
#include "io/limits.h"
#include "io/number.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/peak.h"
#include "tensor/text.h"
#include "tensor/version.h"

#define OWN_WEIGHTS "paintnet.safetensors"
#define FIRST_COMMAND "paint" /* whose first checkpoints did not name it */

/* What such a file is called. */
static const char *kind_of(const RunReading *r) {
    return r->text ? "checkpoint" : "manifest";
}

/* The JSON of the file, or of the text. */
static bool parse(RunReading *r, Error *err) {
    FileBytes bytes = {(unsigned char *)(uintptr_t)r->text,
                       r->text ? strlen(r->text) : 0};
    json_error_t why;
    if (!r->text && !file_read(r->arena, r->path, MAX_MANIFEST_FILE, &bytes, err))
        return false;
    if (!r->text) file_skip_mark(&bytes);
    r->root = json_read((const char *)bytes.data, bytes.size, &why);
    return r->root || error_set(err, "%s:%d: is no %s: %s; '--%s' writes one", r->path,
                                why.line, kind_of(r), why.text, kind_of(r));
}

static bool load(RunReading *r, Error *err) {
    if (!parse(r, err)) return false;
    if (json_string_value(json_object_get(r->root, "stylegrad"))) return true;
    return error_set(err, "%s: is JSON, but no %s; '--%s' writes one", r->path,
                     kind_of(r), kind_of(r));
}

bool run_string(const RunReading *r, const json_t *object, const char *key,
                const char **out, Error *err) {
    *out = json_string_value(json_object_get(object, key));
    return *out || error_set(err, "%s: has no text \"%s\" where a %s has one", r->path,
                             key, kind_of(r));
}

/* A checkpoint continues the command that wrote it. */
static bool same_command(const RunReading *r, const Command *command, Error *err) {
    const char *wrote = json_string_value(json_object_get(r->root, "command"));
    if (!wrote) wrote = FIRST_COMMAND;
    return !r->text || strcmp(wrote, command->name) == 0 ||
           error_set(err,
                     "%s: is a checkpoint of %s, not of %s; continue it with 'stylegrad "
                     "%s --resume'",
                     r->path, NAME(wrote), command->name, NAME(wrote));
}

/* Without fused multiply-adds kernels have other last bits: see simd/code.h. */
static bool rounds_twice(const char *vectors) {
    return strcmp(vectors, "sse2") == 0 || strcmp(vectors, "128 bits") == 0;
}

/* Other numbers cannot give the same image; other instructions may. */
static bool same_program(const RunReading *r, Error *err) {
    const char *version, *variant, *table, *vectors;
    if (!run_string(r, r->root, "stylegrad", &version, err) ||
        !run_string(r, r->root, "variant", &variant, err) ||
        !run_string(r, r->root, "kernels", &table, err) ||
        !run_string(r, r->root, "vectors", &vectors, err))
        return false;
    if (strcmp(variant, REAL_NAME) != 0)
        return error_set(
            err, "%s: was made in %s, this program computes in " REAL_NAME "; use %s",
            r->path, NAME(variant),
            sizeof(real) == sizeof(float) ? "stylegrad-double" : "stylegrad");
    kernels = kernels_find(table);
    if (!kernels)
        return error_set(err, "%s: there are no kernels \"%s\" in this version", r->path,
                         NAME(table));
    if (strcmp(version, STYLEGRAD_VERSION) != 0)
        fprintf(stderr,
                "made by version %s, this is " STYLEGRAD_VERSION
                ": the last bits may differ\n",
                NAME(version));
    if (strcmp(vectors, fma_vector()) != 0 &&
        (rounds_twice(vectors) || rounds_twice(fma_vector())))
        fprintf(stderr, "made with %s, this processor has %s: the last bits may differ\n",
                NAME(vectors), fma_vector());
    return true;
}

bool run_load(RunReading *r, const Command *command, Error *err) {
    return load(r, err) && same_command(r, command, err) && same_program(r, err);
}

void run_close(RunReading *r) {
    json_decref(r->root);
}

bool run_read_options(const RunReading *r, const Command *command,
                      const char *const *names, void *own, Error *err) {
    json_t *object = json_object_get(r->root, "options"), *value;
    const char *name;
    Error why;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value);
        if (!text_is_among(name, names))
            return error_set(err,
                             "%s: its options have \"%s\", which is no setting of a "
                             "%s; say it on the command line",
                             r->path, NAME(name), kind_of(r));
        if (!options_set(command, name, own, text ? text : "", &why))
            return error_set(err, "%s: %s", r->path, why.text);
    }
    return true;
}

/* The file as the manifest calls it; or else the one of this name beside the manifest; or
 * the weights that came with this program, wherever it is. */
static const char *find_input(const RunReading *r, const char *path) {
    Error none;
    if (*path == '/' || access(path, F_OK) == 0) return path;
    const size_t folder = file_folder_length(r->path), room = folder + strlen(path) + 1;
    char *beside = arena_alloc(r->arena, room);
    snprintf(beside, room, "%.*s%s", (int)folder, r->path, path);
    if (access(beside, F_OK) == 0) return beside;
    const char *own = strcmp(file_name(path), OWN_WEIGHTS) == 0
                          ? assets_path(r->arena, OWN_WEIGHTS, &none)
                          : NULL;
    return own ? own : path;
}

/* Weights that come with this program are as near as the program. */
static bool is_near(const RunReading *r, const char *path) {
    Error none;
    const char *own = assets_path(r->arena, OWN_WEIGHTS, &none);
    char *folder = file_folder(r->path);
    const bool near = file_inside(path, ".") || file_inside(path, folder) ||
                      (own && file_same(path, own));
    free(folder);
    return near;
}

/* What a training learns from may be a folder. */
static bool may_be_folder(const char *use) {
    return strcmp(use, "photographs") == 0 || strcmp(use, "paintings") == 0;
}

/* Whether this file may be read at all, on the word of a manifest. */
static bool may_read(const RunReading *r, const char *use, const char *path, Error *err) {
    struct stat about;
    if (stat(path, &about)) return true; /* hashing reports that it is missing */
    const bool is_folder = S_ISDIR(about.st_mode) && may_be_folder(use);
    if (!S_ISREG(about.st_mode) && !is_folder)
        return error_set(err, "%s: names %s, which is no regular file", r->path,
                         NAME(path));
    return r->trusted || is_near(r, path) ||
           error_set(err,
                     "%s: names %s, which is neither in its folder nor in the current "
                     "one; say --trust-inputs to read it",
                     r->path, NAME(path));
}

static bool same_file(const char *path, const char *hash, Error *err) {
    Sha256 now;
    if (!input_hash(path, &now, err)) return false;
    if (strcmp(now.text, hash) == 0) return true;
    return error_set(err,
                     "%s: is not the file that the run has read: its SHA-256 is "
                     "%.12s..., not %.12s...; bring that file back, or begin anew",
                     NAME(path), now.text, NAME(hash));
}

bool run_read_inputs(const RunReading *r, RunPlace *place, void *context, Error *err) {
    json_t *array = json_object_get(r->root, "inputs"), *row;
    size_t i;
    json_array_foreach(array, i, row) {
        const char *use, *path, *hash;
        const json_int_t style = json_integer_value(json_object_get(row, "style"));
        if (!run_string(r, row, "use", &use, err) ||
            !run_string(r, row, "file", &path, err) ||
            !run_string(r, row, "sha256", &hash, err))
            return false;
        path = find_input(r, path);
        if (!may_read(r, use, path, err) || !same_file(path, hash, err)) return false;
        if (!place(context, use, (int)(style < 100 ? style : 100), path))
            return error_set(err, "%s: does not know what %s is for", r->path,
                             NAME(path));
    }
    return true;
}

/* Whether this file, which need not exist, is beside the checkpoint, in the current folder
 * or below one of them. */
static bool is_near_output(const RunReading *r, const char *path) {
    char *folder = file_folder(r->path);
    const bool near =
        file_would_be_inside(path, ".") || file_would_be_inside(path, folder);
    free(folder);
    return near;
}

bool run_read_outputs(RunReading *r, const Command *command, const char *const *names,
                      void *own, Error *err) {
    json_t *object = json_object_get(r->root, "outputs"), *value;
    const char *name;
    void *owner;
    Error why;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value); /* NULL: a path that is not UTF-8 */
        if (!text_is_among(name, names))
            return error_set(err, "%s: its outputs have \"%s\", which is none", r->path,
                             NAME(name));
        const bool is_path =
            options_find(command, name, own, &owner)->kind == &option_text;
        if (!text || (is_path && !is_near_output(r, text))) {
            if (r->far_outputs < RUN_OUTPUTS_MOST) r->far[r->far_outputs++] = name;
        } else if (!options_set(command, name, own, text, &why)) {
            return error_set(err, "%s: %s", r->path, why.text);
        }
    }
    return true;
}
