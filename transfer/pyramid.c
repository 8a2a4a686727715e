#include "transfer/pyramid.h"

#include "tensor/check.h"

/* `size`, halved this many times, rounded. */
static int halved(int size, int times) {
    const int parts = 1 << times;
    return (size + parts / 2) / parts;
}

static bool fits(int size, int steps, int levels, int least) {
    return levels <= STAGES_MOST && halved(size, levels - 1) >= least &&
           steps >> (levels - 1) >= 1;
}

/* How many levels there may be, none of them below `least` pixels. */
static int most_levels(const Recipe *recipe, int least) {
    int most = 1;
    while (fits(recipe_final_size(recipe), recipe_steps(recipe), most + 1, least))
        most++;
    return most;
}

bool pyramid_stages(Recipe *recipe, int levels, Error *err) {
    CHECK(levels >= 1, "a pyramid of %d levels", levels);
    const int size = recipe_final_size(recipe), steps = recipe_steps(recipe);
    const int most = most_levels(recipe, PYRAMID_LEAST);
    int left = steps;
    if (levels > most)
        return error_set(err,
                         "--pyramid %d: a run of %d steps to %d pixels has room for %d "
                         "level%s, each half as large as the next and none below %d "
                         "pixels or without a step; use --pyramid %d%s",
                         levels, steps, size, most, most == 1 ? "" : "s", PYRAMID_LEAST,
                         most,
                         levels > STAGES_MOST        ? ""
                         : steps >> (levels - 1) < 1 ? ", or more --steps"
                                                     : ", or a larger --size");
    recipe->size.pyramid = 0;
    recipe->size.stages.count = levels > 1 ? levels : 0;
    for (int i = 0; i < levels; i++) {
        const bool last = i == levels - 1;
        recipe->size.stages.item[i].size = halved(size, levels - 1 - i);
        recipe->size.stages.item[i].steps = last ? left : left - left / 2;
        left -= recipe->size.stages.item[i].steps;
    }
    recipe->size.pixels = recipe->size.stages.item[0].size;
    recipe_stretch(recipe, recipe->size.stages.item[0].steps);
    return true;
}

void pyramid_fit(Recipe *recipe, int levels) {
    const int most = most_levels(recipe, PYRAMID_USUAL);
    Error err;
    const bool fit = pyramid_stages(recipe, levels < most ? levels : most, &err);
    CHECK(fit, "%s", err.text);
}
