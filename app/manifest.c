#include "app/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/fma.h"
#include "app/version.h"
#include "io/file.h"
#include "io/json_build.h"
#include "io/number.h"
#include "tensor/kernels/kernels.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "transfer/recipe_keys.h"

const char *const manifest_options[MANIFEST_OPTIONS] = {
    [MANIFEST_TILE] = "tile",
    [MANIFEST_RECOMPUTE] = "recompute",
    [MANIFEST_STYLE_SIZE] = "style-size",
    [MANIFEST_STYLE_BLEND] = "style-blend",
    [MANIFEST_COLORS] = "colors",
    [MANIFEST_INIT_WITH] = "init-with",
    [MANIFEST_INIT_BLEND] = "init-blend",
    [MANIFEST_PREPROCESS] = "preprocess",
    [MANIFEST_WEIGHTS] = "weights",
};

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
    const bool file = options->recipe.start.from == START_FILE;
    return add_input(m, "content", 0, options->operand[0], err) &&
                   add_styles(m, options, err) &&
                   add_input(m, "init", 0, file ? options->init : NULL, err) &&
                   add_input(m, "weights", 0, random ? NULL : session->weights, err)
               ? m
               : NULL;
}

static json_t *recipe_object(JsonBuild *build, const Recipe *recipe) {
    char text[RECIPE_TEXT_MOST];
    json_t *object = json_built(build, json_object());
    for (int i = 0; i < recipe_key_count; i++)
        if (recipe_key_print(recipe, &recipe_keys[i], text))
            json_put(build, object, recipe_keys[i].name, json_string(text));
    return object;
}

/* What is said beside recipe and files, as a command line would say it. */
typedef struct Sayings {
    JsonBuild *build;
    json_t *object;
} Sayings;

static void say(const Sayings *to, ManifestOption option, bool said, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* Adds a text when it is not what would be without it. */
static void say(const Sayings *to, ManifestOption option, bool said, const char *format,
                ...) {
    va_list arguments;
    if (!said) return;
    va_start(arguments, format);
    json_put(to->build, to->object, manifest_options[option],
             json_vsprintf(format, arguments));
    va_end(arguments);
}

static void say_blend(const Sayings *to, const Blend *blend) {
    char text[STYLES_MOST * 32] = "";
    for (int i = 0; i < blend->count; i++) {
        text_append(text, sizeof text, "%s%.17g", i ? "," : "", blend->share[i]);
    }
    say(to, MANIFEST_STYLE_BLEND, blend->count > 0, "%s", text);
}

static json_t *options_object(JsonBuild *build, const Manifest *m, const Recipe *r) {
    static const char *const colors[] = {"style", "luminance", "match"};
    static const char *const starts[] = {"content", "noise", "style"};
    const Options *o = m->options;
    const Sayings to = {build, json_built(build, json_object())};
    const char *start = o->init_with < 0 ? "" : starts[o->init_with];
    say(&to, MANIFEST_TILE, r->run.tile > 0, "%d", r->run.tile);
    say(&to, MANIFEST_RECOMPUTE, r->run.recompute, "yes");
    say(&to, MANIFEST_STYLE_SIZE, o->style_size > 0, "%d", o->style_size);
    say_blend(&to, &o->blend);
    say(&to, MANIFEST_COLORS, o->colors != COLORS_STYLE, "%s", colors[o->colors]);
    say(&to, MANIFEST_INIT_WITH, *start, "%s", start);
    say(&to, MANIFEST_INIT_BLEND, o->init_blend > 0, "%.17g", o->init_blend);
    say(&to, MANIFEST_PREPROCESS, true, "%s", preprocess_name(m->preprocess));
    say(&to, MANIFEST_WEIGHTS, m->weights, "%s", m->weights ? m->weights : "");
    return to.object;
}

static json_t *inputs_array(JsonBuild *build, const Manifest *m) {
    json_t *array = json_built(build, json_array());
    for (int i = 0; i < m->count; i++) {
        const ManifestInput *input = &m->input[i];
        json_t *row =
            json_built(build, json_pack("{s:s, s:s, s:s}", "use", input->use, "file",
                                        input->path, "sha256", input->hash.text));
        if (input->style) json_put(build, row, "style", json_integer(input->style));
        json_add(build, array, row);
    }
    return array;
}

bool manifest_write(const Manifest *m, const char *path, const Recipe *recipe,
                    const ManifestEnd *end, Error *err) {
    Sha256 hash;
    Error why;
    JsonBuild build = {0};
    if (!sha256_file(end->out, &hash, err)) return false;
    json_t *result =
        json_built(&build, json_pack("{s:o, s:s, s:i, s:b, s:s, s:f}", "file",
                                     json_path(&build, end->out), "sha256", hash.text,
                                     "steps", end->steps, "stopped", end->stopped, "why",
                                     end->why, "total", end->total));
    json_t *all = json_built(
        &build, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "stylegrad",
                          STYLEGRAD_VERSION, "compiler", STYLEGRAD_COMPILER, "variant",
                          REAL_NAME, "kernels", kernels->name, "vectors", fma_vector(),
                          "threads", threads_count(), "recipe-name", recipe->name));
    json_put(&build, all, "recipe", recipe_object(&build, recipe));
    json_put(&build, all, "options", options_object(&build, m, recipe));
    json_put(&build, all, "inputs", inputs_array(&build, m));
    json_put(&build, all, "result", result);
    char *text = json_text(&build, all, JSON_INDENT(2) | JSON_REAL_PRECISION(17), &why);
    bool good = text ? file_write(path, text, strlen(text), err)
                     : error_set(err, "%s: %s; no manifest is written", path, why.text);
    free(text);
    json_decref(all);
    return good;
}
