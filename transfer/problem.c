#include "transfer/problem.h"

#include "autograd/tape_plan.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"
#include "transfer/pixel_space.h"
#include "transfer/tile_losses.h"
#include "transfer/whole_losses.h"

/* True if any term has a weight other than 0. */
static bool has_weight(const Recipe *r, Error *err) {
    bool any = r->tv.weight != 0;
    for (int i = 0; i < r->content.layers.count; i++)
        any = any || r->content.weight * r->content.layers.item[i].weight != 0;
    for (int i = 0; i < r->style.layers.count; i++)
        any = any || r->style.weight * r->style.layers.item[i].weight != 0;
    return any ||
           error_set(err, "all weights are 0, so there is nothing to minimise; set "
                          "--style-weight or --content-weight");
}

/* Whether masks and recipe go together. */
static bool masks_fit(const Recipe *recipe, const Scene *scene, Error *err) {
    for (int s = 0; s < scene->styles; s++)
        if (style_is_gaussian(recipe->style.form) &&
            (scene->style[s].mask.data || scene->style[s].part.data))
            return error_set(err,
                             "the style form %s compares means, which a mask would "
                             "shift; choose another --style-form",
                             style_forms[recipe->style.form].name);
    return true;
}

static bool init(Problem *p, const LossesSetup *setup, Tensor picture, Error *err) {
    const Recipe *recipe = setup->recipe;
    const Scene *scene = setup->scene;
    CHECK(shape_equal(scene->content.shape, picture.shape), "content is %s, the image %s",
          SHAPE(scene->content.shape), SHAPE(picture.shape));
    *p = (Problem){.recipe = recipe, .network = setup->network};
    if (!has_weight(recipe, err) || !masks_fit(recipe, scene, err)) return false;
    p->losses =
        (recipe->run.tile ? tile_losses_new : whole_losses_new)(setup, picture, err);
    if (p->losses) p->variable = p->losses->image;
    return p->losses;
}

bool problem_init_scene(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                        const Scene *scene, Tensor picture, Error *err) {
    const MemoryUse before = memory_for("the layers of the network and its losses", NULL);
    const LossesSetup setup = {arena, recipe, network, scene, tape_new_planned};
    const bool good = init(p, &setup, picture, err);
    memory_for_again(before);
    return good;
}

bool problem_lasts(const Recipe *recipe, const Scene *scene) {
    for (int s = 0; s < scene->styles; s++)
        if (scene->style[s].mask.data) return false;
    return !recipe->run.tile;
}

bool problem_again(Problem *p, Arena *arena, const Recipe *recipe, const Scene *scene,
                   Tensor picture, Error *err) {
    const LossesSetup setup = {arena, recipe, p->network, scene, tape_new_planned};
    CHECK(shape_equal(scene->content.shape, p->variable->shape) &&
              shape_equal(picture.shape, p->variable->shape),
          "problem_again: %s in place of %s", SHAPE(picture.shape),
          SHAPE(p->variable->shape));
    CHECK(problem_lasts(recipe, scene), "problem_again: in tiles, or with masks");
    p->recipe = recipe;
    return p->losses->kind->again(p->losses, &setup, picture, err);
}

bool problem_sketch(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                    const Scene *scene, Error *err) {
    const LossesSetup setup = {arena, recipe, network, scene, tape_new_sketch};
    return init(p, &setup, scene->content, err);
}

bool problem_init(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                  Tensor content, Tensor style, Tensor picture, Error *err) {
    const Scene scene = scene_of(content, style);
    return problem_init_scene(p, arena, recipe, network, &scene, picture, err);
}

size_t problem_bytes(const Problem *p) {
    return p->losses->kind->bytes(p->losses);
}

void problem_forward(Problem *p) {
    p->losses->kind->forward(p->losses);
}

void problem_backward(Problem *p) {
    p->losses->kind->backward(p->losses);
}

void problem_free(Problem *p) {
    if (p->losses) p->losses->kind->free(p->losses);
    p->losses = NULL;
}

Terms problem_terms(const Problem *p) {
    const Recipe *r = p->recipe;
    const Losses *losses = p->losses;
    Terms t = {.tv = (double)node_scalar(losses->tv)};
    if (losses->temporal) t.temporal = (double)node_scalar(losses->temporal);
    for (int i = 0; i < r->content.layers.count; i++) {
        t.content_layer[i] =
            r->content.layers.item[i].weight * losses->kind->content(losses, i);
        t.content += t.content_layer[i];
    }
    for (int i = 0; i < r->style.layers.count; i++) {
        t.style_layer[i] =
            r->style.layers.item[i].weight * losses->kind->style(losses, i);
        t.style += t.style_layer[i];
    }
    t.total = r->content.weight * t.content + r->style.weight * t.style +
              r->tv.weight * t.tv + losses->film.weight * t.temporal;
    return t;
}

Tensor problem_image(const Problem *p, Arena *arena) {
    return pixel_space_converted(
        arena, node_tensor(p->variable),
        pixel_space_of(p->recipe, p->network, p->recipe->pixels.space), pixel_space_unit);
}
