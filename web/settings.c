/* The settings of a run, by the names that recipes and the command line have for them. */
#include <string.h>

#include "tensor/text.h"
#include "transfer/recipe_fields.h"
#include "web/play.h"

PlaySettings play_settings;

static const Setting own_fields[] = {
    {"colors", &setting_choice, offsetof(PlaySettings, colors), .names = colors_name},
    {0},
};

void PLAY_EXPORT(play_recipe_begin)(void) {
    play_settings = (PlaySettings){.recipe = recipe_defaults};
}

/* The row of that name, and the struct that it is about. */
static const Setting *find(const char *name, void **owner) {
    const Setting *own = setting_find(own_fields, name);
    *owner = own ? (void *)&play_settings : (void *)&play_settings.recipe;
    return own ? own : setting_find(recipe_fields, name);
}

bool PLAY_EXPORT(play_set)(const char *name, const char *value) {
    void *owner;
    Error why;
    Recipe *recipe = &play_settings.recipe;
    const Setting *setting = find(name, &owner);
    const Method before = recipe->optimizer.method;
    if (!setting) return error_set(&play_err, "there is no setting '%s'", SHOWN(name));
    if (!setting_set(setting, owner, value, &why))
        return setting->kind->wants
                   ? error_set(&play_err, "%s '%s': write %s", name, value, why.text)
                   : error_set(&play_err, "%s: %s", name, why.text);
    /* A rate and how it changes belong to their method. */
    if (recipe->optimizer.method != before)
        recipe->optimizer.schedule = recipe_defaults.optimizer.schedule;
    return true;
}

void PLAY_EXPORT(play_fit)(int size, int steps) {
    recipe_fit(&play_settings.recipe, size > 0 ? size : 0, steps > 0 ? steps : 0);
}

const char *PLAY_EXPORT(play_setting)(const char *name) {
    static char text[SETTING_TEXT_MOST];
    void *owner;
    const Setting *setting = find(name, &owner);
    *text = 0;
    if (setting) setting_print(setting, owner, text);
    return text;
}

bool PLAY_EXPORT(play_check)(void) {
    const int size = recipe_final_size(&play_settings.recipe);
    if (size > PLAY_MOST_SIDE)
        return error_set(&play_err,
                         "size %d: a page paints up to %d pixels; choose a smaller size, "
                         "or use the program",
                         size, PLAY_MOST_SIDE);
    if (play_settings.recipe.start.from == START_STYLIZED)
        return error_set(&play_err, "init stylized: a page has no network for that; "
                                    "choose content, noise or style");
    return recipe_check(&play_settings.recipe, &play_err);
}
