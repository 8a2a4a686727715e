/* Kinds of settings that are structs of a recipe. */
#include <stdio.h>
#include <string.h>

#include "tensor/text.h"
#include "transfer/setting.h"

static bool layers_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)s;
    LayerList layers;
    if (!layers_parse(text, &layers, err)) return false;
    *(LayerList *)value = layers;
    return true;
}

static void layers_print(const Setting *s, const void *value, char *text) {
    (void)s;
    const LayerList *layers = value;
    text[0] = 0;
    for (int i = 0; i < layers->count; i++)
        text_append(text, SETTING_TEXT_MOST, "%s%s:%.17g", i ? "," : "",
                    layers->item[i].name, layers->item[i].weight);
}

const SettingKind setting_layers = {layers_set, layers_print, NULL, "A:W,B:W", false};

static bool limits_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)s, (void)err;
    double read[2] = {0, 0};
    const bool none = strcmp(text, "none") == 0;
    if (!none && (!setting_numbers(text, 2, read) || read[0] >= read[1])) return false;
    *(Limits *)value = (Limits){.low = read[0], .high = read[1]};
    return true;
}

static void limits_print(const Setting *s, const void *value, char *text) {
    (void)s;
    const Limits *limits = value;
    if (limits->low < limits->high)
        snprintf(text, SETTING_TEXT_MOST, "%.17g %.17g", limits->low, limits->high);
    else
        snprintf(text, SETTING_TEXT_MOST, "none");
}

static void limits_wants(const Setting *s, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "two numbers, the lower one first, or none");
}

const SettingKind setting_limits = {limits_set, limits_print, limits_wants,
                                    "'LOW HIGH'|none", false};

static bool noise_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)s, (void)err;
    const char *uniform = noise_name(NOISE_UNIFORM), *normal = noise_name(NOISE_NORMAL);
    const size_t word = strcspn(text, " ");
    const bool is_uniform = word == strlen(uniform) && strncmp(text, uniform, word) == 0,
               is_normal = word == strlen(normal) && strncmp(text, normal, word) == 0;
    Noise *noise = value;
    double read[2];
    if (strcmp(text, noise_name(NOISE_UNIT)) == 0) {
        noise->kind = NOISE_UNIT;
    } else if (is_uniform && setting_numbers(text + word, 2, read) && read[0] < read[1]) {
        noise->kind = NOISE_UNIFORM;
        noise->low = read[0];
        noise->high = read[1];
    } else if (is_normal && setting_numbers(text + word, 1, read) && read[0] > 0) {
        noise->kind = NOISE_NORMAL;
        noise->deviation = read[0];
    } else {
        return false;
    }
    return true;
}

static void noise_print(const Setting *s, const void *value, char *text) {
    (void)s;
    const Noise *noise = value;
    snprintf(text, SETTING_TEXT_MOST, "%s", noise_name((int)noise->kind));
    if (noise->kind == NOISE_UNIFORM)
        text_append(text, SETTING_TEXT_MOST, " %.17g %.17g", noise->low, noise->high);
    if (noise->kind == NOISE_NORMAL)
        text_append(text, SETTING_TEXT_MOST, " %.17g", noise->deviation);
}

static void noise_wants(const Setting *s, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "'%s', '%s LOW HIGH' or '%s DEVIATION'",
             noise_name(NOISE_UNIT), noise_name(NOISE_UNIFORM), noise_name(NOISE_NORMAL));
}

const SettingKind setting_noise = {noise_set, noise_print, noise_wants, "KIND", false};

static bool stages_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    Stages stages = {0};
    for (const char *at = text; stages.count < STAGES_MOST;) {
        int size, steps, length = 0;
        if (sscanf(at, "%6d:%9d%n", &size, &steps, &length) < 2 || size < s->least ||
            size > s->most || steps < 1)
            return false;
        stages.item[stages.count].size = size;
        stages.item[stages.count].steps = steps;
        stages.count++;
        at += length;
        if (!*at) {
            *(Stages *)value = stages;
            return true;
        }
        if (*at++ != ',') return false;
    }
    return false;
}

static void stages_print(const Setting *s, const void *value, char *text) {
    (void)s;
    const Stages *stages = value;
    text[0] = 0;
    for (int i = 0; i < stages->count; i++)
        text_append(text, SETTING_TEXT_MOST, "%s%d:%d", i ? "," : "",
                    stages->item[i].size, stages->item[i].steps);
}

static void stages_wants(const Setting *s, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST,
             "at most %d stages as 512:500,800:200, which is 500 steps at 512 pixels, "
             "then 200 at 800",
             STAGES_MOST);
}

const SettingKind setting_stages = {stages_set, stages_print, stages_wants, "N:STEPS,...",
                                    false};
