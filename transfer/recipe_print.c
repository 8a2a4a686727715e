/* Values of a recipe as text: what a recipe file would say. */
#include <stdio.h>
#include <string.h>

#include "tensor/text.h"
#include "transfer/recipe_keys.h"

/* The name at place `index` among "a|b|c". */
static void print_choice(char *text, const char *names, int index) {
    for (; index > 0; index--)
        names += strcspn(names, "|") + 1;
    const int length = (int)strcspn(names, "|");
    snprintf(text, RECIPE_TEXT_MOST, "%.*s", length, names);
}

static void print_form(char *text, const Recipe *r, const RecipeKey *key) {
    const LossForm *form = *key->takes == 'c'   ? &content_forms[r->content.form]
                           : *key->takes == 's' ? &style_forms[r->style.form]
                                                : &tv_forms[r->tv.form];
    snprintf(text, RECIPE_TEXT_MOST, "%s", form->name);
}

static void print_layers(char *text, const LayerList *layers) {
    text[0] = 0;
    for (int i = 0; i < layers->count; i++)
        text_append(text, RECIPE_TEXT_MOST, "%s%s:%.17g", i ? "," : "",
                    layers->item[i].name, layers->item[i].weight);
}

static void print_stages(char *text, const Stages *stages) {
    text[0] = 0;
    for (int i = 0; i < stages->count; i++)
        text_append(text, RECIPE_TEXT_MOST, "%s%d:%d", i ? "," : "", stages->item[i].size,
                    stages->item[i].steps);
}

static void print_noise(char *text, const Noise *noise) {
    if (noise->kind == NOISE_UNIT)
        snprintf(text, RECIPE_TEXT_MOST, "unit");
    else if (noise->kind == NOISE_UNIFORM)
        snprintf(text, RECIPE_TEXT_MOST, "uniform %.17g %.17g", noise->low, noise->high);
    else
        snprintf(text, RECIPE_TEXT_MOST, "normal %.17g", noise->deviation);
}

static void print_numbers(char *text, const double *x, int count) {
    text[0] = 0;
    for (int i = 0; i < count; i++)
        text_append(text, RECIPE_TEXT_MOST, "%s%.17g", i ? " " : "", x[i]);
}

static void print_limits(char *text, const Limits *limits) {
    snprintf(text, RECIPE_TEXT_MOST, "%.17g %.17g", limits->low, limits->high);
}

static void print_value(const Recipe *r, const RecipeKey *key, char *text) {
    const void *at = (const char *)r + key->offset;
    const double *numbers = at;
    *text = 0;
    switch (key->kind) {
    case KEY_NET:
        snprintf(text, RECIPE_TEXT_MOST, "%s", r->net.name);
        break;
    case KEY_CHOICE:
        print_choice(text, key->takes, *(const int *)at);
        break;
    case KEY_FORM:
        print_form(text, r, key);
        break;
    case KEY_LAYERS:
        print_layers(text, at);
        break;
    case KEY_NUMBER:
        print_numbers(text, numbers, 1);
        break;
    case KEY_COLOUR:
        print_numbers(text, numbers, 3);
        break;
    case KEY_RANGE:
        print_limits(text, at);
        break;
    case KEY_COUNT:
        snprintf(text, RECIPE_TEXT_MOST, "%d", *(const int *)at);
        break;
    case KEY_SEED:
        snprintf(text, RECIPE_TEXT_MOST, "%llu",
                 (unsigned long long)*(const uint64_t *)at);
        break;
    case KEY_FLAG:
        snprintf(text, RECIPE_TEXT_MOST, "%s", *(const bool *)at ? "yes" : "no");
        break;
    case KEY_NOISE:
        print_noise(text, at);
        break;
    case KEY_STAGES:
        print_stages(text, at);
        break;
    case KEY_SOURCE:
    case KEY_LIKE:
        break;
    }
}

/* A first picture from a file is no value of the key init. */
static bool has_text(const Recipe *r, const RecipeKey *key) {
    return key->offset != offsetof(Recipe, start.from) || key->kind != KEY_CHOICE ||
           r->start.from != START_FILE;
}

bool recipe_key_text(const Recipe *r, const RecipeKey *key, char text[RECIPE_TEXT_MOST]) {
    if (!has_text(r, key)) return false;
    print_value(r, key, text);
    return *text;
}

bool recipe_key_print(const Recipe *r, const RecipeKey *key,
                      char text[RECIPE_TEXT_MOST]) {
    char usual[RECIPE_TEXT_MOST];
    if (!recipe_key_text(r, key, text)) return false;
    print_value(&recipe_defaults, key, usual);
    return strcmp(text, usual) != 0;
}
