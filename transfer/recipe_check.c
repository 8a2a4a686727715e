/* Settings of a recipe that cannot be combined. */
#include "transfer/recipe_file.h"

static bool any_weight(const Recipe *r) {
    return r->content_weight != 0 || r->style_weight != 0 || r->tv_weight != 0;
}

#define STEPS_MOST 1000000000 /* so that an int counts them */

/* Whether the stages are those of the recipe, and can be counted. */
static bool stages_fit(const Recipe *r, Error *err) {
    double steps = 0;
    if (r->stages.count == 0) return true;
    for (int i = 0; i < r->stages.count; i++)
        steps += r->stages.item[i].steps;
    if (steps > STEPS_MOST)
        return error_set(err, "the stages have %.0f steps together, and may have %d",
                         steps, STEPS_MOST);
    if (r->stages.item[0].size != r->size)
        return error_set(err, "size is %d, but the first stage has %d; make them equal",
                         r->size, r->stages.item[0].size);
    if (r->stages.item[0].steps != r->steps)
        return error_set(err, "steps is %d, but the first stage has %d; make them equal",
                         r->steps, r->stages.item[0].steps);
    return true;
}

bool recipe_check(const Recipe *r, Error *err) {
    const bool clamps = r->clamp_low < r->clamp_high;
    if (!any_weight(r))
        return error_set(err, "all weights are 0, so there is nothing to minimise; give "
                              "content-weight or style-weight");
    if (r->input == INPUT_PIXELS && r->features != FEATURES_ANY &&
        r->features != FEATURES_NORMALISED)
        return error_set(err, "with 'input pixels' the network reads the recipe's range, "
                              "and nobody else's; take away input or features");
    if (r->decay_every > 0 && r->drop_step > 0)
        return error_set(err, "decay and drop-step are two plans for one rate; keep one");
    if ((r->decay_every > 0) != (r->decay != 1))
        return error_set(err, "decay and decay-every belong together; give both");
    if (r->drop_step > 0 && r->drop_rate == 0)
        return error_set(err, "drop-step says when, but not to what; give drop-lr");
    if (r->rate == 0 && (r->decay_every > 0 || r->drop_step > 0))
        return error_set(err, "a rate that changes must begin somewhere; give lr");
    if (r->clamp_steps > 0 && !clamps)
        return error_set(err, "clamp-steps says when, but not to what; give clamp");
    if (r->line_search && clamps && r->method == METHOD_LBFGS)
        return error_set(err, "a line search must be alone with its picture; take away "
                              "clamp or line-search");
    return stages_fit(r, err);
}
