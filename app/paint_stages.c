#include "app/paint_stages.h"

#include "app/files.h"
#include "app/paint_checkpoint.h"
#include "app/paint_finish.h"
#include "app/preview.h"
#include "app/progress.h"
#include "io/image.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/text.h"
#include "transfer/input.h"
#include "transfer/output.h"
#include "transfer/recipe_usual.h"
#include "transfer/start.h"

/* The image in the colours that are wanted, RGB in [0, 1] but for what is out of range.
 */
static Tensor in_colors(const Stage *stage, Arena *arena, Tensor image) {
    return stage->run->options->scene.colors == COLORS_LUMINANCE
               ? colors_recombine(arena, image, stage->images.photograph)
               : image;
}

/* The image of a step, for --save-every. */
static bool save_numbered(const Stage *stage, const Problem *problem, int step,
                          Error *err) {
    Arena *arena = arena_new();
    const char *path = files_numbered(arena, stage->run->options->out, step);
    const Tensor image = in_colors(stage, arena, problem_image(problem, arena));
    bool ok = output_image(path, image, err);
    arena_free(arena);
    return ok;
}

/* For --check-every: says when gradient and loss disagree, and why. */
static void check_slope(const Stage *stage, int step) {
    Painting *run = stage->run;
    const SlopeResult r = paint_check_slope(stage->painting);
    run->checked++;
    if (r.error > run->largest_error) run->largest_error = r.error;
    if (r.cause == SLOPE_AGREES) return;
    progress_end();
    fprintf(stderr,
            "step %d: the slope along it is %.6g by the gradient, %.6g by difference "
            "quotients: %s\n",
            step, r.slope, r.quotient, slope_advice(r.cause));
}

/* The image for --timelapse and --preview, where one of them wants it now. A film that
 * fails does not end the run. */
static void show(const Stage *stage, const Problem *problem, int step) {
    Painting *run = stage->run;
    const double began = seconds_now();
    const bool last = step == recipe_steps(run->recipe);
    const bool sketch = run->preview && (last || preview_due());
    Error err;
    if (!sketch && !timelapse_wants(run->film, step)) return;
    Arena *arena = arena_new();
    const Tensor image = in_colors(stage, arena, problem_image(problem, arena));
    if (timelapse_wants(run->film, step) && !timelapse_add(run->film, image, &err)) {
        run->film_failed = true;
        progress_end();
        session_complain("paint", &err);
    }
    if (sketch) preview_draw(image, began);
    arena_free(arena);
}

static bool watch(void *context, const Problem *problem, const PaintStep *of_stage) {
    Stage *stage = context;
    Painting *run = stage->run;
    PaintStep now = painting_step(stage, *of_stage), *step = &now;
    run->last = now;
    verdict_add(&run->verdict, now.step, now.terms.total);
    show(stage, problem, step->step);
    progress_print(run->recipe, step);
    int every = run->options->save_every;
    trace_add(run->trace, step);
    if (every && step->step % every == 0 &&
        !save_numbered(stage, problem, step->step, &run->err))
        run->failure = "stopped: an image of --save-every could not be saved";
    if (run->options->check_every && step->step % run->options->check_every == 0)
        check_slope(stage, step->step);
    const bool goes_on =
        !interrupt_signal() && !run->failure && step->step != run->options->stop_after;
    painting_save(stage, goes_on);
    return goes_on;
}

/* The first image of the run, as --init, --init-with and --init-blend say. */
static bool first_image(const Stage *stage, Arena *arena, Tensor *out, Error *err) {
    const Recipe *r = &stage->recipe;
    const PaintOptions *options = stage->run->options;
    const Scene *scene = &stage->images.scene;
    Tensor file = {0};
    if (r->start.from == START_FILE &&
        !input_image_sized(arena, options->init, scene->content.shape, &file, err))
        return false;
    *out = start_image(arena, r, stage->run->session->network, scene, file,
                       paint_mixed_with(options, r->start.from), options->init_blend);
    return true;
}

/* The film has the size of the last stage. */
static bool begin_film(Painting *run, const Images *images, Error *err) {
    const PaintOptions *options = run->options;
    const int stages = recipe_stages(run->recipe), steps = recipe_steps(run->recipe);
    const Recipe last = recipe_stage(run->recipe, stages - 1);
    Shape result = images->scene.content.shape;
    if (stages > 1 && !input_shape_of(options->scene.operand[0], last.size.pixels,
                                      last.size.of, &result, err))
        return false;
    run->film = timelapse_new(run->session->arena, options->timelapse, result, steps,
                              options->timelapse_every, err);
    return run->film;
}

