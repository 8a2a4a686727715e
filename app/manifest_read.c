#include "app/manifest_read.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/fma.h"
#include "app/manifest.h"
#include "app/version.h"
#include "io/assets.h"
#include "io/file.h"
#include "io/file_place.h"
#include "io/json_read.h"
#include "io/limits.h"
#include "io/number.h"
#include "tensor/kernels/kernels.h"
#include "tensor/text.h"
#include "transfer/recipe_file.h"

#define OWN_WEIGHTS "paintnet.safetensors"

/* The JSON of the file, or of the text. */
static bool parse(ManifestReading *r, Error *err) {
    FileBytes bytes = {(unsigned char *)(uintptr_t)r->text,
                       r->text ? strlen(r->text) : 0};
    json_error_t why;
    if (!r->text && !file_read(r->arena, r->path, MAX_MANIFEST_FILE, &bytes, err))
        return false;
    if (!r->text) file_skip_mark(&bytes);
    r->root = json_read((const char *)bytes.data, bytes.size, &why);
    return r->root ||
           error_set(err, "%s:%d: is no manifest: %s; 'paint --manifest' writes one",
                     r->path, why.line, why.text);
}

static bool load(ManifestReading *r, Error *err) {
    if (!parse(r, err)) return false;
    if (json_string_value(json_object_get(r->root, "stylegrad"))) return true;
    return error_set(err, "%s: is JSON, but no manifest; 'paint --manifest' writes one",
                     r->path);
}

/* A text of an object; fails when it is not there. */
static bool text_of(const ManifestReading *r, const json_t *object, const char *key,
                    const char **out, Error *err) {
    *out = json_string_value(json_object_get(object, key));
    return *out || error_set(err, "%s: has no text \"%s\" where a manifest has one",
                             r->path, key);
}

/* Other numbers cannot give the same image; other instructions may. */
static bool same_program(const ManifestReading *r, Error *err) {
    const char *version, *variant, *table, *vectors;
    if (!text_of(r, r->root, "stylegrad", &version, err) ||
        !text_of(r, r->root, "variant", &variant, err) ||
        !text_of(r, r->root, "kernels", &table, err) ||
        !text_of(r, r->root, "vectors", &vectors, err))
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
    if (strcmp(vectors, fma_vector()) != 0)
        fprintf(stderr, "made with %s, this processor has %s: the last bits may differ\n",
                NAME(vectors), fma_vector());
    return true;
}

static bool read_field(const ManifestReading *r, const char *name, const char *text,
                       Recipe *recipe, Error *err) {
    const Setting *field = setting_find(recipe_fields, name);
    Error why;
    if (!field)
        return error_set(
            err, "%s: its recipe has a key \"%s\" that this version does not know",
            r->path, NAME(name));
    if (setting_set(field, recipe, text, &why)) return true;
    if (!field->kind->wants)
        return error_set(err, "%s: its recipe says %s %s", r->path, name, why.text);
    return error_set(err, "%s: its recipe says %s '%s': write %s", r->path, name,
                     NAME(text), why.text);
}

static bool read_recipe(ManifestReading *r, Error *err) {
    Recipe *recipe = &r->options.scene.recipe;
    json_t *object = json_object_get(r->root, "recipe"), *value;
    const char *name;
    Error why;
    *recipe = recipe_defaults;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value);
        if (!read_field(r, name, text ? text : "", recipe, err)) return false;
    }
    r->options.scene.net = recipe->net.name;
    const char *called = json_string_value(json_object_get(r->root, "recipe-name"));
    snprintf(recipe->name, sizeof recipe->name, "%.*s", (int)sizeof recipe->name - 1,
             called ? NAME(called) : "");
    return recipe_check(recipe, &why) ||
           error_set(err, "%s: its recipe cannot be: %s", r->path, why.text);
}

/* Whether a manifest says this beside recipe and files. */
static bool is_setting(const char *name, const char *text) {
    const bool is_file = strcmp(name, "weights") == 0 &&
                         strncmp(text, MANIFEST_RANDOM, strlen(MANIFEST_RANDOM)) != 0;
    return text_is_among(name, manifest_options) && !is_file;
}

static bool read_options(ManifestReading *r, Error *err) {
    json_t *object = json_object_get(r->root, "options"), *value;
    const char *name;
    Error why;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value);
        if (!is_setting(name, text ? text : ""))
            return error_set(err,
                             "%s: its options have \"%s\", which is no setting of a "
                             "manifest; say it on the command line",
                             r->path, NAME(name));
        if (!options_set(&command_paint, name, &r->options, text ? text : "", &why))
            return error_set(err, "%s: %s", r->path, why.text);
    }
    return true;
}

/* The file as the manifest calls it; or else the one of this name beside the manifest; or
 * the weights that came with this program, wherever it is. */
