#include "app/stages.h"

#include "app/images.h"
#include "transfer/input.h"
#include "transfer/recipe_usual.h"

/* The images as they are in their files. */
typedef struct Sources {
    int count;
    Shape shape[1 + STYLES_MOST]; /* of the content, of the styles */
} Sources;

static bool read_sources(const Options *options, Sources *out, Error *err) {
    out->count = options->operands;
    for (int i = 0; i < out->count; i++)
        if (!input_shape(options->operand[i], &out->shape[i], err)) return false;
    return true;
}

static bool is_possible(const Recipe *all, int stage, const Network *network,
                        const Options *options, const Sources *sources) {
    const Recipe r = recipe_stage(all, stage);
    for (int i = 0; i < sources->count; i++) {
        const ImageSize size = i == 0 ? (ImageSize){r.size.pixels, r.size.of}
                                      : images_style_size(&r, options);
        const Shape fit = input_fit(sources->shape[i], size.pixels, size.of);
        if (!input_large_enough(fit) ||
            !layers_fit(i == 0 ? &r.content.layers : &r.style.layers, network, fit) ||
            (i == 0 && !layers_fit(&r.style.layers, network, fit)))
            return false;
    }
    return true;
}

bool stages_leave_out(Recipe *recipe, const Network *network, const Options *options,
                      Notes *notes, Error *err) {
    Sources sources;
    const Stages *stages = &recipe->size.stages;
    const int count = stages->count;
    int first = 0;
    if (count > 1 && !read_sources(options, &sources, err)) return false;
    while (first < count - 1 && !is_possible(recipe, first, network, options, &sources))
        first++;
    if (first > 0 && options->pyramid)
        return error_set(err,
                         "--pyramid %d: at %d pixels the image or its style is too "
                         "narrow for this network; use --pyramid %d or a larger --size",
                         options->pyramid, stages->item[first - 1].size, count - first);
    recipe_leave_out(recipe, first);
    if (stages->left_out > 0)
        notes_add(
            notes, "%d of %d stages left out, %s: %d step%s in all, from %d pixels on\n",
            stages->left_out, recipe_stages(recipe) + stages->left_out,
            first > 0 ? "too small for these images" : "for want of steps or pixels",
            recipe_steps(recipe), recipe_steps(recipe) == 1 ? "" : "s",
            recipe->size.pixels);
    return true;
}
