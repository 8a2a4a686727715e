#include "app/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "io/assets.h"
#include "tensor/simd.h"
#include "transfer/recipe_file.h"

#define VERSION "1.0"
#define MOST ((size_t)1 << 20) /* bytes of a manifest or a recipe */

/* Bytes in a vector, on which the last bits of a sum depend. */
static int vector_bytes(void) {
    return 16 << simd_widest();
}

static bool is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Appends a file that went into the picture, once. */
static bool add_input(json_t *inputs, const char *path, Error *err) {
    Hash hash;
    size_t i;
    json_t *input;
    json_array_foreach(
        inputs, i, input) if (strcmp(json_string_value(json_object_get(input, "path")),
                                     path) == 0) return true;
    if (!hash_file(path, &hash, err)) return false;
    json_array_append_new(inputs,
                          json_pack("{ss ss}", "path", path, "sha256", hash.digits));
    return true;
}

/* The arguments, and the files among them, whose paths become whole. */
static bool add_arguments(json_t *arguments, json_t *inputs, const char *const *argument,
                          Error *err) {
    for (; *argument; argument++) {
        char *whole = is_file(*argument) ? realpath(*argument, NULL) : NULL;
        const bool good = !whole || add_input(inputs, whole, err);
        json_array_append_new(arguments, json_string(whole ? whole : *argument));
        free(whole);
        if (!good) return false;
    }
    return true;
}

/* Files that no argument names: the recipe, and our own weights. */
static bool add_silent(Arena *arena, json_t *inputs, const Options *options,
                       const char **recipe, Error *err) {
    FileBytes bytes;
    Error unused;
    const char *file = recipe_path(arena, options->recipe_name, err);
    if (!file || !add_input(inputs, file, err) ||
        !file_read(arena, file, MOST, &bytes, err))
        return false;
    char *text = arena_alloc(arena, bytes.size + 1);
    *recipe = memcpy(text, bytes.data, bytes.size);
    if (options->weights) return true;
    const char *own = assets_path(arena, "paintnet.safetensors", &unused);
    return !own || add_input(inputs, own, err);
}

bool manifest_write(const char *path, const Options *options, const char *out,
                    Error *err) {
    Hash result;
    const char *recipe = "";
    Arena *arena = arena_new();
    char *whole = realpath(out, NULL);
    json_t *arguments = json_array(), *inputs = json_array(), *all = NULL;
    bool good = hash_file(out, &result, err) &&
                add_arguments(arguments, inputs,
                              options_replay(arena, options, &command_paint), err) &&
                add_silent(arena, inputs, options, &recipe, err);
    if (good) {
        all = json_pack("{ss ss si sO sO ss s{ss ss}}", "version", VERSION, "real",
                        REAL_NAME, "vectors", vector_bytes(), "arguments", arguments,
                        "inputs", inputs, "recipe", recipe, "output", "path",
                        whole ? whole : out, "sha256", result.digits);
        char *text = all ? json_dumps(all, JSON_INDENT(2)) : NULL;
        good = text ? file_write(path, text, strlen(text), err)
                    : error_set(err, "%s: a path or the recipe is no UTF-8 text", path);
        free(text);
    }
    json_decref(all);
    json_decref(inputs);
    json_decref(arguments);
    free(whole);
    arena_free(arena);
    return good;
}

static bool check_inputs(const char *path, const json_t *inputs, Error *err) {
    size_t i;
    json_t *input;
    json_array_foreach(inputs, i, input) {
        Hash now;
        const char *file, *then;
        if (json_unpack(input, "{ss ss}", "path", &file, "sha256", &then) != 0)
            return error_set(err, "%s: its list of inputs is damaged", path);
        if (!hash_file(file, &now, err)) return false;
        if (strcmp(now.digits, then) != 0)
            return error_set(err,
                             "%s is not the file that was painted from (SHA-256 %.8s..., "
                             "then %.8s...); put the old one back, or paint anew",
                             file, now.digits, then);
    }
    return true;
}

static bool check_program(const char *path, const json_t *all, Error *err) {
    const char *version, *width;
    int vectors;
    if (json_unpack((json_t *)all, "{ss ss si}", "version", &version, "real", &width,
                    "vectors", &vectors) != 0)
        return error_set(err, "%s: no manifest of stylegrad paint --manifest", path);
    if (strcmp(version, VERSION) != 0)
        return error_set(err, "%s: painted by version %s, this is " VERSION, path,
                         version);
    if (strcmp(width, REAL_NAME) != 0)
        return error_set(err, "%s: painted in %s, this program computes in " REAL_NAME,
                         path, width);
    if (vectors != vector_bytes())
        return error_set(err,
                         "%s: painted with vectors of %d bytes, this processor has %d: "
                         "the last bits would differ",
                         path, vectors, vector_bytes());
    return true;
}

static bool take(Arena *arena, const char *path, const json_t *all, Manifest *out,
                 Error *err) {
    json_t *arguments, *argument;
    const char *file, *digits;
    size_t i;
    if (json_unpack((json_t *)all, "{so s{ss ss}}", "arguments", &arguments, "output",
                    "path", &file, "sha256", &digits) != 0 ||
        strlen(digits) + 1 != sizeof out->result.digits)
        return error_set(err, "%s: damaged, it lacks arguments or the output", path);
    out->argument = ARENA_NEW(arena, char *, json_array_size(arguments) + 1);
    json_array_foreach(arguments, i, argument) {
        if (!json_is_string(argument))
            return error_set(err, "%s: argument %zu is no text", path, i + 1);
        out->argument[out->arguments++] =
            arena_string(arena, json_string_value(argument));
    }
    out->out = arena_string(arena, file);
    strcpy(out->result.digits, digits);
    return true;
}

bool manifest_read(Arena *arena, const char *path, Manifest *out, Error *err) {
    FileBytes bytes;
    json_error_t what;
    *out = (Manifest){0};
    if (!file_read(arena, path, MOST, &bytes, err)) return false;
    json_t *all =
        json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &what);
    if (!all) return error_set(err, "%s:%d: no manifest: %s", path, what.line, what.text);
    const bool good = check_program(path, all, err) &&
                      check_inputs(path, json_object_get(all, "inputs"), err) &&
                      take(arena, path, all, out, err);
    json_decref(all);
    return good;
}