/* The first problem is set up: from here on the run leaves something. */
static bool begin(Painting *run, const Images *images, Error *err) {
    const Session *s = run->session;
    const PaintOptions *options = run->options;
    run->trace = trace_new(s->arena, run->recipe, options->trace, options->plot,
                           options->checkpoint.file, err);
    if (!run->trace) return false;
    if ((options->manifest || options->checkpoint.file) &&
        !(run->manifest = manifest_new(s->arena, options, s, err)))
        return false;
    if (options->checkpoint.file &&
        !(run->settings = manifest_text(run->manifest, s->arena, run->recipe, err)))
        return false;
    if (options->timelapse && !begin_film(run, images, err)) return false;
    run->preview = options->preview && preview_possible();
    if (paint_shared_news(run->shared, s->notes.text)) fputs(s->notes.text, stderr);
    checkpoints_note(&options->checkpoint, "paint");
    interrupt_wait();
    return true;
}

/* Sets a stage up in the arena: the first with the images of the session, the others with
 * images of their own and the result of the one before. */
static bool open_stage(Stage *stage, const Images *images, const PaintedStage *before,
                       Arena *arena, Problem *problem, Error *err) {
    const Painting *run = stage->run;
    Network *network = run->session->network;
    Tensor first;
    stage->images = *images;
    if (stage->number > 0 &&
        !images_read(arena, &run->options->scene, &stage->recipe, &stage->images, err))
        return false;
    paint_shared_styles(run->shared, run->options, &stage->recipe, &stage->images.scene);
    const Shape size = stage->images.scene.content.shape;
    if (!recipe_choose_rate(&stage->recipe, network, size, err)) return false;
    /* The checkpoint has the pixels of a resumed stage: only the shape of this image counts. */
    if (painting_resumed(stage))
        first = tensor_clone(arena, stage->images.scene.content);
    else if (stage->number > 0)
        first = image_resize(arena, before->image, size.h, size.w);
    else if (!first_image(stage, run->session->arena, &first, err))
        return false;
    const bool last = stage->number + 1 == recipe_stages(run->recipe);
    return paint_shared_problem(run->shared, problem, arena, &stage->recipe, network,
                                &stage->images.scene, first, last, err);
}

static void announce(const Stage *stage) {
    const Painting *run = stage->run;
    const Shape size = stage->images.scene.content.shape;
    if (recipe_stages(run->recipe) == 1) return;
    progress_stage(run->recipe, stage->number, size, stage->before.step);
    if (!painting_resumed(stage))
        trace_stage(run->trace, stage->before.step + 1, image_longest(size));
}

/* What stays, copied out of the arena of the stage. */
static PaintedStage keep(const Stage *stage, const Problem *problem,
                         const PaintEnd *end) {
    Arena *arena = stage->run->session->arena;
    PaintedStage painted = {.stage = stage->number, .recipe = stage->recipe, .end = *end};
    painted.image = problem_image(problem, arena);
    painted.result = in_colors(stage, arena, painted.image);
    painted.end.why = arena_string(arena, end->why);
    return painted;
}

/* Paints one stage; everything that only it needs is in the arena. `painted` is what the
 * stage before left, and then what this one leaves; on failure it stays as it is. */
static bool paint_stage(Painting *run, int number, const Images *images, Arena *arena,
                        PaintedStage *painted, Error *err) {
    Problem problem = {0};
    Stage stage = {.run = run,
                   .number = number,
                   .recipe = recipe_stage(run->recipe, number),
                   .before = run->last};
    bool good = open_stage(&stage, images, painted, arena, &problem, err) &&
                (run->trace || begin(run, images, err));
    if (good) {
        verdict_begin(&run->verdict, problem_image(&problem, arena));
        stage.painting = paint_begin(&problem, arena);
        good = !painting_resumed(&stage) || painting_restore(&stage, err);
    }
    if (good) {
        announce(&stage);
        if (number == run->first_stage) show(&stage, &problem, 0);
        const PaintEnd end = paint_continue(stage.painting, watch, &stage);
        *painted = keep(&stage, &problem, &end);
    }
    paint_shared_done(run->shared, &problem);
    return good;
}

/* All stages, one after the other, and the result into its file. When a later stage
 * cannot be set up, a file of the scene is gone, say, the result is that of the stage
 * before. */
static int paint_all(Painting *run, const Images *images) {
    const int count = recipe_stages(run->recipe);
    PaintedStage painted;
    for (int i = run->first_stage; i < count; i++) {
        Error err;
        Arena *arena = arena_new();
        const bool good = paint_stage(run, i, images, arena, &painted, &err);
        arena_free(arena);
        if (!good && i == run->first_stage) return painting_fail(run, &err);
        if (!good) {
            run->err = err;
            run->failure =
                text_format(run->session->arena,
                            "stopped: stage %d of %d could not begin", i + 1, count);
        }
        if (painted.end.diverged || painting_stopped(run)) break;
    }
    return painting_finish(run, &painted);
}

int paint_stages(const Session *session, const Images *images,
                 const PaintOptions *options, PaintShared *shared) {
    Error err;
    Painting run = {
        .options = options,
        .session = session,
        .recipe = &session->recipe,
        .shared = shared,
        .resumed = options->resumed,
        .checkpoints = {.path = options->checkpoint.file,
                        .every = options->checkpoint.every},
    };
    if (run.resumed && !painting_find_stage(&run, &err))
        return session_complain("paint", &err);
    return paint_all(&run, images);
}
