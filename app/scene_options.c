#include "app/scene_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/memory_limit.h"
#include "tensor/text.h"
#include "transfer/input.h"
#include "transfer/recipe_file.h"

static bool files_set(const Option *option, const char *text, void *value, Error *err) {
    (void)option;
    PathList *list = value;
    if (!*text) return error_set(err, "wants a file, or - for none");
    if (list->count == STYLES_MOST)
        return error_set(err, "is said more than %d times", STYLES_MOST);
    list->path[list->count++] = strcmp(text, "-") == 0 ? NULL : text;
    return true;
}

/* One text would have to be several. */
static void files_print(const Option *option, const void *value, char *text) {
    (void)option, (void)value;
    *text = 0;
}

const SettingKind option_files = {files_set, files_print, NULL, "FILE", false};

static bool blend_set(const Option *option, const char *text, void *value, Error *err) {
    (void)option, (void)err;
    Blend blend = {0};
    double sum = 0;
    for (const char *at = text; blend.count < STYLES_MOST; at++) {
        char *end;
        const double share = strtod(at, &end);
        if (end == at || !isfinite(share) || share < 0) return false;
        blend.share[blend.count++] = share;
        sum += share;
        at = end;
        if (!*at && sum > 0 && isfinite(sum)) {
            *(Blend *)value = blend;
            return true;
        }
        if (*at != ',') return false;
    }
    return false;
}

static void blend_print(const Option *option, const void *value, char *text) {
    (void)option;
    const Blend *blend = value;
    *text = 0;
    for (int i = 0; i < blend->count; i++)
        text_append(text, SETTING_TEXT_MOST, "%s%.17g", i ? "," : "", blend->share[i]);
}

static void blend_wants(const Option *option, char *text) {
    (void)option;
    snprintf(text, SETTING_TEXT_MOST,
             "a number for each style, none negative and not all 0, with a finite sum, "
             "such as 2,1");
}

static const SettingKind blend_kind = {blend_set, blend_print, blend_wants, "A,B", false};

#define AT(field) offsetof(Options, field)

const Option network_options[] = {
    {"net", &option_text, AT(net), .names = network_known,
     .help = "the network (as the weights are)"},
    {"weights", &option_text, AT(weights), .takes = "FILE",
     .help =
         ".safetensors, .pth or .npz, or random:SEED (paintnet's own, else random:1)"},
    {"preprocess", &setting_choice, AT(preprocess), .names = preprocess_name,
     .help = "what the weights were trained to read (inferred from the file)"},
    {0},
};

const Option thread_options[] = {
    {"threads", &setting_count, 0, 1, 256,
     .help = "threads (OMP_NUM_THREADS, or all processors that it may use)"},
    {0},
};

static bool memory_set(const Option *option, const char *text, void *value, Error *err) {
    (void)option, (void)err;
    return memory_limit_parse(text, value);
}

static void memory_print(const Option *option, const void *value, char *text) {
    (void)option;
    snprintf(text, SETTING_TEXT_MOST, "%zu", *(const size_t *)value);
}

static void memory_wants(const Option *option, char *text) {
    (void)option;
    snprintf(text, SETTING_TEXT_MOST,
             "a whole number of bytes, or with K, M or G, such as 500M or 2G");
}

static const SettingKind memory_kind = {memory_set, memory_print, memory_wants, "SIZE",
                                        false};

const Option memory_options[] = {
    {"memory-limit", &memory_kind, 0,
     .help = "refuse to start what takes more, such as 500M or 2G (what the machine or "
             "its control group has)"},
    {0},
};

