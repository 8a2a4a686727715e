#include "transfer/recipe_keys.h"
#include "tensor/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(Recipe, field)

/* clang-format off */
const RecipeKey recipe_keys[] = {
    {"source", KEY_SOURCE, AT(source), 0, 0, "where the recipe comes from, in a line"},
    {"like", KEY_LIKE, 0, 0, 0, "the name of another recipe"},
    {"net", KEY_NET, AT(net.name), 0, 0, "a network"},
    {"pool", KEY_CHOICE, AT(net.pool), 0, 0, "default|max|avg"},
    {"pad", KEY_CHOICE, AT(net.pad), 0, 0, "default|reflect|replicate-first"},
    {"content-layers", KEY_LAYERS, AT(content.layers), 0, 0, "relu4_2:1"},
    {"style-layers", KEY_LAYERS, AT(style.layers), 0, 0, "relu1_1:0.5,relu2_1:0.5"},
    {"content-form", KEY_FORM, AT(content.form), 0, 0, "content"},
    {"style-form", KEY_FORM, AT(style.form), 0, 0, "style"},
    {"tv-form", KEY_FORM, AT(tv.form), 0, 0, "tv"},
    {"tv-space", KEY_CHOICE, AT(tv.space), 0, 0, "unit|input|pixels"},
    {"content-weight", KEY_NUMBER, AT(content.weight), 0, 1e30, "a weight"},
    {"style-weight", KEY_NUMBER, AT(style.weight), 0, 1e30, "a weight"},
    {"tv-weight", KEY_NUMBER, AT(tv.weight), 0, 1e30, "a weight"},
    {"pixel-scale", KEY_NUMBER, AT(pixels.own.scale), 1e-6, 1e6, "a number"},
    {"pixel-mean", KEY_COLOUR, AT(pixels.own.mean), -1e6, 1e6, "three numbers"},
    {"pixel-deviation", KEY_COLOUR, AT(pixels.own.deviation), 1e-6, 1e6, "three numbers"},
    {"input", KEY_CHOICE, AT(net.input), 0, 0, "weights|pixels"},
    {"features", KEY_CHOICE, AT(net.features), 0, 0, "any|torch|caffe|normalised"},
    {"space", KEY_CHOICE, AT(pixels.space), 0, 0, "unit|input|pixels"},
    {"init", KEY_CHOICE, AT(start.from), 0, 0, "content|noise|style"},
    {"noise", KEY_NOISE, AT(start.noise), 0, 0, "'unit', 'uniform LOW HIGH' or 'normal DEVIATION'"},
    {"noise-share", KEY_NUMBER, AT(start.noise.share), 0, 1, "a number"},
    {"seed", KEY_SEED, AT(seed), 0, 0, "a whole number"},
    {"size", KEY_COUNT, AT(size.pixels), 16, 16384, "pixels"},
    {"size-of", KEY_CHOICE, AT(size.of), 0, 0, "longer|shorter|height|width"},
    {"style-scale", KEY_NUMBER, AT(size.style_scale), 0.01, 100, "a factor"},
    {"stages", KEY_STAGES, AT(size.stages), 0, 0, "512:500,800:200"},
    {"pyramid", KEY_COUNT, AT(size.pyramid), 0, STAGES_MOST, "sizes"},
    {"steps", KEY_COUNT, AT(run.steps), 1, 1e9, "steps"},
    {"evaluations", KEY_COUNT, AT(run.evaluations), 0, 1e9, "evaluations"},
    {"optim", KEY_CHOICE, AT(optimizer.method), 0, 0, "gd|adam|lbfgs|anneal"},
    {"lr", KEY_NUMBER, AT(optimizer.schedule.lr), 0, 1e30, "a learning rate"},
    {"momentum", KEY_NUMBER, AT(optimizer.gd.momentum), 0, 0.999999, "a number"},
    {"beta1", KEY_NUMBER, AT(optimizer.adam.beta1), 0, 0.999999999, "a number"},
    {"beta2", KEY_NUMBER, AT(optimizer.adam.beta2), 0, 0.999999999, "a number"},
    {"epsilon", KEY_NUMBER, AT(optimizer.adam.epsilon), 1e-300, 1e30, "a number"},
    {"epsilon-hat", KEY_FLAG, AT(optimizer.adam.epsilon_hat), 0, 0, "yes or no"},
    {"drop-step", KEY_COUNT, AT(optimizer.schedule.at), 0, 1e9, "a step"},
    {"drop-lr", KEY_NUMBER, AT(optimizer.schedule.after), 1e-300, 1e30, "a learning rate"},
    {"decay", KEY_NUMBER, AT(optimizer.schedule.factor), 1e-300, 1, "a factor"},
    {"decay-every", KEY_COUNT, AT(optimizer.schedule.every), 0, 1e9, "steps"},
    {"decay-stairs", KEY_FLAG, AT(optimizer.decay_stairs), 0, 0, "yes or no"},
    {"history", KEY_COUNT, AT(optimizer.lbfgs.history), 1, 1000, "pairs"},
    {"line-search", KEY_FLAG, AT(optimizer.lbfgs.strong_wolfe), 0, 0, "yes or no"},
    {"tolerance-grad", KEY_NUMBER, AT(optimizer.lbfgs.tolerance_grad), -1, 1e30, "a number"},
    {"tolerance-change", KEY_NUMBER, AT(optimizer.lbfgs.tolerance_change), -1, 1e30, "a number"},
    {"tolerance-loss", KEY_NUMBER, AT(run.tolerance_loss), 0, 1, "a number"},
    {"until", KEY_NUMBER, AT(run.until), 0, 1, "a number"},
    {"restart-every", KEY_COUNT, AT(optimizer.restart_every), 0, 1e9, "evaluations"},
    {"temperature", KEY_NUMBER, AT(optimizer.anneal.temperature), 0, 1e30, "a number"},
    {"cooling", KEY_NUMBER, AT(optimizer.anneal.cooling), 0, 1, "a factor"},
    {"clamp", KEY_RANGE, AT(pixels.clamp), 0, 0, "two numbers, the lower one first, or none"},
    {"clamp-when", KEY_CHOICE, AT(pixels.clamp_when), 0, 0, "before|after"},
    {"clamp-steps", KEY_COUNT, AT(pixels.clamp_steps), 0, 1e9, "steps"},
    {"average", KEY_NUMBER, AT(run.average), 0, 0.999999999, "a decay"},
};
/* clang-format on */

