/* stylegrad rerun: the picture of a manifest once more, bit for bit. */
#include <jansson.h>
#include <string.h>

#include "app/commands.h"
#include "app/fma.h"
#include "app/manifest.h"
#include "app/version.h"
#include "io/file.h"
#include "io/number.h"
#include "tensor/kernels.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_keys.h"

#define MANIFEST_MOST ((size_t)1 << 20) /* bytes */

/* A manifest that is being read; its strings live as long as `root`. */
typedef struct Reading {
    const char *path;
    json_t *root;
    Options options;
} Reading;

static bool load(Reading *r, Arena *arena, Error *err) {
    FileBytes bytes;
    json_error_t why;
    if (!file_read(arena, r->path, MANIFEST_MOST, &bytes, err)) return false;
    r->root =
        json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &why);
    if (!r->root)
        return error_set(err, "%s:%d: is no manifest: %s; 'paint --manifest' writes one",
                         r->path, why.line, why.text);
    if (json_string_value(json_object_get(r->root, "stylegrad"))) return true;
    return error_set(err, "%s: is JSON, but no manifest; 'paint --manifest' writes one",
                     r->path);
}

/* A text of an object; fails when it is not there. */
static bool text_of(const Reading *r, const json_t *object, const char *key,
                    const char **out, Error *err) {
    *out = json_string_value(json_object_get(object, key));
    return *out || error_set(err, "%s: has no text \"%s\" where a manifest has one",
                             r->path, key);
}

/* Other numbers cannot give the same picture; other instructions may. */
static bool same_program(const Reading *r, Error *err) {
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

static bool read_recipe(Reading *r, Error *err) {
    Recipe *recipe = &r->options.recipe;
    json_t *object = json_object_get(r->root, "recipe"), *value;
    const char *name;
    Error why;
    *recipe = recipe_defaults;
    json_object_foreach(object, name, value) {
        int i = 0;
        while (i < recipe_key_count && strcmp(recipe_keys[i].name, name) != 0)
            i++;
        if (i == recipe_key_count)
            return error_set(err,
                             "%s: its recipe has a key \"%s\" that this version does "
                             "not know",
                             r->path, NAME(name));
        const char *text = json_string_value(value);
        if (!recipe_key_set(recipe, &recipe_keys[i], text ? text : "", &why))
            return error_set(err, "%s: its recipe says %s %s", r->path, NAME(name),
                             why.text);
    }
    r->options.net = recipe->net;
    const char *called = json_string_value(json_object_get(r->root, "recipe-name"));
    snprintf(recipe->name, sizeof recipe->name, "%s", called ? called : "");
    return recipe_check(recipe, &why) ||
           error_set(err, "%s: its recipe cannot be: %s", r->path, why.text);
}

static bool read_options(Reading *r, Error *err) {
    json_t *object = json_object_get(r->root, "options"), *value;
    const char *name;
    Error why;
    r->options.init_with = -1;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value);
        if (!options_set(&r->options, &command_paint, name, text ? text : "", &why))
            return error_set(err, "%s: %s", r->path, why.text);
    }
    return true;
}

static bool same_file(const char *path, const char *hash, Error *err) {
    Sha256 now;
    if (!sha256_file(path, &now, err)) return false;
    if (strcmp(now.text, hash) == 0) return true;
    return error_set(err,
                     "%s: is not the file that the picture was made of: its SHA-256 is "
                     "%.12s..., not %.12s...; bring that file back, or paint anew",
                     path, now.text, NAME(hash));
}

/* Puts one file into its place. */
static bool place_input(Reading *r, const char *use, int style, const char *path) {
    Options *o = &r->options;
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
        o->init = path, o->recipe.start = START_FILE;
    else
        return false;
    return true;
}

static bool read_inputs(Reading *r, Error *err) {
    json_t *array = json_object_get(r->root, "inputs"), *row;
    size_t i;
    json_array_foreach(array, i, row) {
        const char *use, *path, *hash;
        const json_int_t style = json_integer_value(json_object_get(row, "style"));
        if (!text_of(r, row, "use", &use, err) || !text_of(r, row, "file", &path, err) ||
            !text_of(r, row, "sha256", &hash, err) || !same_file(path, hash, err))
            return false;
        if (!place_input(r, use, (int)(style < 100 ? style : 100), path))
            return error_set(err, "%s: does not know what %s is for", r->path,
                             NAME(path));
    }
    while (r->options.operands < STYLES_MOST + 1 &&
           r->options.operand[r->options.operands])
        r->options.operands++;
    if (r->options.operands < 2)
        return error_set(err, "%s: names no content or no style", r->path);
    return options_check_lists(&r->options, err);
}

/* Where the picture goes, and after how many steps the user had stopped. */
static bool read_result(Reading *r, const Options *asked, const char **hash, Error *err) {
    const json_t *result = json_object_get(r->root, "result");
    const char *file;
    if (!text_of(r, result, "file", &file, err) ||
        !text_of(r, result, "sha256", hash, err))
        return false;
    r->options.out = asked->out ? asked->out : file;
    r->options.threads = asked->threads;
    if (json_is_true(json_object_get(result, "stopped")))
        r->options.stop_after = (int)json_integer_value(json_object_get(result, "steps"));
    return true;
}

/* Another compiler is named when the picture differs, and only then. */
static void name_compiler(const Reading *r) {
    const char *compiler = json_string_value(json_object_get(r->root, "compiler"));
    if (compiler && strcmp(compiler, STYLEGRAD_COMPILER) != 0)
        fprintf(stderr,
                "made by a program of %s, this is one of " STYLEGRAD_COMPILER
                ": their last bits differ\n",
                NAME(compiler));
}

/* The proof. A picture under another kind of name has other bytes. */
static int compare(const Reading *r, const char *hash) {
    Error err;
    Sha256 now;
    if (!sha256_file(r->options.out, &now, &err)) return session_complain("rerun", &err);
    if (strcmp(now.text, hash) == 0) {
        fprintf(stderr, "the same picture, bit for bit\n");
        return 0;
    }
    name_compiler(r);
    error_set(&err,
              "%s: differs from the picture of the manifest; another processor, "
              "compiler or kind of file rounds otherwise",
              r->options.out);
    return session_complain("rerun", &err);
}

static int rerun(const Options *asked) {
    Error err;
    const char *hash;
    Arena *arena = arena_new();
    Reading r = {.path = asked->operand[0]};
    int status = 1;
    if (!load(&r, arena, &err) || !same_program(&r, &err) || !read_recipe(&r, &err) ||
        !read_options(&r, &err) || !read_inputs(&r, &err) ||
        !read_result(&r, asked, &hash, &err))
        session_complain("rerun", &err);
    else if ((status = command_paint.run(&r.options)) == 0)
        status = compare(&r, hash);
    json_decref(r.root);
    arena_free(arena);
    return status;
}

const Command command_rerun = {
    .name = "rerun",
    .operands = "MANIFEST",
    .operands_least = 1,
    .operands_most = 1,
    .summary = "repeat the picture of a manifest, bit for bit",
    .details =
        "A manifest is what 'stylegrad paint --manifest FILE.json' leaves: all settings, "
        "and\n"
        "the hashes of all files. Each file must be there, under its old name, and "
        "unchanged.\n"
        "The picture goes where it went, or to --out, and is compared with the old "
        "one's hash.\n\n"
        "example: stylegrad rerun out.json -o again.png\n",
    .mask = FOR_RERUN,
    .run = rerun,
};