const Option style_options[] = {
    {"style-blend", &blend_kind, AT(blend),
     .help = "shares of several styles in the style loss (equal; with masks, by their "
             "areas)"},
    {"style-size", &setting_count, AT(style_size), MIN_IMAGE_SIDE, MAX_IMAGE_SIDE,
     .help = "longer side of the style images: larger, coarser strokes (as the content)"},
    {"mask", &option_files, AT(masks),
     .help = "white where a style is wanted; once for each style, - for none"},
    {"style-mask", &option_files, AT(parts),
     .help = "white where the style image shows the style; once for each, - for none"},
    {"colors", &setting_choice, AT(colors), .names = colors_name,
     .help = "whose colours: the style's, the photograph's (painting only luminance), or "
             "a style in the photograph's"},
    {0},
};

const Option recipe_options[] = {
    {"recipe", &option_text, AT(recipe_name), .takes = "NAME|FILE",
     .help = "start from these settings; see 'stylegrad recipes'"},
    {0},
};

/* The recipe that is named; without one the plain network. */
static bool read_recipe(const char *name, Recipe *recipe, Error *err) {
    Error why;
    *recipe = recipe_plain();
    return !name || recipe_read(name, recipe, &why) ||
           error_set(err, "--recipe %s: %s", name, why.text);
}

/* Size, steps and stages are those of the whole run, and what the recipe says of steps
 * moves along. A rate and how it changes belong to their method. */
static void fit_recipe(const CommandLine *line, bool last_stage, const Recipe *said,
                       Recipe *recipe) {
    if (options_said(line, "stages")) {
        recipe->size.stages = said->size.stages;
        recipe->size.pixels = said->size.stages.item[0].size;
        recipe->run.steps = said->size.stages.item[0].steps;
    }
    recipe_fit(recipe, options_said(line, "size") ? said->size.pixels : 0,
               options_said(line, "steps") ? said->run.steps : 0);
    if (last_stage) *recipe = recipe_stage(recipe, recipe_stages(recipe) - 1);
    if (said->optimizer.method != recipe->optimizer.method)
        recipe->optimizer.schedule = recipe_defaults.optimizer.schedule;
}

/* Lays what was said over the recipe, but for what it has been fitted to. */
static bool lay_over(const CommandLine *line, Recipe *recipe, Error *err) {
    const Recipe fitted = *recipe;
    if (!options_read_rows(line, recipe_fields, recipe, err) ||
        !options_read_rows(line, recipe_memory_fields, recipe, err))
        return false;
    recipe->size.stages = fitted.size.stages;
    recipe->size.pixels = fitted.size.pixels;
    recipe->run.steps = fitted.run.steps;
    return true;
}

bool scene_options_read(const CommandLine *line, const char *usual, bool last_stage,
                        void *own, Options *o, Error *err) {
    Recipe recipe;
    o->recipe_name = usual;
    if (!options_read_rows(line, recipe_options, o, err) ||
        !read_recipe(o->recipe_name, &recipe, err))
        return false;
    o->recipe = recipe;
    if (!options_read(line, own, err)) return false;
    fit_recipe(line, last_stage, &o->recipe, &recipe);
    if (!lay_over(line, &recipe, err)) return false;
    if (o->net) recipe.net.name = o->net;
    o->recipe = recipe;
    for (o->operands = 0; o->operands < line->operands; o->operands++)
        o->operand[o->operands] = line->operand[o->operands];
    return true;
}

bool scene_options_check(const Options *o, Error *err) {
    const int styles = o->operands - 1, blends = o->blend.count;
    const struct {
        const char *name;
        int count;
    } lists[] = {{"mask", o->masks.count}, {"style-mask", o->parts.count}};
    if (blends > 0 && blends != styles)
        return error_set(err, "--style-blend: has %d numbers for %d style image%s",
                         blends, styles, styles == 1 ? "" : "s");
    for (int i = 0; i < 2; i++)
        if (lists[i].count > styles)
            return error_set(err, "--%s: is said %d times for %d style image%s",
                             lists[i].name, lists[i].count, styles,
                             styles == 1 ? "" : "s");
    return recipe_check(&o->recipe, err);
}

const char *options_tensor(const Options *options) {
    for (int i = 0; i < options->operands; i++)
        if (input_is_tensor(options->operand[i])) return options->operand[i];
    return NULL;
}
