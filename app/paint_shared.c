#include "app/paint_shared.h"

#include <string.h>

/* Those of this size, or a free place for them; NULL: there is none. */
static PaintSharedStyles *find(PaintShared *shared, int pixels) {
    for (int i = 0; i < STAGES_MOST; i++) {
        PaintSharedStyles *styles = &shared->styles[i];
        if (styles->pixels == 0) styles->pixels = pixels;
        if (styles->pixels == pixels) return styles;
    }
    return NULL;
}

void paint_shared_styles(PaintShared *shared, const PaintOptions *options,
                         const Recipe *stage, Scene *scene) {
    if (!shared || !shared->network || options->scene.colors != COLORS_STYLE) return;
    PaintSharedStyles *styles = find(shared, stage->size.pixels);
    for (int i = 0; styles && i < scene->styles; i++) {
        styles->style[i].arena = shared->arena;
        scene->style[i].kept = &styles->style[i];
    }
}

bool paint_shared_release(PaintShared *shared) {
    if (!shared || !shared->last.arena) return false;
    problem_free(&shared->last.problem);
    arena_free(shared->last.arena);
    shared->last = (PaintSharedProblem){0};
    return true;
}

/* Whether the next run may take this problem: the tape reads the targets of the styles in
 * place, so they have to be those of `shared`. */
static bool lasts(const Recipe *recipe, const Scene *scene) {
    for (int i = 0; i < scene->styles; i++)
        if (!scene->style[i].kept) return false;
    return problem_lasts(recipe, scene);
}

bool paint_shared_problem(PaintShared *shared, Problem *problem, Arena *arena,
                          const Recipe *recipe, Network *network, const Scene *scene,
                          Tensor image, bool stays, Error *err) {
    if (!shared || !stays || !lasts(recipe, scene))
        return problem_init_scene(problem, arena, recipe, network, scene, image, err);
    PaintSharedProblem *last = &shared->last;
    if (last->arena && shape_equal(last->problem.variable->shape, image.shape)) {
        *problem = last->problem;
        return problem_again(problem, arena, recipe, scene, image, err);
    }
    paint_shared_release(shared);
    Arena *own = arena_new();
    const bool good =
        problem_init_scene(problem, own, recipe, network, scene, image, err);
    if (good)
        *last = (PaintSharedProblem){own, *problem};
    else
        arena_free(own);
    return good;
}

void paint_shared_done(PaintShared *shared, Problem *problem) {
    const bool kept =
        shared && shared->last.arena && shared->last.problem.losses == problem->losses;
    if (!kept) problem_free(problem);
}

bool paint_shared_news(PaintShared *shared, const char *notes) {
    if (!shared) return true;
    const bool news = strcmp(shared->notes, notes) != 0;
    if (news) shared->notes = arena_string(shared->arena, notes);
    return news;
}
