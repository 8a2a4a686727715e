#include "app/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/fma.h"
#include "app/version.h"
#include "io/file.h"
#include "io/json_build.h"
#include "io/number.h"
#include "tensor/kernels/kernels.h"
#include "tensor/text.h"
#include "tensor/threads.h"

const char *const manifest_options[] = {
    "tile",      "recompute",  "style-size", "style-blend", "colors",
    "init-with", "init-blend", "preprocess", "weights",     NULL};

const char *const manifest_outputs[] = {
    "out", "trace", "plot", "manifest", "save-every", "checkpoint", "checkpoint-every",
    NULL};

/* Adds a file of that hash. */
static bool add_known(Manifest *m, const char *use, int style, const char *path,
                      const Sha256 *hash, Error *err) {
    json_t *name = json_string(path);
    json_decref(name);
    if (!name)
        return error_set(err, "%s: a manifest holds names in UTF-8 only; rename the file",
                         NAME(path));
    ManifestInput *input = &m->input[m->count++];
    *input = (ManifestInput){.use = use, .style = style, .path = path, .hash = *hash};
    return true;
}

/* Adds a file and hashes it; a path of NULL adds nothing. */
static bool add_input(Manifest *m, const char *use, int style, const char *path,
                      Error *err) {
    Sha256 hash;
    if (!path) return true;
    return sha256_file(path, &hash, err) && add_known(m, use, style, path, &hash, err);
}

static bool add_styles(Manifest *m, const Options *options, Error *err) {
    for (int i = 0; i < options->operands - 1; i++)
        if (!add_input(m, "style", i + 1, options->operand[1 + i], err) ||
            !add_input(m, "mask", i + 1, options->masks.path[i], err) ||
            !add_input(m, "style-mask", i + 1, options->parts.path[i], err))
            return false;
    return true;
}

Manifest *manifest_new(Arena *arena, const PaintOptions *options, const Session *session,
                       Error *err) {
    Manifest *m = ARENA_NEW(arena, Manifest, 1);
    const Options *scene = &options->scene;
    const bool random = session_is_random(session);
    *m = (Manifest){.options = options,
                    .preprocess = network_preprocessing(session->network),
                    .weights = random ? session->weights : NULL};
    const bool file = scene->recipe.start.from == START_FILE;
    return add_input(m, "content", 0, scene->operand[0], err) &&
                   add_styles(m, scene, err) &&
                   add_input(m, "init", 0, file ? options->init : NULL, err) &&
                   (random ||
                    add_known(m, "weights", 0, session->weights, &session->hash, err))
               ? m
               : NULL;
}

/* What differs from the defaults. */
static json_t *recipe_object(JsonBuild *build, const Recipe *recipe) {
    char text[SETTING_TEXT_MOST];
    json_t *object = json_built(build, json_object());
    for (const Setting *field = recipe_fields; field->name; field++) {
        setting_print(field, recipe, text);
        if (*text && !setting_same(field, recipe, &recipe_defaults))
            json_put(build, object, field->name, json_string(text));
    }
    return object;
}

/* What is said beside recipe and files, as a command line would say it: what differs from
 * what would be without it. */
static json_t *options_object(JsonBuild *build, const Manifest *m, const Recipe *recipe) {
    char text[SETTING_TEXT_MOST], usual_text[SETTING_TEXT_MOST];
    PaintOptions said = *m->options, usual = {0};
    json_t *object = json_built(build, json_object());
    said.scene.recipe = *recipe;
    said.scene.preprocess = m->preprocess;
    said.scene.weights = m->weights;
    for (const char *const *name = manifest_options; *name; name++) {
        void *owner, *usual_owner;
        const Option *option = options_find(&command_paint, *name, &said, &owner);
        options_find(&command_paint, *name, &usual, &usual_owner);
        setting_print(option, owner, text);
        setting_print(option, usual_owner, usual_text);
        if (strcmp(text, usual_text) != 0)
            json_put(build, object, *name, json_string(text));
    }
    return object;
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

/* Everything that is known before the run ends. */
static json_t *describe(JsonBuild *build, const Manifest *m, const Recipe *recipe) {
    json_t *all = json_built(
        build, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "stylegrad",
                         STYLEGRAD_VERSION, "compiler", STYLEGRAD_COMPILER, "variant",
                         REAL_NAME, "kernels", kernels->name, "vectors", fma_vector(),
                         "threads", threads_count(), "recipe-name", recipe->name));
    json_put(build, all, "recipe", recipe_object(build, recipe));
    json_put(build, all, "options", options_object(build, m, recipe));
    json_put(build, all, "inputs", inputs_array(build, m));
    return all;
}

/* What was said of the outputs, as a command line would say it. */
static json_t *outputs_object(JsonBuild *build, const Manifest *m) {
    PaintOptions said = *m->options;
    json_t *object = json_built(build, json_object());
    for (const char *const *name = manifest_outputs; *name; name++) {
        void *owner;
        const Option *option = options_find(&command_paint, *name, &said, &owner);
        char text[SETTING_TEXT_MOST];
        setting_print(option, owner, text);
        const bool is_path = option->kind == &option_text;
        if (!*text || (!is_path && strcmp(text, "0") == 0)) continue; /* not said */
        /* A path can be longer than `text`. */
        json_put(build, object, *name,
                 is_path ? json_path(build, *(char **)((char *)owner + option->offset))
                         : json_string(text));
    }
    return object;
}

char *manifest_text(const Manifest *m, const Recipe *recipe, Error *err) {
    JsonBuild build = {0};
    json_t *all = describe(&build, m, recipe);
    json_put(&build, all, "outputs", outputs_object(&build, m));
    char *text = json_text(&build, all, JSON_COMPACT | JSON_REAL_PRECISION(17), err);
    json_decref(all);
    return text;
}

bool manifest_write(const Manifest *m, const char *path, const Recipe *recipe,
                    const ManifestEnd *end, Error *err) {
    Sha256 hash;
    Error why;
    JsonBuild build = {0};
    if (!sha256_file(end->out, &hash, err)) return false;
    json_t *all = describe(&build, m, recipe);
    json_put(&build, all, "result",
             json_pack("{s:o, s:s, s:i, s:b, s:s, s:f}", "file",
                       json_path(&build, end->out), "sha256", hash.text, "steps",
                       end->steps, "stopped", end->stopped, "why", end->why, "total",
                       end->total));
    char *text = json_text(&build, all, JSON_INDENT(2) | JSON_REAL_PRECISION(17), &why);
    bool good = text ? file_write(path, text, strlen(text), err)
                     : error_set(err, "%s: %s; no manifest is written", path, why.text);
    free(text);
    json_decref(all);
    return good;
}