const int recipe_key_count = sizeof recipe_keys / sizeof *recipe_keys;

/* Reads `count` numbers, as many as the text has. */
static bool numbers(const char *text, int count, double *out) {
    char *end;
    for (int i = 0; i < count; i++, text = end) {
        out[i] = strtod(text, &end);
        if (end == text || !isfinite(out[i])) return false;
    }
    return text[strspn(text, " \t")] == 0;
}

static bool set_numbers(const RecipeKey *key, const char *text, int count, double *out,
                        Error *err) {
    double read[3];
    bool good = numbers(text, count, read);
    for (int i = 0; good && i < count; i++)
        good = read[i] >= key->least && read[i] <= key->most;
    if (!good)
        return error_set(err, "'%s': write %s from %g to %g", text, key->takes,
                         key->least, key->most);
    memcpy(out, read, (size_t)count * sizeof *out);
    return true;
}

static bool set_count(const RecipeKey *key, const char *text, int *out, Error *err) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || errno || (double)value < key->least ||
        (double)value > key->most)
        return error_set(err, "'%s': write a whole number of %s from %.0f to %.0f", text,
                         key->takes, key->least, key->most);
    *out = (int)value;
    return true;
}

static bool set_seed(const RecipeKey *key, const char *text, uint64_t *out, Error *err) {
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (end != text && !*end && !errno && *text != '-') return true;
    return error_set(err, "'%s': write %s", text, key->takes);
}

static bool set_choice(const RecipeKey *key, const char *text, int *out, Error *err) {
    const char *name = key->takes;
    for (int i = 0;; i++) {
        size_t length = strcspn(name, "|");
        if (length == strlen(text) && strncmp(name, text, length) == 0) {
            *out = i; /* an enum has an int's size in every ABI the project knows */
            return true;
        }
        if (!name[length]) break;
        name += length + 1;
    }
    return error_set(err, "'%s': write one of %s", text, key->takes);
}

