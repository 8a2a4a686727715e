/* Settings of a recipe that cannot be combined. */
#include "transfer/recipe.h"

static bool any_weight(const Recipe *r) {
    return r->content.weight != 0 || r->style.weight != 0 || r->tv.weight != 0;
}

#define STEPS_MOST 1000000000 /* so that an int counts them */

/* Whether the stages are those of the recipe, and can be counted. */
static bool stages_fit(const Recipe *r, Error *err) {
    double steps = 0;
    if (r->size.stages.count == 0) return true;
    for (int i = 0; i < r->size.stages.count; i++)
        steps += r->size.stages.item[i].steps;
    if (steps > STEPS_MOST)
        return error_set(err, "the stages have %.0f steps together, and may have %d",
                         steps, STEPS_MOST);
    if (r->size.stages.item[0].size != r->size.pixels)
        return error_set(err, "size is %d, but the first stage has %d; make them equal",
                         r->size.pixels, r->size.stages.item[0].size);
    if (r->size.stages.item[0].steps != r->run.steps)
        return error_set(err, "steps is %d, but the first stage has %d; make them equal",
                         r->run.steps, r->size.stages.item[0].steps);
    return true;
}

bool recipe_check(const Recipe *r, Error *err) {
#ifdef REAL_DOUBLE
    if (r->run.store == STORE_HALF)
        return error_set(err,
                         "store half rounds features to 11 bits, which is not for double "
                         "precision; use stylegrad, or remove store");
#endif
    const bool clamps = r->pixels.clamp.low < r->pixels.clamp.high;
    if (!any_weight(r))
        return error_set(err, "all weights are 0, so there is nothing to minimise; give "
                              "content-weight or style-weight");
    if (r->net.input == INPUT_PIXELS && r->net.features != FEATURES_ANY &&
        r->net.features != FEATURES_NORMALISED)
        return error_set(err,
                         "with 'input pixels' the network reads the recipe's range, "
                         "so its features cannot be scaled; remove input or features");
    if (r->optimizer.schedule.every > 0 && r->optimizer.schedule.at > 0)
        return error_set(err, "decay and drop-step are two plans for one rate; keep one");
    if ((r->optimizer.schedule.every > 0) != (r->optimizer.schedule.factor != 1))
        return error_set(err, "decay and decay-every belong together; give both");
    if (r->optimizer.schedule.at > 0 && r->optimizer.schedule.after == 0)
        return error_set(err, "drop-step says when, but not to what; give drop-lr");
    if (r->optimizer.schedule.lr == 0 &&
        (r->optimizer.schedule.every > 0 || r->optimizer.schedule.at > 0))
        return error_set(err, "a rate that changes must begin somewhere; give lr");
    if (r->pixels.clamp_steps > 0 && !clamps)
        return error_set(err, "clamp-steps says when, but not to what; give clamp");
    if (r->optimizer.lbfgs.strong_wolfe && clamps && r->optimizer.method == METHOD_LBFGS)
        return error_set(err, "clamp cannot be combined with line-search, because "
                              "clamping changes the image between evaluations; "
                              "remove clamp or line-search");
    return stages_fit(r, err);
}
