#include "transfer/film.h"

#include "flow/consistency.h"
#include "io/image.h"
#include "transfer/recipe_usual.h"
#include "transfer/start.h"

FilmStep film_step(Arena *arena, Tensor frame_before, Tensor frame,
                   Tensor painting_before, const FlowSettings *settings) {
    const FlowPair pair = flow_both(arena, frame_before, frame, settings);
    FilmStep step = {.flow = pair.backward,
                     .sure = flow_reliability(arena, pair.backward, pair.forward),
                     .before = image_warped(arena, painting_before, pair.backward)};
    step.share = reliable_share(step.sure);
    return step;
}

/* Paints one size. Everything but the painting is freed again. */
static bool paint_stage(const Film *film, const Recipe *recipe, const Scene *scene,
                        Tensor first, PaintWatcher *watcher, void *context,
                        Tensor painting, Error *err) {
    Arena *own = arena_new();
    Problem problem = {0};
    Recipe stage = *recipe;
    bool good =
        recipe_choose_rate(&stage, film->network, first.shape, err) &&
        problem_init_scene(&problem, own, &stage, film->network, scene, first, err);
    if (good) {
        const PaintEnd end = paint_run(&problem, own, watcher, context);
        tensor_copy(painting, problem_image(&problem, own));
        if (end.diverged)
            good = error_set(err,
                             "the loss left the finite numbers after %d steps; "
                             "lower the weights of the losses",
                             end.steps);
    }
    problem_free(&problem);
    arena_free(own);
    return good;
}

/* The scene of one frame. */
static Scene scene_with(const Film *film, Tensor frame) {
    Scene scene = film->scene;
    scene.content = frame;
    return scene;
}

bool film_paint_first(const Film *film, Arena *arena, Tensor frame, PaintWatcher *watcher,
                      void *context, Tensor *painting, Error *err) {
    const Recipe *recipe = film->recipe;
    const Scene whole = scene_with(film, frame);
    const int stages = recipe_stages(recipe);
    for (int i = 0; i < stages; i++) {
        const Recipe stage = recipe_stage(recipe, i);
        const Scene scene =
            i + 1 < stages ? scene_resized(arena, &whole, stage.size.pixels) : whole;
        const Shape size = scene.content.shape;
        const Tensor first = i == 0 ? start_image(arena, &stage, film->network, &scene,
                                                  (Tensor){0}, START_NOISE, 0)
                                    : image_resize(arena, *painting, size.h, size.w);
        *painting = tensor_alloc(arena, size);
        if (!paint_stage(film, &stage, &scene, first, watcher, context, *painting, err))
            return false;
    }
    return true;
}

bool film_paint_next(const Film *film, Arena *arena, Tensor frame, const FilmStep *step,
                     PaintWatcher *watcher, void *context, Tensor *painting, Error *err) {
    Recipe recipe = recipe_stage(film->recipe, recipe_stages(film->recipe) - 1);
    Scene scene = scene_with(film, frame);
    recipe_stretch(&recipe, film->steps);
    scene.temporal = (Temporal){
        .before = step->before, .sure = step->sure, .weight = film->temporal_weight};
    *painting = tensor_alloc(arena, frame.shape);
    return paint_stage(film, &recipe, &scene, step->before, watcher, context, *painting,
                       err);
}

void film_blend(Tensor painting, const FilmStep *step, double share) {
    const size_t plane = shape_size(step->sure.shape), size = shape_size(painting.shape);
    for (size_t i = 0; i < size; i++)
        painting.data[i] += (real)share * step->sure.data[i % plane] *
                            (step->before.data[i] - painting.data[i]);
}

void film_round(Tensor image) {
    const size_t size = shape_size(image.shape);
    for (size_t i = 0; i < size; i++) {
        const real v = image.data[i] > 0 ? (image.data[i] < 1 ? image.data[i] : 1) : 0;
        image.data[i] = (real)((int)(255 * (double)v + 0.5) / 255.0);
    }
}
