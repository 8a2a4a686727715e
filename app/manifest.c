#include "app/manifest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "io/file.h"
#include "io/json_build.h"
#include "tensor/version.h"

const char *const manifest_options[] = {
    "tile",      "recompute",  "store",      "style-size", "style-blend", "colors",
    "init-with", "init-blend", "preprocess", "weights",    NULL};

const char *const manifest_outputs[] = {
    "out", "trace", "plot", "manifest", "save-every", "checkpoint", "checkpoint-every",
    NULL};

static bool add_styles(RunInputs *in, const Options *options, Error *err) {
    for (int i = 0; i < options->operands - 1; i++)
        if (!run_input(in, "style", i + 1, options->operand[1 + i], err) ||
            !run_input(in, "mask", i + 1, options->masks.path[i], err) ||
            !run_input(in, "style-mask", i + 1, options->parts.path[i], err))
            return false;
    return true;
}

/* All files but the photograph. */
static bool add_others(RunInputs *in, Arena *arena, const PaintOptions *options,
                       const Session *session, Error *err) {
    const Start start = options->scene.recipe.start.from;
    StylizedFiles stylized = {0};
    if (start == START_STYLIZED) stylized = options->stylized;
    if (start == START_STYLIZED && !stylized_find(arena, &stylized, err)) return false;
    return add_styles(in, &options->scene, err) &&
           run_input(in, "init", 0, start == START_FILE ? options->init : NULL, err) &&
           run_input(in, "decoder", 0, stylized.decoder, err) &&
           run_input(in, "paintnet", 0, stylized.paintnet, err) &&
           (session_is_random(session) ||
            run_input_known(in, "weights", 0, session->weights, &session->hash, err));
}

Manifest *manifest_new(Arena *arena, const PaintOptions *options, const Session *session,
                       Error *err) {
    Manifest *m = ARENA_NEW(arena, Manifest, 1);
    const Options *scene = &options->scene;
    const bool random = session_is_random(session);
    *m = (Manifest){.options = options,
                    .preprocess = network_preprocessing(session->network),
                    .weights = random ? session->weights : NULL};
    return run_input(&m->inputs, "content", 0, scene->operand[0], err) &&
                   add_others(&m->inputs, arena, options, session, err)
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

/* What is said beside recipe and files: what differs from what would be without it. */
static json_t *options_object(JsonBuild *build, const Manifest *m, const Recipe *recipe) {
    PaintOptions said = *m->options, usual = {0};
    said.scene.recipe = *recipe;
    said.scene.preprocess = m->preprocess;
    said.scene.weights = m->weights;
    return run_options(build, &command_paint, manifest_options, &said, &usual);
}

/* The hash of a manifest's recipe, options and files, without their names. */
static bool key_of(Manifest *m, Sha256 *out, Error *err) {
    JsonBuild build = {0};
    const Recipe *recipe = &m->options->scene.recipe;
    for (int i = 0; i < m->inputs.count; i++)
        m->inputs.item[i].path = "";
    json_t *all = json_built(&build, json_pack("{s:s, s:s}", "stylegrad",
                                               STYLEGRAD_VERSION, "variant", REAL_NAME));
    json_put(&build, all, "recipe", recipe_object(&build, recipe));
    json_put(&build, all, "options", options_object(&build, m, recipe));
    json_put(&build, all, "inputs", run_inputs(&build, &m->inputs));
    char *text = json_text(&build, all, JSON_COMPACT | JSON_REAL_PRECISION(17), err);
    if (text) *out = sha256_bytes(text, strlen(text));
    const bool good = text != NULL;
    free(text);
    json_decref(all);
    return good;
}

bool manifest_key(const PaintOptions *options, const Session *network, Sha256 *out,
                  Error *err) {
    Arena *arena = arena_new();
    Manifest m = {.options = options,
                  .preprocess = network_preprocessing(network->network),
                  .weights = session_is_random(network) ? network->weights : NULL};
    const bool good =
        add_others(&m.inputs, arena, options, network, err) && key_of(&m, out, err);
    arena_free(arena);
    return good;
}

/* Everything that is known before the run ends. */
static json_t *describe(JsonBuild *build, const Manifest *m, const Recipe *recipe) {
    json_t *all = run_program(build);
    json_put(build, all, "recipe-name", json_string(recipe->name));
    json_put(build, all, "recipe", recipe_object(build, recipe));
    json_put(build, all, "options", options_object(build, m, recipe));
    json_put(build, all, "inputs", run_inputs(build, &m->inputs));
    return all;
}

const char *manifest_text(const Manifest *m, Arena *arena, const Recipe *recipe,
                          Error *err) {
    JsonBuild build = {0};
    PaintOptions said = *m->options;
    return run_text(arena, &build, describe(&build, m, recipe), &command_paint,
                    manifest_outputs, &said, err);
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
