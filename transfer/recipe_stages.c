/* A run in several sizes: which stages there are, and how many steps each of them has. */
#include <string.h>

#include "transfer/recipe.h"

static int stretched(int count, double factor) {
    const int whole = (int)(count * factor + 0.5);
    return count > 0 && whole == 0 ? 1 : whole;
}

void recipe_stretch(Recipe *recipe, int steps) {
    const double factor = (double)steps / recipe->run.steps;
    recipe->optimizer.schedule.at = stretched(recipe->optimizer.schedule.at, factor);
    recipe->pixels.clamp_steps = stretched(recipe->pixels.clamp_steps, factor);
    recipe->run.evaluations = stretched(recipe->run.evaluations, factor);
    recipe->run.steps = steps;
}

int recipe_stages(const Recipe *recipe) {
    return recipe->size.stages.count > 0 ? recipe->size.stages.count : 1;
}

Recipe recipe_stage(const Recipe *recipe, int stage) {
    Recipe one = *recipe;
    if (recipe->size.stages.count > 0) {
        one.size.pixels = recipe->size.stages.item[stage].size;
        recipe_stretch(&one, recipe->size.stages.item[stage].steps);
    }
    one.size.stages.count = 0;
    return one;
}

int recipe_steps(const Recipe *recipe) {
    int sum = 0;
    for (int i = 0; i < recipe_stages(recipe); i++)
        sum += recipe_stage(recipe, i).run.steps;
    return sum;
}

int recipe_style_pixels(const Recipe *stage) {
    return (int)(stage->size.pixels * stage->size.style_scale + 0.5);
}

int recipe_final_size(const Recipe *recipe) {
    return recipe_stage(recipe, recipe_stages(recipe) - 1).size.pixels;
}

/* Shares the steps out in the proportion that the stages have, rounded where each stage
 * ends, and at least one for each: the sum is exact. */
static void share_steps(Stages *stages, int steps) {
    double sum = 0, before = 0;
    int ended = 0;
    for (int i = 0; i < stages->count; i++)
        sum += stages->item[i].steps;
    for (int i = 0; i < stages->count; i++) {
        const int still_to_come = stages->count - 1 - i;
        before += stages->item[i].steps;
        int end = (int)(before / sum * steps + 0.5);
        if (end <= ended) end = ended + 1;
        if (end > steps - still_to_come) end = steps - still_to_come;
        stages->item[i].steps = end - ended;
        ended = end;
    }
}

/* Without its first stages, and with `steps` in the others. */
static void keep_from(Recipe *recipe, int first, int steps) {
    Stages *stages = &recipe->size.stages;
    stages->count -= first;
    stages->left_out += first;
    memmove(stages->item, stages->item + first,
            (size_t)stages->count * sizeof *stages->item);
    share_steps(stages, steps);
    recipe->size.pixels = stages->item[0].size;
    recipe_stretch(recipe, stages->item[0].steps);
    if (stages->count == 1) stages->count = 0;
}

void recipe_leave_out(Recipe *recipe, int first) {
    if (first > 0) keep_from(recipe, first, recipe_steps(recipe));
}

/* The first stage that has pixels, and a step of these. */
static int first_possible(const Stages *stages, int steps) {
    int first = 0;
    while (first < stages->count - 1 &&
           (stages->item[first].size < MIN_IMAGE_SIDE || stages->count - first > steps))
        first++;
    return first;
}

void recipe_fit(Recipe *recipe, int size, int steps) {
    Stages *stages = &recipe->size.stages;
    const double zoom = size ? (double)size / recipe_final_size(recipe) : 1;
    const int total = steps ? steps : recipe_steps(recipe);
    if (steps) recipe->run.evaluations = 0;
    for (int i = 0; i < stages->count; i++)
        stages->item[i].size = (int)(stages->item[i].size * zoom + 0.5);
    if (stages->count > 0) {
        keep_from(recipe, first_possible(stages, total), total);
    } else {
        if (size) recipe->size.pixels = size;
        recipe_stretch(recipe, total);
    }
}
