#include "app/manifest_read.h"

#include <limits.h>
#include <string.h>

#include "app/commands.h"
#include "app/manifest.h"
#include "io/number.h"
#include "transfer/recipe_file.h"

static bool read_field(const ManifestReading *r, const char *name, const char *text,
                       Recipe *recipe, Error *err) {
    const Setting *field = setting_find(recipe_fields, name);
    Error why;
    if (!field)
        return error_set(
            err, "%s: its recipe has a key \"%s\" that this version does not know",
            r->run.path, NAME(name));
    if (setting_set(field, recipe, text, &why)) return true;
    if (!field->kind->wants)
        return error_set(err, "%s: its recipe says %s %s", r->run.path, name, why.text);
    return error_set(err, "%s: its recipe says %s '%s': write %s", r->run.path, name,
                     NAME(text), why.text);
}

static bool read_recipe(ManifestReading *r, Error *err) {
    Recipe *recipe = &r->options.scene.recipe;
    json_t *object = json_object_get(r->run.root, "recipe"), *value;
    const char *name;
    Error why;
    *recipe = recipe_defaults;
    json_object_foreach(object, name, value) {
        const char *text = json_string_value(value);
        if (!read_field(r, name, text ? text : "", recipe, err)) return false;
    }
    r->options.scene.net = recipe->net.name;
    const char *called = json_string_value(json_object_get(r->run.root, "recipe-name"));
    snprintf(recipe->name, sizeof recipe->name, "%.*s", (int)sizeof recipe->name - 1,
             called ? NAME(called) : "");
    return recipe_check(recipe, &why) ||
           error_set(err, "%s: its recipe cannot be: %s", r->run.path, why.text);
}

/* Weights in a file are an input. */
static bool read_options(ManifestReading *r, Error *err) {
    const json_t *said = json_object_get(r->run.root, "options");
    const char *weights = json_string_value(json_object_get(said, "weights"));
    if (weights && strncmp(weights, MANIFEST_RANDOM, strlen(MANIFEST_RANDOM)) != 0)
        return error_set(err,
                         "%s: its options have \"weights\" in a file, which is no "
                         "setting; say it on the command line",
                         r->run.path);
    return run_read_options(&r->run, &command_paint, manifest_options, &r->options, err);
}

/* Puts one file into its place. */
static bool place_input(void *context, const char *use, int style, const char *path) {
    ManifestReading *r = context;
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
    else if (strcmp(use, "decoder") == 0)
        r->options.stylized.decoder = path;
    else if (strcmp(use, "paintnet") == 0)
        r->options.stylized.paintnet = path;
    else if (strcmp(use, "init") == 0)
        r->options.init = path, o->recipe.start.from = START_FILE;
    else
        return false;
    return true;
}

static bool read_inputs(ManifestReading *r, Error *err) {
    if (!run_read_inputs(&r->run, place_input, r, err)) return false;
    Options *scene = &r->options.scene;
    while (scene->operands < STYLES_MOST + 1 && scene->operand[scene->operands])
        scene->operands++;
    if (scene->operands < 2)
        return error_set(err, "%s: names no content or no style", r->run.path);
    return scene_options_check(scene, err);
}

/* What the image was, and after how many steps its run was ended. Where it went is of
 * no interest. */
static bool read_result(ManifestReading *r, Error *err) {
    const json_t *result = json_object_get(r->run.root, "result");
    const json_int_t steps = json_integer_value(json_object_get(result, "steps"));
    if (!run_string(&r->run, result, "sha256", &r->hash, err)) return false;
    if (!json_is_true(json_object_get(result, "stopped"))) return true;
    if (steps < 1 || steps > INT_MAX)
        return error_set(err, "%s: was stopped after %lld steps, and has no image then",
                         r->run.path, (long long)steps);
    r->options.stop_after = (int)steps;
    return true;
}

bool manifest_load(ManifestReading *r, Error *err) {
    return run_load(&r->run, &command_paint, err);
}

bool manifest_read(ManifestReading *r, Error *err) {
    return read_recipe(r, err) && read_options(r, err) && read_inputs(r, err) &&
           (r->run.text ? run_read_outputs(&r->run, &command_paint, manifest_outputs,
                                           &r->options, err)
                        : read_result(r, err));
}

void manifest_close(ManifestReading *r) {
    run_close(&r->run);
}