static const char *find_input(const ManifestReading *r, const char *path) {
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
static bool is_near(const ManifestReading *r, const char *path) {
    Error none;
    const char *own = assets_path(r->arena, OWN_WEIGHTS, &none);
    char *folder = file_folder(r->path);
    const bool near = file_inside(path, ".") || file_inside(path, folder) ||
                      (own && file_same(path, own));
    free(folder);
    return near;
}

/* Whether this file may be read at all, on the word of a manifest. */
static bool may_read(const ManifestReading *r, const char *path, Error *err) {
    struct stat about;
    if (stat(path, &about)) return true; /* hashing reports that it is missing */
    if (!S_ISREG(about.st_mode))
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
    if (!sha256_file(path, &now, err)) return false;
    if (strcmp(now.text, hash) == 0) return true;
    return error_set(err,
                     "%s: is not the file that the image was made of: its SHA-256 is "
                     "%.12s..., not %.12s...; bring that file back, or paint anew",
                     NAME(path), now.text, NAME(hash));
}

/* Puts one file into its place. */
static bool place_input(ManifestReading *r, const char *use, int style,
                        const char *path) {
    Options *o = &r->options.scene;
    const bool of_style = style >= 1 && style <= STYLES_MOST;
    if (strcmp(use, "content") == 0)
        o->operand[0] = path;
    else if (strcmp(use, "style") == 0 && of_style)
        o->operand[style] = path;
    else if (strcmp(use, "mask") == 0 && of_style)
        o->masks.path[style - 1] = path;
    else if (strcmp(use, "style-mask") == 0 && of_style)
        o->parts.path[style - 1] = path;
    else if (strcmp(use, "weights") == 0)
        o->weights = path;
    else if (strcmp(use, "init") == 0)
        r->options.init = path, o->recipe.start.from = START_FILE;
    else
        return false;
    return true;
}

static bool read_inputs(ManifestReading *r, Error *err) {
    json_t *array = json_object_get(r->root, "inputs"), *row;
    size_t i;
    json_array_foreach(array, i, row) {
        const char *use, *path, *hash;
        const json_int_t style = json_integer_value(json_object_get(row, "style"));
        if (!text_of(r, row, "use", &use, err) || !text_of(r, row, "file", &path, err) ||
            !text_of(r, row, "sha256", &hash, err))
            return false;
        path = find_input(r, path);
        if (!may_read(r, path, err) || !same_file(path, hash, err)) return false;
        if (!place_input(r, use, (int)(style < 100 ? style : 100), path))
            return error_set(err, "%s: does not know what %s is for", r->path,
                             NAME(path));
    }
    Options *scene = &r->options.scene;
    while (scene->operands < STYLES_MOST + 1 && scene->operand[scene->operands])
        scene->operands++;
    if (scene->operands < 2)
        return error_set(err, "%s: names no content or no style", r->path);
    return scene_options_check(scene, err);
}

/* What the image was, and after how many steps its run was ended. Where it went is of
 * no interest. */
static bool read_result(ManifestReading *r, Error *err) {
    const json_t *result = json_object_get(r->root, "result");
    const json_int_t steps = json_integer_value(json_object_get(result, "steps"));
    if (!text_of(r, result, "sha256", &r->hash, err)) return false;
    if (!json_is_true(json_object_get(result, "stopped"))) return true;
    if (steps < 1 || steps > INT_MAX)
        return error_set(err, "%s: was stopped after %lld steps, and has no image then",
                         r->path, (long long)steps);
    r->options.stop_after = (int)steps;
    return true;
}

/* Whether this file, which need not exist, is beside the checkpoint, in the current folder
 * or below one of them. */
static bool is_near_output(const ManifestReading *r, const char *path) {
    char *folder = file_folder(r->path);
    const bool near =
        file_would_be_inside(path, ".") || file_would_be_inside(path, folder);
    free(folder);
    return near;
}

/* Where the outputs of a checkpoint's run go. A stranger's checkpoint does not choose a
 * place outside of the two folders. */
static bool read_outputs(ManifestReading *r, Error *err) {
    json_t *object = json_object_get(r->root, "outputs"), *value;
    const char *name;
    void *owner;
    Error why;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value); /* NULL: a path that is not UTF-8 */
        if (!text_is_among(name, manifest_outputs))
            return error_set(err, "%s: its outputs have \"%s\", which is none", r->path,
                             NAME(name));
        const bool is_path =
            options_find(&command_paint, name, &r->options, &owner)->kind == &option_text;
        if (!text || (is_path && !is_near_output(r, text))) {
            if (r->far_outputs < MANIFEST_OUTPUTS) r->far[r->far_outputs++] = name;
        } else if (!options_set(&command_paint, name, &r->options, text, &why)) {
            return error_set(err, "%s: %s", r->path, why.text);
        }
    }
    return true;
}

bool manifest_load(ManifestReading *r, Error *err) {
    return load(r, err) && same_program(r, err);
}

bool manifest_read(ManifestReading *r, Error *err) {
    return read_recipe(r, err) && read_options(r, err) && read_inputs(r, err) &&
           (r->text ? read_outputs(r, err) : read_result(r, err));
}

void manifest_close(ManifestReading *r) {
    json_decref(r->root);
}
