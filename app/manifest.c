#include "app/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/fma.h"
#include "app/version.h"
#include "io/file.h"
#include "io/number.h"
#include "tensor/kernels.h"
#include "transfer/recipe_keys.h"

static bool add_input(Manifest *m, const char *use, int style, const char *path,
                      Error *err) {
    if (!path) return true;
    json_t *name = json_string(path);
    json_decref(name);
    if (!name)
        return error_set(err, "%s: a manifest holds names in UTF-8 only; rename the file",
                         NAME(path));
    ManifestInput *input = &m->input[m->count++];
    *input = (ManifestInput){.use = use, .style = style, .path = path};
    return sha256_file(path, &input->hash, err);
}

static bool add_styles(Manifest *m, const Options *options, Error *err) {
    for (int i = 0; i < options->operands - 1; i++)
        if (!add_input(m, "style", i + 1, options->operand[1 + i], err) ||
            !add_input(m, "mask", i + 1, options->masks.path[i], err) ||
            !add_input(m, "style-mask", i + 1, options->parts.path[i], err))
            return false;
    return true;
}

Manifest *manifest_new(Arena *arena, const Options *options, const Session *session,
                       Error *err) {
    Manifest *m = ARENA_NEW(arena, Manifest, 1);
    const bool random = session_is_random(session);
    *m = (Manifest){.options = options,
                    .preprocess = network_preprocessing(session->network),
                    .weights = random ? session->weights : NULL};
    const bool file = options->recipe.start == START_FILE;
    return add_input(m, "content", 0, options->operand[0], err) &&
                   add_styles(m, options, err) &&
                   add_input(m, "init", 0, file ? options->init : NULL, err) &&
                   add_input(m, "weights", 0, random ? NULL : session->weights, err)
               ? m
               : NULL;
}

static json_t *recipe_object(const Recipe *recipe) {
    char text[RECIPE_TEXT_MOST];
    json_t *object = json_object();
    for (int i = 0; i < recipe_key_count; i++)
        if (recipe_key_print(recipe, &recipe_keys[i], text))
            json_object_set_new(object, recipe_keys[i].name, json_string(text));
    return object;
}

static void say(json_t *object, const char *name, bool said, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a text when it is not what would be without it. */
static void say(json_t *object, const char *name, bool said, const char *format, ...) {
    char text[512];
    va_list arguments;
    if (!said) return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_object_set_new(object, name, json_string(text));
}

static void say_blend(json_t *object, const Blend *blend) {
    char text[STYLES_MOST * 32] = "";
    for (int i = 0; i < blend->count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%.17g", i ? "," : "",
                 blend->share[i]);
    }
    say(object, "style-blend", blend->count > 0, "%s", text);
}

/* What a command line says beside recipe and files, as it would say it. */
static json_t *options_object(const Manifest *m, const Recipe *r) {
    static const char *const colors[] = {"style", "luminance", "match"};
    static const char *const starts[] = {"content", "noise", "style"};
    const Options *o = m->options;
    json_t *object = json_object();
    say(object, "tile", r->tile > 0, "%d", r->tile);
    say(object, "recompute", r->recompute, "yes");
    say(object, "style-size", o->style_size > 0, "%d", o->style_size);
    say_blend(object, &o->blend);
    say(object, "colors", o->colors != COLORS_STYLE, "%s", colors[o->colors]);
    if (o->init_with >= 0) say(object, "init-with", true, "%s", starts[o->init_with]);
    say(object, "init-blend", o->init_blend > 0, "%.17g", o->init_blend);
    say(object, "preprocess", true, "%s", preprocess_name(m->preprocess));
    if (m->weights) say(object, "weights", true, "%s", m->weights);
    return object;
}

static json_t *inputs_array(const Manifest *m) {
    json_t *array = json_array();
    for (int i = 0; i < m->count; i++) {
        const ManifestInput *input = &m->input[i];
        json_t *row = json_pack("{s:s, s:s, s:s}", "use", input->use, "file", input->path,
                                "sha256", input->hash.text);
        if (input->style) json_object_set_new(row, "style", json_integer(input->style));
        json_array_append_new(array, row);
    }
    return array;
}

bool manifest_write(const Manifest *m, const char *path, const Recipe *recipe,
                    const ManifestEnd *end, Error *err) {
    Sha256 hash;
    if (!sha256_file(end->out, &hash, err)) return false;
    json_t *result =
        json_pack("{s:o?, s:s, s:i, s:b, s:s, s:f}", "file", json_string(end->out),
                  "sha256", hash.text, "steps", end->steps, "stopped", end->stopped,
                  "why", end->why, "total", end->total);
    json_t *all = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:o}", "stylegrad",
        STYLEGRAD_VERSION, "compiler", STYLEGRAD_COMPILER, "variant", REAL_NAME,
        "kernels", kernels->name, "vectors", fma_vector(), "threads", threads_count(),
        "recipe-name", recipe->name, "recipe", recipe_object(recipe), "options",
        options_object(m, recipe), "inputs", inputs_array(m), "result", result);
    char *text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    bool good = text ? file_write(path, text, strlen(text), err)
                     : error_set(err,
                                 "%s: cannot be put into JSON: a name or number is not "
                                 "UTF-8 or finite; no manifest is written",
                                 path);
    free(text);
    json_decref(all);
    return good;
}
