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

static bool set_up(Problem *problem, Arena *arena, Recipe *recipe, const Film *film,
                   const Scene *scene, Tensor first, Error *err) {
    return recipe_choose_rate(recipe, film->network, first.shape, err) &&
           problem_init_scene(problem, arena, recipe, film->network, scene, first, err);
}

/* The steps of the optimiser. */
static bool run(Problem *problem, Arena *arena, PaintWatcher *watcher, void *context,
                Tensor painting, Error *err) {
    const PaintEnd end = paint_run(problem, arena, watcher, context);
    tensor_copy(painting, problem_image(problem, arena));
    return !end.diverged || error_set(err,
                                      "the loss left the finite numbers after %d steps; "
                                      "lower the weights of the losses",
                                      end.steps);
}

/* Paints one size. Everything but the painting is freed again. */
static bool paint_stage(const Film *film, const Recipe *recipe, const Scene *scene,
                        Tensor first, PaintWatcher *watcher, void *context,
                        Tensor painting, Error *err) {
    Arena *own = arena_new();
    Problem problem = {0};
    Recipe stage = *recipe;
    const bool good = set_up(&problem, own, &stage, film, scene, first, err) &&
                      run(&problem, own, watcher, context, painting, err);
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

bool film_paint_first(Film *film, Arena *arena, Tensor frame, PaintWatcher *watcher,
                      void *context, Tensor *painting, Error *err) {
    const Recipe *recipe = film->recipe;
    const Scene whole = scene_with(film, frame);
    film_end(film); /* its memory is needed for this frame's sizes */
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

/* The recipe of the frames that follow another: the last size of the first frame. */
static Recipe next_recipe(const Film *film) {
    Recipe recipe = recipe_stage(film->recipe, recipe_stages(film->recipe) - 1);
    recipe_stretch(&recipe, film->steps);
    return recipe;
}

/* The problem of the frame before for this one, or a new one, which is kept. */
static bool kept_problem(Film *film, Arena *arena, const Scene *scene, Tensor first,
                         Error *err) {
    FilmKept *kept = &film->kept;
    if (kept->arena && shape_equal(kept->problem.variable->shape, first.shape))
        return problem_again(&kept->problem, arena, &kept->recipe, scene, first, err);
    film_end(film);
    kept->arena = arena_new();
    kept->recipe = next_recipe(film);
    return set_up(&kept->problem, kept->arena, &kept->recipe, film, scene, first, err);
}

bool film_paint_next(Film *film, Arena *arena, Tensor frame, const FilmStep *step,
                     PaintWatcher *watcher, void *context, Tensor *painting, Error *err) {
    const Recipe recipe = next_recipe(film);
    Scene scene = scene_with(film, frame);
    scene.temporal = (Temporal){
        .before = step->before, .sure = step->sure, .weight = film->temporal_weight};
    *painting = tensor_alloc(arena, frame.shape);
    if (!problem_lasts(&recipe, &scene))
        return paint_stage(film, &recipe, &scene, step->before, watcher, context,
                           *painting, err);
    Arena *own = arena_new();
    const bool good = kept_problem(film, own, &scene, step->before, err) &&
                      run(&film->kept.problem, own, watcher, context, *painting, err);
    arena_free(own);
    if (!good) film_end(film);
    return good;
}

void film_end(Film *film) {
    if (!film->kept.arena) return;
    problem_free(&film->kept.problem);
    arena_free(film->kept.arena);
    film->kept = (FilmKept){0};
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