static bool set_form(Recipe *recipe, const RecipeKey *key, const char *text, Error *err) {
    Error why;
    bool good = *key->takes == 'c' ? content_form_parse(text, &recipe->content.form, &why)
                : *key->takes == 's' ? style_form_parse(text, &recipe->style.form, &why)
                                     : tv_form_parse(text, &recipe->tv.form, &why);
    return good || error_set(err, "'%s': %s", text, why.text);
}

static bool set_net(Recipe *recipe, const char *text, Error *err) {
    char names[200] = "";
    for (int i = 0; network_known(i); i++) {
        if (strcmp(network_known(i), text) == 0) {
            recipe->net.name = network_known(i);
            return true;
        }
        text_append(names, sizeof names, "%s%s", i ? ", " : "", network_known(i));
    }
    return error_set(err, "'%s': write one of %s", text, names);
}

static bool set_flag(const char *text, bool *out, Error *err) {
    *out = strcmp(text, "yes") == 0;
    return *out || strcmp(text, "no") == 0 ||
           error_set(err, "'%s': write yes or no", text);
}

static bool set_noise(const RecipeKey *key, const char *text, Noise *noise, Error *err) {
    double range[2];
    if (strcmp(text, "unit") == 0) {
        noise->kind = NOISE_UNIT;
    } else if (strncmp(text, "uniform ", 8) == 0 && numbers(text + 8, 2, range) &&
               range[0] < range[1]) {
        noise->kind = NOISE_UNIFORM;
        noise->low = range[0], noise->high = range[1];
    } else if (strncmp(text, "normal ", 7) == 0 && numbers(text + 7, 1, range) &&
               range[0] > 0) {
        noise->kind = NOISE_NORMAL;
        noise->deviation = range[0];
    } else {
        return error_set(err, "'%s': write %s", text, key->takes);
    }
    return true;
}

static bool set_range(const RecipeKey *key, const char *text, Limits *limits,
                      Error *err) {
    double range[2] = {0, 0};
    const bool none = strcmp(text, "none") == 0;
    if (!none && (!numbers(text, 2, range) || range[0] >= range[1]))
        return error_set(err, "'%s': write %s", text, key->takes);
    *limits = (Limits){.low = range[0], .high = range[1]};
    return true;
}

static bool set_stages(const char *text, Stages *stages, Error *err) {
    const char *at = text;
    for (int i = 0; i < STAGES_MOST; i++) {
        int size, steps, length = 0;
        if (sscanf(at, "%6d:%9d%n", &size, &steps, &length) < 2 || size < 16 ||
            size > 16384 || steps < 1)
            break;
        stages->item[i].size = size;
        stages->item[i].steps = steps;
        stages->count = i + 1;
        if (!at[length]) return true;
        if (at[length] != ',') break;
        at += length + 1;
    }
    return error_set(err,
                     "'%s': write at most %d stages as 512:500,800:200, which is 500 "
                     "steps at 512 pixels, then 200 at 800",
                     text, STAGES_MOST);
}

bool recipe_key_set(Recipe *recipe, const RecipeKey *key, const char *text, Error *err) {
    void *place = (char *)recipe + key->offset;
    switch (key->kind) {
    case KEY_SOURCE:
        if (strlen(text) >= RECIPE_SOURCE_MOST)
            return error_set(err, "has more than %d letters", RECIPE_SOURCE_MOST - 1);
        strcpy(place, text);
        return true;
    case KEY_NET:
        return set_net(recipe, text, err);
    case KEY_CHOICE:
        return set_choice(key, text, place, err);
    case KEY_FORM:
        return set_form(recipe, key, text, err);
    case KEY_LAYERS:
        return layers_parse(text, place, err);
    case KEY_NUMBER:
        return set_numbers(key, text, 1, place, err);
    case KEY_COLOUR:
        return set_numbers(key, text, 3, place, err);
    case KEY_COUNT:
        return set_count(key, text, place, err);
    case KEY_SEED:
        return set_seed(key, text, place, err);
    case KEY_FLAG:
        return set_flag(text, place, err);
    case KEY_RANGE:
        return set_range(key, text, place, err);
    case KEY_NOISE:
        return set_noise(key, text, place, err);
    case KEY_STAGES:
        return set_stages(text, place, err);
    case KEY_LIKE:
        break;
    }
    return error_set(err, "must be the first line after 'source'");
}
